"""Remedies of errors are data, which the library words in Python, and the command with its commands and options."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, get_args

import pytest

from vidu_ext import TaskFilter
from vidu_ext.cli.config import load
from vidu_ext.cli.mcp.server import WORDS as TOOL_WORDS
from vidu_ext.cli.remedies import FLAGS, WORDS, error_text
from vidu_ext.client.arguments import Order
from vidu_ext.client.interrupts import find_note, wait_note
from vidu_ext.flows.policy import deadline_after
from vidu_ext.providers.accounts import Account, accounts_from_environment
from vidu_ext.values import errors
from vidu_ext.values.base_error import ConfigurationError, ViduError
from vidu_ext.values.fault import Fault
from vidu_ext.values.remedy import LIBRARY, Action, Note
from vidu_ext.values.submission import Settlement, Submission
from vidu_ext.values.tasks import Snapshot, TaskRef, TaskState

REF: Final = TaskRef("vidu", "7")
PYTHON: Final = re.compile(r"\w\([^)]|=(True|False|')|error\.|\.snapshot|binary mode|DownloadOptions|datetime")
"""Advice for programmers."""


def submission(settlement: Settlement) -> Submission:
    return Submission("zenlayer", "zenlayer", "textToVideo", settlement, "m-1", 1.5, {"prompt": "a paper bird"})


def unknown(settlement: Settlement) -> ViduError:
    return errors.SubmissionUnknownError("zenlayer", "lost", submission(settlement))


def snapshot(state: TaskState) -> Snapshot:
    return Snapshot(REF, state, state.value, {})


def error_of(call: Callable[[], object]) -> ViduError:
    with pytest.raises(ViduError) as caught:
        call()
    return caught.value


ERRORS: Final[dict[str, tuple[ViduError, str, str]]] = {
    "wait": (errors.WaitTimeoutError(REF, None, elapsed=3.0), "with wait('vidu:7')", "`vidu wait vidu:7`"),
    "find": (unknown("payload"), "find(error.submission): it searches", "`vidu find 17`: it searches"),
    "check-console": (unknown("none"), "check its console", "`vidu orders --forget 17` removes the record once"),
    "choose-name": (
        errors.DownloadRefusedError("It exists.", REF, action="choose-name"),
        "overwrite='replace'",
        "leave out --no-overwrite. Download it again with `vidu download vidu:7`",
    ),
    "skip-check": (
        errors.InvalidRequestError("vidu", "textToVideo", [Fault("#/duration", "too long", None)]),
        "pass check=False",
        "use --no-check",
    ),
    "pass-once": (
        error_of(lambda: Order(request={}, again=True)),
        "Pass once= too",
        "Use --once too",
    ),
}


@pytest.mark.parametrize("action", ERRORS)
def test_remedy_is_worded_for_python_and_for_the_command(action: str) -> None:
    error, python, command = ERRORS[action]
    assert error.remedy is not None
    assert error.remedy.action == action
    assert str(error).startswith(error.summary)
    assert python in str(error)
    shown = error_text(error, order=17)
    assert error.summary.removeprefix(getattr(error, "option", None) or "") in shown
    assert command in shown
    assert not PYTHON.search(shown)


def test_every_action_has_words_on_both_sides() -> None:
    assert set(LIBRARY) == set(WORDS) == set(get_args(Action))
    assert not [action for action, words in (*WORDS.items(), *TOOL_WORDS.items()) if PYTHON.search(words)]


def test_option_is_named_as_python_or_the_command_writes_it() -> None:
    error = error_of(lambda: TaskFilter(since="yesterday"))
    assert str(error).startswith("TaskFilter.since needs a time, not 'yesterday'. Write 2026-11-22")
    assert "a datetime with a time zone" in str(error)
    assert error_text(error).startswith("--since needs a time, not 'yesterday'. Write it as 2026-11-22")
    assert not PYTHON.search(error_text(error))
    late = error_of(lambda: deadline_after(-1.0, 0.0))
    assert (str(late).split(" must ")[0], error_text(late).split(" must ")[0]) == ("timeout", "--timeout")
    for option, flag in FLAGS.items():
        wrong = ConfigurationError("must be another.", option=option)
        assert (str(wrong), error_text(wrong)) == (f"{option} must be another.", f"{flag} must be another.")


def test_account_over_plain_http_names_the_setting_of_each_side(tmp_path: Path) -> None:
    """Once, an error lost its remedy when the place in the file or the name of the variable was added to its message."""
    address = "http://203.0.113.1"
    error = error_of(lambda: Account(provider="vidu", key="k", base_url=address))
    of_environment = error_of(lambda: accounts_from_environment({"VIDU_API_KEY": "k", "VIDU_BASE_URL": address}))
    file = tmp_path / "config.toml"
    file.write_text(f"[[accounts]]\nprovider = 'vidu'\nkey = 'k'\nbase_url = '{address}'\n", encoding="utf-8")
    of_file = error_of(lambda: load({"VIDU_CONFIG": str(file)}))
    for refusal in (error, of_environment, of_file):
        assert str(refusal).endswith("allow it with allow_insecure=True.")
        assert error_text(refusal).endswith("allow it with allow_insecure = true in the configuration file.")


@pytest.mark.parametrize(
    ("note", "python", "command"),
    [
        (wait_note([REF]), "The task keeps running and is charged. Wait for it with wait('vidu:7')", "`vidu wait vidu:7`"),
        (
            wait_note([TaskRef("vidu", str(number)) for number in range(7)]),
            "Wait for them with wait_all(['vidu:0', 'vidu:1', 'vidu:2', 'vidu:3', 'vidu:4', ...])",
            "`vidu wait vidu:0 vidu:1 vidu:2 vidu:3 vidu:4 vidu:5 vidu:6`",
        ),
        (find_note(submission("payload")), "find(Submission.parse(text)): it searches", "`vidu find 17`: it"),
        (find_note(submission("none")), "check its console", "`vidu orders --forget 17`"),
        (find_note(None), "No request is on its way, and nothing is paid.", "No request is on its way, and nothing is paid."),
    ],
)
def test_note_of_an_interrupt_is_worded_for_python_and_for_the_command(note: Note, python: str, command: str) -> None:
    interrupt = KeyboardInterrupt()
    interrupt.add_note(note)
    assert python in interrupt.__notes__[0]
    shown = error_text(interrupt, order=17)
    assert command in shown
    assert not PYTHON.search(shown)
    copied = pickle.loads(pickle.dumps(note))  # noqa: S301
    assert (copied, copied.summary, copied.remedy) == (note, note.summary, note.remedy)
