"""A wrong input gives one clear message on stderr and its exit code; nothing is sent, no traceback and no key is shown."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias, cast

import pytest
from cli_running import Shell
from server import Server

from vidu_ext.emulator.media import picture

pytest_plugins = ["cli_fixtures"]

KEY = "vda_0123456789abcdefghij"
"""A key that was put into the wrong place."""

Wrong: TypeAlias = tuple[Sequence[str], str]
"""Arguments, and what the message says."""

WRONG: Final[Mapping[str, Wrong]] = {
    "no prompt": (["generate", "-m", "viduq3-turbo"], "PROMPT is missing"),
    "picture that is not there": (
        ["generate", "--image", "nope.png", "-m", "viduq2-pro"],
        "nope.png cannot be read: No such file or directory.",
    ),
    "picture that is a folder": (["generate", "--image", ".", "-m", "viduq2-pro"], "is not a file"),
    "two first frames": (["generate", "--image", "a.png", "--image", "b.png"], "--start and --end"),
    "start without end": (["generate", "--start", "a.png"], "belong together"),
    "two kinds of video": (["generate", "x", "--image", "a.png", "--reference", "b.png"], "choose one"),
    "set without a value": (["generate", "x", "--set", "style"], "NAME=VALUE"),
    "option and set": (["generate", "x", "-d", "5", "--set", "duration=6"], "given twice"),
    "unknown account": (["generate", "x", "-m", "viduq3-turbo", "-a", "comyf"], "no account is called 'comyf'"),
    "unknown preference": (["generate", "x", "-m", "viduq3-turbo", "--prefer", "comfi"], "Did you mean 'comfy'?"),
    "folder that is not there": (["generate", "x", "-o", "nope/bird.mp4"], "there is no folder nope"),
    "file in the way": (["generate", "x", "-m", "viduq3-turbo", "-o", "film.txt", "--no-overwrite"], "film.txt exists"),
    "file without a wait": (["generate", "x", "-m", "viduq3-turbo", "--no-wait", "-o", "bird.mp4"], "downloads nothing"),
    "two videos in one file": (["generate", "x", "-m", "viduq3-turbo", "-n", "2", "-o", "bird.mp4"], "several are to be saved"),
    "name that no disk takes": (["generate", "x", "-m", "viduq3-turbo", "-o", "b" * 256], "b… is too long"),
    "device in place of a file": (["generate", "x", "-m", "viduq3-turbo", "-o", os.devnull], "is not a regular file"),
    "two videos of one key": (["generate", "x", "-m", "viduq3-turbo", "-n", "2", "--once", "k"], "-n orders several tasks"),
    "empty prompt from stdin": (["generate", "-", "-m", "viduq3-turbo"], "which is empty or not UTF-8"),
    **{
        f"empty --{option}": (["generate", "x", f"--{option}", "", *more], f"--{option} is empty")
        for option, *more in (("extend",), ("end",), ("start", "--end", ""), ("model",))
    },
    "again without a key": (["generate", "x", "-m", "viduq3-turbo", "--again"], "Use --once too."),
    "folder below a file": (["generate", "x", "-m", "viduq3-turbo", "-o", "film.txt/birds/"], "film.txt is not a folder"),
    "idempotency key with a space": (
        ["generate", "x", "-m", "viduq3-turbo", "--idempotency-key", "scene 7"],
        "--idempotency-key must be a text of 1 to 255",
    ),
    "time that is none": (["tasks", "-a", "vidu", "--since", "yesterday"], "--since needs a time"),
    "debug after the command": (["credits", "--debug"], "vidu --debug generate"),
    "unknown kind of file": (["download", "vidu:1", "--kind", "film"], "'--kind': 'film' is not one of 'video'"),
    "one file for two tasks": (["wait", "vidu:1", "vidu:2", "-o", "bird.mp4"], "several are to be saved"),
    "unknown command": (["genrate"], "Did you mean 'generate'"),
    "wrong reference": (["status", "940107923630096384"], "is not a task reference"),
    "reference of a foreign account": (["status", "studio:1"], "Poll a task through the account that took it."),
    "account that is not configured": (["generate", "x", "-a", "studio"], "configured are: vidu, comfy. Nothing was sent."),
    "unknown provider": (["spec", "vudi"], "is not a provider"),
    "unknown operation": (["spec", "vidu", "textToFilm"], "textToVideo"),
    "unknown model": (["spec", "vidu", "textToVideo", "-m", "viduq9"], "takes no model"),
    "schema of no operation": (["spec", "vidu", "--json-schema"], "needs PROVIDER and OPERATION"),
    "ceiling that is no amount": (["generate", "x", "-m", "viduq3-turbo", "--at-most", "60eur"], "write a number of credits"),
    "ceiling that is no number": (["generate", "x", "-m", "viduq3-turbo", "--at-most", "nan"], "write a number of credits"),
    "ceiling below nothing": (["generate", "x", "-m", "viduq3-turbo", "--at-most=-1"], "write a number of credits"),
    "neither an order nor a file": (["find", "99"], "there is no order 99 and no such file. `vidu orders` lists the orders."),
    "note that is none": (["find", "{}"], "is not a submission"),
    "key as an option": (["generate", "x", "--key", KEY], "on the command line"),
    "key as an option, joined": ([f"--api-key={KEY}", "credits"], "on the command line"),
    "key as a preference": (["generate", "x", "-m", "viduq3-turbo", "--prefer", KEY], "neither an account nor a provider"),
    "key as a reference": (["wait", KEY], "is not a task reference"),
}


LIP_SYNC: Final = ("submit", "vidu", "lipSync")
RATED: Final = (*LIP_SYNC, "--set", "video_url=https://example.com/v.mp4", "--set", "text=Hello", "--at-most", "1")
SPEECH: Final = ("call", "vidu", "textToSpeech", "--set", "text=Hello", "--set", "voice_setting_voice_id=7")
WRONG_ROUTES: Final[Mapping[str, Wrong]] = {
    "operation that does not exist": (("submit", "vidu", "lipsink"), "Did you mean 'lipSync'?"),
    "task as a call": (("call", "comfy", "textToVideo"), "textToVideo starts a task: use `vidu submit comfy textToVideo`"),
    "call as a task": (("submit", "vidu", "textToSpeech"), "textToSpeech answers at once: use `vidu call vidu textToSpeech`"),
    "no id": (("call", "vidu", "getCreations"), "--id is missing: the path of getCreations"),
    "id without a use": (("call", "vidu", "getCredits", "--id", "7"), "--id is not taken: the path of getCredits"),
    "misspelt parameter": (("call", "vidu", "listTasks", "--set", "stats=success"), "Did you mean 'states'?"),
    "body that is not there": ((*LIP_SYNC, "--body", "nope.json"), "--body nope.json cannot be read"),
    "member that is twice in the body": ((*LIP_SYNC, "--body", "twice.json"), "has the member 'text' twice; remove one"),
    "member that is given twice": ((*LIP_SYNC, "--set", "text=a", "--set", "text=b"), "text is given twice"),
    "picture of an operation": (("submit", "vidu", "digitalHuman", "--set", "image=nope.png"), "nope.png cannot be read"),
}
WRONG_SERVERS: Final[Mapping[str, Wrong]] = {
    "fault of the emulator": (("emulator", "--port=0", "--fault=kind=nothing"), "kind is answer_lost"),
    "rate of the emulator": (("emulator", "--port=0", "--rate=-1"), "rate"),
    "credits of the emulator": (("emulator", "--port=0", "--credits=vidu"), "PROVIDER=NUMBER"),
    "port of the emulator": (("emulator", "--port=70000"), "--port"),
    "host of the emulator": (("emulator", "--port=0", "--host=nowhere.invalid"), "cannot listen"),
    "environment without a port": (("emulator", "--port=0", "--print-env"), "needs the --port"),
    "key of the emulator": (("emulator", "--port=0", "--key=vidu"), "--key needs PROVIDER=KEY"),
    "port that is taken": (("listen", "--port", "{port}"), "cannot listen on 127.0.0.1:{port}: Address already in use. Choose"),
    "address of the listener": (("listen", "--url", "films.example"), "films.example"),
    "host of the listener": (("listen", "--host", ""), "the --host is empty"),
    "ceilings of two units": (("mcp", "--at-most", "60", "--budget", "5usd"), "need the same unit"),
    "budget that is no amount": (("mcp", "--budget", "much"), "--budget"),
    "budget in credits of two kinds": (
        ("mcp", "--budget", "600"),
        "cannot be added. Nothing was sent. Give the budget",
    ),
    "folder that holds too much": (("mcp", "--folder", "/"), "holds too much"),
    "folder of an agent that is not there": (("mcp", "--folder", "missing"), "there is no folder missing"),
}
NOT_UTF8: Final = "cannot be read: 'utf-8' codec can't decode byte"
WRONG_SPECS: Final[Mapping[str, Wrong]] = {
    "spec that is not there": (
        ("contract", "diff", "vidu", "nope.json"),
        "nope.json does not exist. Name a file, or one of",
    ),
    "spec that is no list of lines": (("contract", "diff", "vidu", "text.json"), "neither valid JSON nor valid YAML (line 1)."),
    "spec that is a list": (("contract", "diff", "vidu", "list.json"), "list.json is not an OpenAPI document"),
    "spec without end": (("contract", "diff", "vidu", "deep.json"), "cannot be read: maximum recursion depth exceeded"),
    "spec with dates": (("contract", "diff", "vidu", "date.yaml"), "values that JSON cannot express, such as dates"),
    "spec in Latin-1": (("contract", "diff", "vidu", "latin.json"), f"latin.json {NOT_UTF8}"),
    **{
        f"recording with {name}": (("contract", "replay", name), f"{name} is not a recording")
        for name in ("list.json", "text.json", "few.json", "provider.json", "status.json", "day.json")
    },
    "recording that is not there": (("contract", "replay", "nope.json"), "nope.json cannot be read"),
    **{
        f"server at {url!r}": (("contract", "fuzz", "--provider", "vidu", "--url", url), "--url needs the address of a server")
        for url in ("", "127.0.0.1:8400", "file:///etc/passwd", "http://", "http://u:p@h.example", "http://h.example/?a=1")
    },
}
RECORDING: Final = {"provider": "vidu", "operation": "getCreations", "status": 200, "date": "2026-11-28", "answer": {"id": "1"}}
FILES: Final[Mapping[str, str | bytes]] = {
    "film.txt": "",
    "twice.json": '{"text": "hello", "text": "bye"}',
    "text.json": "not JSON: [",
    "list.json": "[]",
    "deep.json": "[" * 10_000,
    "date.yaml": "openapi: 3.1.0\npaths: {/: {get: {x-day: 2026-01-01}}}",
    "latin.json": b"\xe9",
    "few.json": '{"provider": "vidu"}',
    "provider.json": json.dumps({**RECORDING, "provider": "other"}),
    "status.json": json.dumps({**RECORDING, "status": "200"}),
    "day.json": json.dumps({**RECORDING, "date": "today"}),
}
ALL_WRONG: Final[Mapping[str, Wrong]] = {**WRONG, **WRONG_ROUTES, **WRONG_SERVERS, **WRONG_SPECS}


@pytest.mark.parametrize("name", ALL_WRONG)
def test_mistake_is_one_line_on_stderr_or_one_document_and_sends_nothing(name: str, tmp_path: Path) -> None:
    arguments, says = ALL_WRONG[name]
    for file, content in FILES.items():
        (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    with Server() as server, Server("comfy") as other:
        port = server.url.rpartition(":")[2]
        arguments, says = [argument.replace("{port}", port) for argument in arguments], says.replace("{port}", port)
        shell = Shell(tmp_path, [server, other])
        done = shell.run(*arguments)
        assert (done.code, done.out) == (2, ""), done
        assert done.err.startswith("error: ")
        assert len(done.err.splitlines()) == 1
        assert says in done.err
        assert KEY not in done.err
        as_json = shell.run(*arguments, "--json")
        assert (as_json.code, as_json.err) == (2, "")
        assert says in str(as_json.error["message"])
        assert KEY not in as_json.out
        assert not server.seen
        assert not other.seen


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((*LIP_SYNC, "--set", "txt=Hello"), 3, "did you mean text?"),
        (("submit", "vidu", "template", "--set", "template=hugging", "--at-most", "1000"), 3, "images"),
        (RATED, 4, "nothing documented says the most that it can cost: 20 credits per 5 seconds begun"),
        ((*SPEECH, "--at-most", "0.01usd"), 4, "more than the ceiling of 0.01 USD"),
    ],
)
def test_request_that_the_spec_or_the_ceiling_refuses_is_not_sent(
    arguments: tuple[str, ...], code: int, says: str, vidu: Shell, server: Server
) -> None:
    done = vidu.run(*arguments)
    assert (done.code, done.out, says in done.err, server.seen) == (code, "", True, []), done


@pytest.mark.parametrize("address", ["s3://films/a.png", "ipfs://a", "https:///a.png"])
def test_address_that_no_provider_takes_is_not_looked_for_as_a_file(address: str, tmp_path: Path) -> None:
    with Server() as server:
        done = Shell(tmp_path, [server]).run("generate", "x", "-m", "viduq3-turbo", "--image", address)
        assert (done.code, f'"{address}" is not an http(s) address' in done.err, server.seen) == (3, True, []), done


PICTURE = "https://example.com/a.png"


@pytest.mark.parametrize(
    ("media", "operation", "members"),
    [
        (["--image", PICTURE, "-m", "viduq2-pro"], "imageToVideo", {"images"}),
        (["--start", PICTURE, "--end", PICTURE, "-m", "viduq2-pro"], "startEndToVideo", {"images"}),
        (["--reference", PICTURE, "--reference", PICTURE, "-m", "viduq2"], "referenceToVideo", {"images"}),
        (["--picture", "-m", "viduq2"], "referenceToImage", set[str]()),
        (["--picture", "--reference", PICTURE, "-m", "viduq2"], "referenceToImage", {"images"}),
        (["--extend", "7", "-m", "viduq2-pro"], "extendVideo", {"video_creation_id"}),
        (["--extend", "https://example.com/v.mp4", "--end", PICTURE, "-m", "viduq2-pro"], "extendVideo", {"video_url", "images"}),
    ],
)
def test_media_decide_the_kind_of_request(media: list[str], operation: str, members: set[str], vidu: Shell) -> None:
    document = vidu.run("route", "x", *media, "--json").document
    assert document["operation"] == operation
    assert set(cast("dict[str, object]", document["body"])) - {"prompt", "model"} == members


@pytest.mark.parametrize("text", ["007", "true", "[1]"])
def test_set_leaves_the_text_of_a_text(text: str, tmp_path: Path) -> None:
    with Server() as server:
        done = Shell(tmp_path, [server]).run("route", "x", "-m", "viduq3-turbo", "--set", f"payload={text}", "--json")
        assert json.loads(done.out)["body"]["payload"] == text


def test_missing_configuration_is_explained(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    done = shell.run("generate", "a bird")
    assert done.code == 2
    assert "VIDU_API_KEY" in done.err
    assert str(shell.config) in done.err
    shown = shell.run("providers")
    assert shown.code == 0
    assert all(f"{name}_API_KEY" in shown.out for name in ("VIDU", "COMFY", "ZENLAYER", "SKILLS_VIDEO"))


def test_question_mark_in_a_message_does_not_begin_a_query(tmp_path: Path) -> None:
    done = Shell(tmp_path, variables={"VIDU_API_KEY": KEY}).run("generate", "x", "-m", "viduq3-trubo")
    assert (done.code, "(did you mean viduq3-turbo?); it has" in done.err) == (3, True), done


def test_unwritable_folder_is_refused_before_anything_is_paid(
    vidu: Shell, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vidu_ext.cli.files.os.access", may_not)
    for output in ([], ["-o", "./"], ["-o", "birds/of/paper/"]):
        done = vidu.run("generate", "x", "-m", "viduq3-turbo", *output)
        assert (done.code, server.seen) == (2, []), done
        assert "cannot be written" in done.err
    assert vidu.run("generate", "x", "-m", "viduq3-turbo", "--no-wait").code == 0, "it writes no file"


def may_not(_path: Path, _mode: int) -> bool:
    """Answer as the system does about a folder of root to another user."""
    return False


def test_dry_run_sends_nothing(tmp_path: Path) -> None:
    with Server() as server, Server("skills_video") as other:
        shell = Shell(tmp_path, [server, other])
        (tmp_path / "a.png").write_bytes(picture(seed="bird", width=512, height=512, file_format="png"))
        done = shell.run("generate", "a bird", "--image", "a.png", "-m", "viduq2-pro", "--dry-run", "--json")
        assert done.code == 0, done
        assert done.document["order"] == ["vidu"]
        assert done.document["operation"] == "imageToVideo"
        assert "data:image/png;base64,..." in done.out
        refused = shell.run("route", "a bird", "-m", "viduq3-turbo", "-d", "99")
        assert refused.code == 3
        assert [line.split("\t")[:2] for line in refused.lines] == [["-", "vidu"], ["-", "skills_video"]]
        assert "99 is more than " in refused.out
        assert not server.seen
        assert not other.seen


def test_set_parses_values_of_every_type(vidu: Shell, server: Server) -> None:
    further = ["--set", "style=anime", "--set", "wm_position=2", "--set", 'meta_data="[1]"', "--seed", "7", "--no-audio"]
    done = vidu.run("generate", "a bird", "-m", "viduq2", *further, "--no-wait")
    assert done.code == 0, done
    body = server.paid[0].body
    assert {name: body[name] for name in ("style", "wm_position", "meta_data", "seed", "audio")} == {
        "style": "anime", "wm_position": 2, "meta_data": "[1]", "seed": 7, "audio": False,
    }  # fmt: skip
