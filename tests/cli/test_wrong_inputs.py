"""A wrong input gives one clear message on stderr and exit code 2; nothing is sent, no traceback and no key is shown."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import cast

import pytest
from cli_running import Shell
from server import Server

from vidu_ext.emulator.media import picture

pytest_plugins = ["cli_fixtures"]

KEY = "vda_0123456789abcdefghij"
"""A key that was put into the wrong place."""

WRONG = {
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


@pytest.mark.parametrize("name", WRONG)
def test_mistake_is_one_line_on_stderr_or_one_document_and_sends_nothing(name: str, tmp_path: Path) -> None:
    arguments, says = WRONG[name]
    with Server() as server, Server("comfy") as other:
        shell = Shell(tmp_path, [server, other])
        (tmp_path / "film.txt").touch()
        done = shell.run(*arguments)
        assert done.code == 2, done
        assert done.out == ""
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
