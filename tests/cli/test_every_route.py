"""`vidu submit` and `vidu call`: every operation of every spec from the command, with the same checks, orders and ceilings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from cli_running import Completed, Shell
from core_calls import Calls, with_known_names
from operations import EXAMPLES, Example

from vidu_ext.emulator import FaultRule
from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.values.tasks import Object

pytest_plugins = ["cli_fixtures"]

SPEECH: Final = ("call", "vidu", "textToSpeech", "--set", "text=Hello", "--set", "voice_setting_voice_id=7")


def run_example(shell: Shell, example: Example, body: Object, *more: str) -> Completed:
    """Run the command for an example, with a body in a file."""
    operation = example.operation
    path_id = "q3-fast" if operation.path_parameter == "model" else str(body.get("id", "940107923630096384"))
    file = shell.folder / "body.json"
    file.write_text(json.dumps({name: value for name, value in body.items() if name in operation.properties}), encoding="utf-8")
    id_option = () if operation.path_parameter is None else ("--id", path_id)
    body_option = () if operation.body is None else ("--body", str(file))
    command = "submit" if example.starts_task else "call"
    return shell.run(command, example.provider, operation.id, *body_option, *id_option, *more)


def prepared(emulator: EmulatorServer, example: Example) -> Object:
    """Return the body of an example, with the films, creations, subjects and uploads that it names."""
    calls = Calls.to(emulator.emulator, emulator.env()[f"{example.provider.upper()}_API_KEY"])
    return with_known_names(calls, example.provider, example.operation.id, example.body)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_every_operation_is_carried_out_by_the_command(example: Example, tmp_path: Path) -> None:
    """A task is paid once under its key; an answer at once is printed."""
    rate = 0 if example.operation.id == "cancelTask" else 100  # what is to be cancelled still waits
    with EmulatorServer(clock=Clock(rate=rate)) as emulator:
        check_operation(example, Shell(tmp_path, variables=emulator.env()), emulator)


def check_operation(example: Example, shell: Shell, emulator: EmulatorServer) -> None:
    body, ledger = prepared(emulator, example), emulator.emulator.ledger
    before = len(ledger.paid)
    if example.operation.body is not None:
        shown = run_example(shell, example, body, "--dry-run")
        assert (shown.code, f"{example.operation.id} {{" in shown.err) == (0, True), shown
    more = ("--no-wait", "--once", "k") if example.starts_task else ()
    done = run_example(shell, example, body, *more)
    assert done.code == 0, done
    assert ledger.count(example.provider, example.operation.id) == 1
    if not example.starts_task:
        assert len(ledger.paid) <= before + 1
        if example.operation.answers_json:
            json.loads(done.out)
        return
    again = run_example(shell, example, body, *more)
    (paid,) = ledger.paid[before:]
    assert (again.code, again.lines, done.lines[0].endswith(paid.id)) == (0, done.lines, True)
    assert (paid.provider, paid.operation) == (example.provider, example.operation.id)
    assert shell.run("orders").lines[0].split("\t")[:2] == ["k", done.lines[0]]


def test_set_option_wins_over_the_body_of_a_file(shell: Shell, emulator: EmulatorServer) -> None:
    (shell.folder / "b.json").write_text('{"video_url": "https://example.com/v.mp4", "text": "from the file"}', encoding="utf-8")
    shell.run("submit", "vidu", "lipSync", "--body", "b.json", "--set", "text=given", "--no-wait")
    assert emulator.emulator.ledger.paid[0].body["text"] == "given"


@pytest.mark.parametrize("more", [(), ("--once", "speech-1")], ids=["plain", "once"])
def test_lost_answer_of_a_paid_call_is_reported_and_nothing_is_sent_again(more: tuple[str, ...], tmp_path: Path) -> None:
    lost = FaultRule(kind="answer_lost", operation="textToSpeech", nth=1)
    with EmulatorServer(rules=[lost]) as server:
        shell = Shell(tmp_path, variables=server.env())
        done = shell.run(*SPEECH, *more)
        assert (done.code, done.out) == (7, ""), done
        assert "may or may not" in done.err
        assert "check its console" in done.err
        (order,) = shell.unsettled_orders()
        assert shell.run("find", order).code == 7
        again = shell.run(*SPEECH, "--once", "speech-1") if more else done
        assert (again.code, server.emulator.ledger.count("vidu", "textToSpeech")) == (7, 1)
        assert shell.unsettled_orders() == [order]


def test_stored_answer_of_a_key_is_printed_again_and_paid_once(shell: Shell, emulator: EmulatorServer) -> None:
    first, second = (shell.run(*SPEECH, "--once", "speech-1") for _ in range(2))
    assert (first.code, first.out) == (0, second.out)
    assert "nothing is paid now" in second.err
    assert len(emulator.emulator.ledger.paid) == 1
    assert shell.run("orders").lines[0].split("\t")[:2] == ["speech-1", "answered"]


def test_call_that_costs_nothing_is_no_order(shell: Shell) -> None:
    assert shell.run("call", "vidu", "getCredits").code == 0
    assert shell.run("orders").lines == []
