"""Conveniences of the command: times, prompts from stdin, several videos, addresses, completion, hints of installation."""

from __future__ import annotations

import json
import sys
import webbrowser
from pathlib import Path
from typing import Final

import pytest
from cli_running import QUICK, Shell, request_of
from provider_forms import Act, Object
from server import Server

from vidu_ext.cli.options import Seconds
from vidu_ext.values.installed import install_command

pytest_plugins = ["cli_fixtures"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("1.5", 1.5), ("90s", 90), ("5min", 300), ("1h30m", 5400), ("1H 5M", 3900)],
)
def test_time_may_be_written_with_units(text: str, seconds: float) -> None:
    assert Seconds(text) == seconds


@pytest.mark.parametrize(
    ("text", "says"),
    [
        *((text, "5m") for text in ("", "5x", "m", "5m3", "-5m", "nan", "inf", "1_0", "\u0665m")),
        *((text, "finite number of seconds") for text in ("1e400", "-1")),
    ],
)
def test_text_that_is_not_a_time_is_refused_with_examples(text: str, says: str, tmp_path: Path) -> None:
    done = Shell(tmp_path, variables={"VIDU_API_KEY": "k"}).run("wait", "vidu:1", f"--timeout={text}")
    assert (done.code, says in done.err) == (2, True), done.err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_prompt_or_request_is_read_from_stdin(encoding: str, vidu: Shell, server: Server) -> None:
    """Once, a shell wrote a byte order mark before what it piped, and the request was no JSON."""
    prompt = "a paper bird,\nfolded twice"
    arguments = ("generate", "-", *request_of("vidu")[1:], "--no-wait")
    assert vidu.run(*arguments, stdin=f"{prompt}\r\n".encode(encoding)).code == 0
    body = json.dumps({"model": "viduq3-turbo", "prompt": prompt}).encode(encoding)
    done = vidu.run("submit", "vidu", "textToVideo", "--body", "-", "--no-wait", stdin=body)
    assert done.code == 0, done.err
    assert [task.body["prompt"] for task in server.paid] == [prompt] * 2


def test_videos_before_a_refused_one_of_several_are_waited_for_and_downloaded(tmp_path: Path) -> None:
    refused = Act(accepts=False, status=402, body=b'{"reason": "CreditInsufficient", "message": "no credits"}')
    with Server(plan={"create": [None, None, refused]}) as server:
        done = Shell(tmp_path, [server]).run("generate", *request_of("vidu"), "-n", "4", "-o", "films/", *QUICK)
        assert done.code == 5
        assert len(server.paid) == 2
    assert len(list((tmp_path / "films").iterdir())) == 2
    assert "2 of 4 were accepted before" in done.err


def test_status_shows_time_model_and_prompt(tmp_path: Path) -> None:
    shown = {"created_at": "2026-11-22T09:30:00Z", "model": "viduq3-turbo", "prompt": "a paper\nbird"}
    answer = Act(body=json.dumps({"state": "processing", **shown}).encode())
    with Server(plan={"status": [answer, answer]}) as server:
        ref = f"vidu:{server.make({}).id}"
        row = Shell(tmp_path, [server]).run("status", ref).out
        document = Shell(tmp_path, [server]).run("status", ref, "--json").document
    assert row.rstrip("\n").split("\t")[-3:] == ["2026-11-22T09:30:00Z", "viduq3-turbo", "a paper bird"]
    assert {name: document[name] for name in shown} == shown


def test_status_of_a_job_names_its_batch_prompt_and_values(tmp_path: Path) -> None:
    row = {"prompt": "a bird", "model": "viduq3-turbo", "key": "first", "values": {"scene": "one"}}
    (tmp_path / "films.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    with Server(life=("running", "done")) as server:
        shell = Shell(tmp_path, [server])
        assert shell.run("batch", "run", "films.jsonl", "--polling", "0.1", "--interval", "0.1").code == 0
        (paid,) = server.paid
        of_batch, other = shell.run("status", f"vidu:{paid.id}"), shell.run("status", f"vidu:{server.make({}).id}")
    assert f"vidu:{paid.id}: job first of batch films, prompt 'a bird', values {{'scene': 'one'}}" in of_batch.err
    assert (other.code, "batch" in other.err) == (0, False)


def test_address_of_a_film_is_printed_as_a_secret_or_opened_once_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def keep(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", keep)
    with Server(life=("running",)) as server:
        assert Shell(tmp_path, [server]).run("open", f"vidu:{server.make({}).id}").code == 9
    assert opened == []
    with Server(life=("done",)) as server:
        shell, ref = Shell(tmp_path, [server]), f"vidu:{server.make({}).id}"
        done, shown = shell.run("url", ref), shell.run("open", ref)
        assert (done.code, shown.code, shown.out) == (0, 0, "")
        assert [text.startswith(server.url) for text in (done.lines[0], *opened)] == [True, True]
    assert "secret" in done.err


FOLDER: Final[Object] = {"url": "file:///home/ada/vidu%20ext", "dir_info": {}}
EDITABLE: Final[Object] = {"url": "file:///home/ada/vidu", "dir_info": {"editable": True}}
GIT: Final[Object] = {"url": "https://git.example/vidu.git", "vcs_info": {"vcs": "git", "commit_id": "abc123"}}


@pytest.mark.parametrize(
    ("tool", "marker", "origin", "command"),
    [
        ("pip", "", None, "pip install 'vidu-ext[durable]'"),
        ("uv", "", None, "uv pip install 'vidu-ext[durable]'"),
        ("pip", "", FOLDER, "pip install '/home/ada/vidu ext[durable]'"),
        ("uv", "", EDITABLE, "uv pip install -e '/home/ada/vidu[durable]'"),
        ("pip", "", GIT, "pip install 'vidu-ext[durable] @ git+https://git.example/vidu.git@abc123'"),
        ("pip", "pipx_metadata.json", None, "pipx install --force 'vidu-ext[cli,durable]'"),
        ("uv", "uv-receipt.toml", FOLDER, "uv tool install --force '/home/ada/vidu ext[cli,durable]'"),
    ],
)
def test_install_command_fits_the_tool_and_the_origin_of_this_installation(
    tool: str, marker: str, origin: Object | None, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dist_info = tmp_path / "vidu_ext-0.1.0.dist-info"
    dist_info.mkdir()
    (dist_info / "METADATA").write_text("Name: vidu-ext\nVersion: 0.1.0\n", encoding="utf-8")
    (dist_info / "INSTALLER").write_text(f"{tool}\n", encoding="utf-8")
    if origin is not None:
        (dist_info / "direct_url.json").write_text(json.dumps(origin), encoding="utf-8")
    if marker:
        (tmp_path / marker).touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert install_command("durable") == command
