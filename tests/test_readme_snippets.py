"""Every Python block of README.md runs, in order and in one namespace, against providers that answer as documented."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import respx

TEXT: Final = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS: Final[list[str]] = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)

pytest_plugins = ["pytester"]

KEY: Final = "key-of-the-environment"
FIRST_TASK: Final = 940107923630096384
VIDEO: Final = b"\x00\x00\x00\x18ftypmp42" + b"v" * 1000
CREATIONS: Final = [{"id": "1", "url": "https://results.example/v.mp4", "cover_url": "https://results.example/c.jpeg"}]
SPEECH: Final = {"task_id": "901000000000000001", "state": "success", "file_url": "https://results.example/a.mp3"}
REFUSED: Final[dict[str, object]] = {"code": 400, "reason": "FieldInvalid", "message": "invalid field: duration", "metadata": {}}


def done(task_id: str) -> dict[str, object]:
    return {"id": task_id, "state": "success", "err_code": "", "credits": 60, "creations": CREATIONS}


def listed(request: httpx.Request) -> httpx.Response:
    tasks = [done(task_id) for task_id in request.url.params.get_list("task_ids")]
    return httpx.Response(200, json={"tasks": tasks, "next_page_token": ""})


def polled(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=done(request.url.path.split("/")[-2]))


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[respx.MockRouter]:
    """Vidu, which finishes every task at once, and the host of its results; files land in an empty folder."""
    for name in ("COMFY", "ZENLAYER", "SKILLS_VIDEO"):
        monkeypatch.delenv(f"{name}_API_KEY", raising=False)
    monkeypatch.setenv("VIDU_API_KEY", KEY)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "birds").mkdir()
    (tmp_path / "films.csv").write_text(manifest(), encoding="utf-8")
    ids = count(FIRST_TASK)

    def created(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"task_id": str(next(ids)), "state": "created", "credits": 60})

    with respx.mock(assert_all_called=False) as router:
        router.post(url__regex=r"https://api\.vidu\.com/ent/v2/(text2video|img2video|lip-sync)", name="create").mock(
            side_effect=created
        )
        router.post("https://api.vidu.com/ent/v2/audio-tts").mock(return_value=httpx.Response(200, json=SPEECH))
        router.get("https://api.vidu.com/ent/v2/tasks", name="list").mock(side_effect=listed)
        router.get(url__regex=r"https://api\.vidu\.com/ent/v2/tasks/\d+/creations", name="poll").mock(side_effect=polled)
        router.get(url__startswith="https://results.example/", name="file").mock(
            return_value=httpx.Response(200, content=VIDEO, headers={"content-type": "video/mp4"})
        )
        yield router


@pytest.fixture(autouse=True)
def fast_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Polls without the pause of two seconds: the README shows the defaults, the test need not wait for them."""
    from vidu_ext.flows import policy

    def pause(*_: object, **__: object) -> float:
        return 0.01

    monkeypatch.setattr(policy.PollPolicy, "pause", pause)


def manifest() -> str:
    """The rows of the batch that README.md shows."""
    return TEXT.partition("<<'END'\n")[2].partition("END\n")[0]


def run(blocks: list[str]) -> dict[str, Any]:
    """What the blocks leave behind, run one after the other."""
    namespace: dict[str, Any] = {"__name__": "readme"}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), namespace)  # noqa: S102 - it is our own README
    return namespace


def block_with(words: str) -> str:
    """The one block that holds these words."""
    (found,) = (block for block in BLOCKS if words in block)
    return found


def test_first_example_is_longer_than_ten_lines() -> None:
    assert len(BLOCKS[0].splitlines()) <= 10


