"""The command says on stderr why it waits, and after Ctrl-C what was seen."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import pytest
from cli_running import Shell, ended, request_of
from provider_forms import Act
from server import Server

from vidu_ext.cli import progress
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress

KEY: Final = "a-key-of-these-tests"


def shell_for(url: str, folder: Path) -> Shell:
    return Shell(folder, variables={"VIDU_API_KEY": KEY, "VIDU_BASE_URL": url})


@contextmanager
def silent() -> Generator[str]:
    """Listen at an address, and answer nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def refusing() -> Generator[str]:
    """Reserve an address that refuses connections."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@contextmanager
def answering_503() -> Generator[str]:
    """Answer every question for the credits with one status."""
    with Server(key=KEY, plan={"credits": [Act(accepts=False, status=503)] * 1000}) as server:
        yield server.url


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Return the lines on stderr up to one with these words."""
    lines = ""
    assert process.stderr is not None
    while words not in lines:
        line = process.stderr.readline()
        assert line, f"ended with {lines}"
        lines += line
    return lines


@pytest.mark.parametrize(
    ("failing", "reason", "command"),
    [
        (silent, "no answer yet", ("generate", *request_of("vidu"))),
        (refusing, "not reached: connection refused", ("status", "vidu:99999")),
        (answering_503, "HTTP 503", ("credits",)),
    ],
)
def test_command_in_a_pipe_reports_why_it_waits(
    failing: Callable[[], AbstractContextManager[str]], reason: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    """Once, all of them were silent, for up to two minutes. On a terminal, test_terminal.py shows another reason."""
    with failing() as url:
        process = shell_for(url, tmp_path).start(*command)
        read_until(process, reason)
        process.send_signal(signal.SIGINT)
        ended(process)


def test_interrupted_download_before_any_answer_does_not_call_the_task_paid(tmp_path: Path) -> None:
    with silent() as url:
        process = shell_for(url, tmp_path).start("download", "vidu:99999")
        read_until(process, "no answer yet")
        process.send_signal(signal.SIGINT)
        report = "interrupted. The provider had not answered. A task that exists keeps running and is charged."
        assert report in ended(process).err


def test_reports_are_as_frequent_in_a_long_wait_as_in_a_short_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, the pauses grew to a minute with the age of the wait."""
    monkeypatch.setattr(progress, "SILENCE_SECONDS", 0.02)
    with Progress(Printer()) as shown:
        monkeypatch.setattr(shown, "_began", time.monotonic() - 3600)
        reports = 0
        until = time.monotonic() + 20
        while reports < 3 and time.monotonic() < until:
            time.sleep(0.02)
            reports += capsys.readouterr().err.count("no answer yet")
    assert reports >= 3


def test_provider_that_is_nowhere_ends_the_command_in_seconds(tmp_path: Path) -> None:
    with refusing() as url:
        done = shell_for(url, tmp_path).run("generate", *request_of("vidu"))
    assert done.code == 6
    assert re.search(r"trying again for up to [1-5] s", done.err), done
    assert "VIDU_BASE_URL" in done.err.splitlines()[-1]
