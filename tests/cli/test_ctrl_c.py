"""Ctrl-C gives exit code 130 and prints a command that continues the work. A killed command leaves an order."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from itertools import repeat
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest
from cli_running import QUICK, Completed, Shell, ended, request_of
from provider_forms import Act, Route
from provider_tasks import film_of
from server import Server

import vidu_ext
from vidu_ext import TaskRef
from vidu_ext.cli.commands import generate
from vidu_ext.cli.output import Printer
from vidu_ext.transport.part_file import part_of

OURS: Final = str(Path(vidu_ext.__file__).parent)
HANGS = Act(ends="hangs")


def interrupted(process: subprocess.Popen[str], server: Server, route: Route) -> Completed:
    """Press Ctrl-C as soon as a route is called, and return how the command ended.

    The signal comes twice, as from `timeout` and from shells; once, the second one cost the command that continues.
    """
    server.wait_for(route)
    time.sleep(0.1)
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.005)
    done = ended(process)
    assert done.code == 130, done
    assert "Traceback" not in done.err
    return done


def continuation(done: Completed) -> list[str]:
    """Return the arguments of the command that stderr names to continue."""
    match = re.search(r"vidu ((?:wait|download|find) [^`\n]*)", done.err)
    assert match, done.err
    return shlex.split(match[1])


def test_interrupted_wait_prints_the_command_that_continues(tmp_path: Path) -> None:
    with Server(life=("queued", *["running"] * 3, "done"), plan={"status": [None, *repeat(HANGS, 1)]}) as server:
        shell = Shell(tmp_path, [server])
        process = shell.start("generate", *request_of("vidu"), "-o", "my films/", *QUICK)
        done = interrupted(process, server, "status")
        assert done.lines == [f"vidu:{server.paid[0].id}"]
        resumed = shell.run(*continuation(done), *QUICK)
        assert (resumed.code, resumed.lines) == (0, [f"my films/{server.paid[0].id}.mp4"]), resumed
        assert len(server.paid) == 1


def test_interrupted_download_prints_the_command_that_continues(tmp_path: Path) -> None:
    half: Mapping[Route, Iterable[Act]] = {"film": [Act(ends="hangs", sends=lambda body: body[:5000])]}
    with Server(life=("done",), plan=half) as server:
        ref = f"vidu:{server.make({}).id}"
        shell = Shell(tmp_path, [server])
        done = interrupted(shell.start("download", ref, "-o", "bird.mp4"), server, "film")
        assert f"The result of {ref} is not lost, and the partial download resumes." in done.err
        assert part_of(tmp_path / "bird.mp4").exists()
        assert shell.run(*continuation(done)).lines == ["bird.mp4"]
        assert (tmp_path / "bird.mp4").read_bytes() == film_of(server.paid[0].id)
        assert server.calls("film")[1].headers["range"] == "bytes=5000-"


def test_interrupted_request_is_an_order_that_can_be_found(tmp_path: Path) -> None:
    with Server("comfy", plan={"create": [HANGS]}) as server:
        shell = Shell(tmp_path, [server])
        done = interrupted(shell.start("generate", *request_of("comfy")), server, "create")
        assert "Submission.parse" not in done.err
        assert "to_text" not in done.err
        assert done.out == ""
        assert "may be paid" in done.err
        assert shell.run(*continuation(done)).lines == [f"comfy:{server.paid[0].id}"]
        assert len(server.paid) == 1, "paid twice"


def test_ctrl_c_while_the_reference_is_printed_names_the_task_and_records_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, the command said then that nothing was paid, and did not record the order."""

    def interrupted_output(_output: Printer, _ref: TaskRef, **_: object) -> None:
        raise KeyboardInterrupt

    with Server(life=("done",)) as server:
        shell = Shell(tmp_path, [server])
        monkeypatch.setattr(generate, "print_accepted", interrupted_output)
        done = shell.run("generate", *request_of("vidu"))
        assert done.code == 130
        assert continuation(done) == ["wait", f"vidu:{server.paid[0].id}"]
        assert shell.run(*continuation(done), *QUICK).code == 0
        assert shell.run("orders").lines[0].split("\t")[1] == f"vidu:{server.paid[0].id}"
        assert len(server.paid) == 1


@pytest.mark.parametrize("provider", ["vidu", "zenlayer"])
def test_command_that_is_killed_at_any_line_leaves_an_order_or_has_printed_the_reference(provider: str, tmp_path: Path) -> None:
    printed: list[str] = []
    lost_at: list[str] = []

    def row(output: Printer, *cells: str) -> None:
        print_row(output, *cells)
        printed.extend(cells)

    def look(frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line" and server.paid and not printed and not shell.unsettled_orders():
            lost_at.append(f"{frame.f_code.co_filename}:{frame.f_lineno}")
        return look

    print_row = Printer.row
    with Server(provider) as server, pytest.MonkeyPatch.context() as patch:
        shell = Shell(tmp_path, [server])
        patch.setattr(Printer, "row", row)
        before = sys.gettrace()
        sys.settrace(look)
        try:
            done = shell.run("generate", *request_of(provider), "--no-wait")
        finally:
            sys.settrace(before)
        assert printed == done.lines == [f"{provider}:{server.paid[0].id}"]
        assert not lost_at
        assert not shell.unsettled_orders()


def test_tasks_that_have_ended_are_not_waited_for_again(tmp_path: Path) -> None:
    with Server(life=("done",)) as server, Server("comfy", life=("running",)) as other:
        refs = [f"vidu:{server.make({}).id}", f"comfy:{other.make({}).id}"]
        process = Shell(tmp_path, [server, other]).start("wait", *refs, "--json")
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["reference"] == refs[0]
        (error,) = interrupted(process, other, "status").documents
        assert error["error"] == {
            "type": "Interrupted",
            "message": f"interrupted. The task keeps running and is charged. Continue with: vidu wait {refs[1]}",
            "exit_code": 130,
            "references": [refs[1]],
        }