def test_readme_shows_code_that_does_not_run(
    provider: respx.MockRouter, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(BLOCKS)
    printed = capsys.readouterr().out
    assert f"vidu:{FIRST_TASK}" in printed
    assert f"{len(VIDEO)} 60" in printed
    assert "vidu cannot serve it" in printed
    assert "#/duration: 11 is more than 10" in printed
    assert (tmp_path / "bird.mp4").read_bytes() == VIDEO
    calls: list[Any] = list(provider.calls)
    creates = [call.request for call in calls if call.request.method == "POST"]
    assert creates[0].headers["authorization"] == f"Token {KEY}"


def test_readme_shows_a_test_that_fails(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_program=block_with("# test_program.py"))
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


SHELL: Final[list[str]] = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
FIRST: Final = "vidu:940107923630096384"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The environment of somebody in an empty folder with a picture in it, beside an emulator that has made a first video."""
    from vidu_ext.emulator import Clock, EmulatorServer
    from vidu_ext.emulator.media import picture

    monkeypatch.chdir(tmp_path)
    Path("bird.png").write_bytes(picture(seed="bird", width=320, height=320, form="png"))
    with EmulatorServer(clock=Clock(rate=20)) as server:
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        yield {**os.environ, **server.env(), "PATH": path, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}


def test_readme_shows_commands_that_fail(shell: dict[str, str]) -> None:
    (block,) = (block for block in SHELL if "vidu providers" in block)
    told: list[str] = []
    for line in block.splitlines():
        command = line.partition("#")[0].replace(FIRST, told[-1].split()[0] if FIRST in line else "")
        done = subprocess.run(command, shell=True, env=shell, capture_output=True, text=True, check=False, timeout=240)  # noqa: S602
        assert done.returncode == 0, f"{command}: {done.stderr}"
        told.append(done.stdout)
    assert "studio" not in told[0]
    assert b"ftyp" in Path("bird.mp4").read_bytes()[:32]
    assert [path.suffix for path in Path("birds").iterdir()] == [".mp4"]


def test_readme_shows_an_emulator_that_is_not_found(shell: dict[str, str]) -> None:
    (block,) = (block for block in SHELL if "--print-env" in block)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = block.replace("vidu emulator", f"vidu emulator --port {port}") + "status=$?; kill %1; exit $status"
    done = subprocess.run(["/bin/bash", "-mc", script], env=shell, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith(".mp4")


def test_readme_shows_a_batch_that_does_not_end(shell: dict[str, str]) -> None:
    (block,) = (block for block in SHELL if "vidu batch run" in block)
    done = subprocess.run(["/bin/bash", "-ec", block], env=shell, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in Path("films-files").iterdir()} == {"001-opening.mp4", "002-flight.mp4"}
    assert len(Path("films-done.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_readme_shows_a_configuration_that_is_refused(tmp_path: Path) -> None:
    from vidu_ext.cli.config import load

    (written,) = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    (tmp_path / "config.toml").write_text(written, encoding="utf-8")
    (tmp_path / "config.toml").chmod(0o600)
    found = load({"VIDU_CONFIG": str(tmp_path / "config.toml"), "STUDIO_KEY": KEY, "COMFY_API_KEY": KEY})
    assert [account.name for account in found.accounts()] == ["studio", "comfy"]


FAULTS: Final[dict[str, tuple[httpx.Response | Exception, str]]] = {
    "a refused request": (httpx.Response(400, json=REFUSED), "400 FieldInvalid invalid field: duration"),
    "an HTML page": (httpx.Response(502, html="<h1>Bad gateway</h1>"), "<h1>Bad gateway</h1>"),
    "no connection": (httpx.ConnectError("no connection"), "not sent"),
    "no answer": (httpx.ReadTimeout("no answer"), "look into the list of tasks"),
    "half an answer": (httpx.RemoteProtocolError("half an answer"), "look into the list of tasks"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_readme_expects_an_error_in_a_form_in_which_it_does_not_come(
    fault: str, provider: respx.MockRouter, capsys: pytest.CaptureFixture[str]
) -> None:
    answer, expected = FAULTS[fault]
    provider.routes["create"].mock(side_effect=[answer])
    run([block_with("except ResponseDecodeError")])
    printed = capsys.readouterr().out
    assert expected in printed
    assert KEY not in printed


def test_readme_looks_later_in_a_way_that_finds_nothing(provider: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer to the create is lost; the idempotency key is found in the list only when it is looked for again."""
    sent: list[str] = []

    def lost(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content)["payload"])
        return httpx.Response(504, html="<h1>Gateway time-out</h1>")

    def searched(_: httpx.Request) -> httpx.Response:
        if provider.routes["list"].call_count == 0:
            return httpx.Response(401, json={"code": 401, "reason": "Unauthorized", "message": "unauthorized"})
        return httpx.Response(200, json={"tasks": [{**done("1"), "payload": sent[0]}], "next_page_token": ""})

    provider.routes["create"].mock(side_effect=lost)
    provider.routes["list"].mock(side_effect=searched)
    namespace = run([BLOCKS[0].splitlines()[0], block_with("except SubmissionUnknownError")])
    assert str(namespace["task"].ref) == "vidu:1"
    assert len(sent) == 1
    assert "vidu:1" not in capsys.readouterr().err


