"""The command says on stderr why it waits, and after Ctrl-C what was seen."""

from __future__ import annotations

import signal
from pathlib import Path

from cli_running import Person, ended, request_of
from server import Act, Server


def test_busy_provider_is_said_on_stderr(tmp_path: Path) -> None:
    busy = Act(accepts=False, status=429, headers={"retry-after": "0"})
    with Server(plan={"create": [busy, busy]}) as server:
        done = Person(tmp_path, [server]).does("generate", *request_of("vidu"), "--no-wait")
    assert done.code == 0
    assert done.err.count("HTTP 429") == 1
    assert "trying again for up to" in done.err


def test_ctrl_c_in_the_wait_of_a_task_that_does_not_exist_says_what_was_seen(tmp_path: Path) -> None:
    """It said "goes on and stays paid" of a mistyped reference."""
    with Server() as server:
        process = Person(tmp_path, [server]).starts("wait", "vidu:99999", "--interval", "0.05")
        server.wait_for("status", 3)
        process.send_signal(signal.SIGINT)
        done = ended(process)
    assert done.code == 130
    assert "the state of vidu:99999 cannot be had now" in done.err
    assert "No answer has told of vidu:99999 so far" in done.err
    assert "Go on with: vidu wait vidu:99999" in done.err
