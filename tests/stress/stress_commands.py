"""Ctrl-C at every line of `vidu generate`: each paid task is in what the command printed, or `vidu find` finds it.

The command runs in a child, forked from a process that has imported everything, because a command takes a second to start.
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, Final

from interrupting import Line, Lines
from stress_lines import name_of, order_of
from stress_rig import Options, Provider, Row, compare, report, run_program, total
from typer.main import get_command

from vidu_ext.cli.main import app

PROVIDERS: Final = ("vidu", "comfy")
LIFE_SECONDS: Final = 20.0
"""Seconds after which a command that was interrupted counts as stuck."""
REFERENCE: Final = re.compile(r"\b(?:vidu|comfy):[\w-]+")
NAME: Final = "command: Ctrl-C at a line of vidu generate"


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    yield NAME, lambda options: total(_at_one_provider(account, options) for account in PROVIDERS)


def _at_one_provider(account: str, options: Options) -> Row:
    seconds = options.seconds / len(PROVIDERS)
    with tempfile.TemporaryDirectory() as folder, Provider() as provider:
        order: dict[str, Any] = {
            "environment": provider.environment, "account": account, "seconds": seconds, "seed": options.seed, "folder": folder,
            "left": [],
        }  # fmt: skip
        reports = run_program(__file__, order, timeout=4 * seconds + 60.0)
        paid = {task["prompt"] for task in provider.ledger()["paid"]}
        left = [outcome for outcome in reports if not outcome.get("refs") and outcome.get("prompt") in paid]
        searches = run_program(__file__, {**order, "left": left}, timeout=120.0) if left else []
        return compare(provider.ledger(), [*reports, *searches])


# -- the program ----------------------------------------------------------------------------------------------------------


def main(order: dict[str, Any]) -> None:
    os.environ.update(order["environment"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if order["left"]:
        _find(order["left"])
        return
    _load(order)
    where = Path(order["folder"], "places.json")
    recording = Lines()
    _generate(order, "undisturbed", recording, lambda: where.write_text(json.dumps(recording.ran), encoding="utf-8"))
    lines: list[Line] = [(file, number) for _, (file, number) in json.loads(where.read_text(encoding="utf-8"))]
    tried, began = 0, time.monotonic()
    for line, turn in order_of(lines, order["seed"]):
        if time.monotonic() > began + order["seconds"]:
            break
        tried += 1
        _generate(order, f"time {turn} of {name_of(line)}", Lines((line, turn), _interrupt))
    report(notes=[f"{order['account']}: {tried} of {len(lines)} lines tried in {time.monotonic() - began:.0f} s"])


def _load(order: dict[str, Any]) -> None:
    """Run the command once in this process, so that no child needs to import and read what all need."""
    os.environ.update(XDG_STATE_HOME=order["folder"], XDG_CONFIG_HOME=order["folder"])
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed), suppress(SystemExit):
        get_command(app).main(_arguments(order, "loading"))
    report(prompt="loading", refs=REFERENCE.findall(printed.getvalue()))


def _arguments(order: dict[str, Any], prompt: str) -> list[str]:
    return ["generate", prompt, "-m", "viduq3-turbo", "--duration", "5", "--account", order["account"], "--no-wait"]


def _generate(order: dict[str, Any], prompt: str, lines: Lines | None, then: Callable[[], object] = int) -> None:
    folder = Path(tempfile.mkdtemp(dir=str(order["folder"])))
    printed = _run(folder, _arguments(order, prompt), lines, then)
    report(prompt=prompt, refs=list(dict.fromkeys(REFERENCE.findall(printed))), remark=printed[-300:], folder=str(folder))


def _find(left: Sequence[dict[str, Any]]) -> None:
    """Search for the orders of commands that printed no reference, as a user does."""
    for outcome in left:
        folder = Path(outcome["folder"])
        orders = [line.rpartition("\t")[2] for line in _run(folder, ["find"], None).splitlines() if "\t" in line]
        printed = [_run(folder, ["find", order], None) for order in orders]
        report(
            found=outcome["prompt"],
            refs=REFERENCE.findall(" ".join(printed)),
            notes=[] if orders else [f"no order: {outcome['remark']}"],
        )


def _run(folder: Path, arguments: Sequence[str], lines: Lines | None, then: Callable[[], object] = int) -> str:
    """Run a command, and return what it prints on both streams. One that does not end is killed and counts as stuck."""
    log = folder / f"printed {time.monotonic_ns()}"
    child = os.fork()
    if child == 0:
        _run_child(folder, log, arguments, lines, then)
    deadline = time.monotonic() + LIFE_SECONDS
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGABRT)  # it prints its stack
            os.waitpid(child, 0)
            report(stuck=True, notes=[f"{arguments[:2]} did not end"])
            break
        time.sleep(0.005)
    return log.read_text(encoding="utf-8", errors="replace")


def _run_child(folder: Path, log: Path, arguments: Sequence[str], lines: Lines | None, then: Callable[[], object]) -> None:
    """Run the command in the child as a shell does, in a folder of its own."""
    try:
        os.chdir(folder)
        os.environ.update(XDG_STATE_HOME=str(folder), XDG_CONFIG_HOME=str(folder))
        stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(stream, 1)
        os.dup2(stream, 2)
        command = get_command(app)
        sys.settrace(lines.trace if lines else None)
        command.main(list(arguments))
    except BaseException as end:
        sys.settrace(None)
        if not isinstance(end, SystemExit):
            sys.stderr.write(f"{end!r}\n")
    finally:
        sys.settrace(None)
        then()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main(json.load(sys.stdin))