def test_readme_loses_the_task_of_an_interrupted_submit(provider: respx.MockRouter) -> None:
    sent: list[str] = []

    def interrupted(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content)["payload"])
        raise KeyboardInterrupt

    def searched(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"tasks": [{**done("1"), "payload": sent[0]}], "next_page_token": ""})

    provider.routes["create"].mock(side_effect=interrupted)
    provider.routes["list"].mock(side_effect=searched)
    namespace = run([BLOCKS[0].splitlines()[0], "from vidu_ext import Submission", block_with("except KeyboardInterrupt")])
    assert str(namespace["task"].ref) == "vidu:1"
    assert json.loads(Path("submission.json").read_text(encoding="utf-8"))["idempotency_key"] == sent[0]


def test_readme_shows_a_cancelled_submit_without_its_submission(
    provider: respx.MockRouter, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vidu_ext.transport import async_driver

    async def cancelled(_: httpx.Request) -> httpx.Response:
        (main,) = (task for task in asyncio.all_tasks() if "interrupted" in str(task.get_coro()))
        main.cancel()
        await asyncio.sleep(3600)
        raise AssertionError("nobody waits for this answer")

    monkeypatch.setattr(async_driver, "CANCEL_GRACE", 0.01)
    provider.routes["create"].mock(side_effect=cancelled)
    block = block_with("except KeyboardInterrupt").partition("with Vidu")[0]
    names = "import asyncio\nfrom vidu_ext import AsyncVidu, Submission, TextToVideo"
    with pytest.raises(asyncio.CancelledError):
        run([names, block, block_with("except asyncio.CancelledError")])
    printed = capsys.readouterr().out
    assert "Submission(account='vidu'" in printed
    assert "find(Submission.parse(text))" in printed


def test_readme_sends_a_key_in_a_header_that_the_spec_does_not_name() -> None:
    built = run([block_with("clients = [")])["clients"]
    seen: set[str] = set()
    for client in built:
        package = type(client).__module__.rpartition(".")[0]
        spec = json.loads(files(package).joinpath("openapi.json").read_text(encoding="utf-8"))
        http: httpx.Client = client.get_httpx_client()
        scheme = next(iter(spec["components"]["securitySchemes"].values()))
        word = scheme.get("x-key-prefix", "") if scheme["type"] == "apiKey" else scheme["scheme"]
        header, value = scheme.get("name", "Authorization"), f"{word} key".strip()
        assert http.headers[header].lower() == value.lower(), package
        assert str(http.base_url).rstrip("/") in {server["url"] for server in spec["servers"]}, package
        seen.add(package)
    folder = Path(str(files("vidu_clients")))
    assert seen == {f"vidu_clients.{path.name}" for path in folder.iterdir() if (path / "openapi.json").is_file()}
