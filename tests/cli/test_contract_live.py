"""`vidu contract live` asks only what is free, reports each difference with its grade, and says what it could not compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

import pytest
from cli_running import Completed, Shell
from drifting_provider import DRIFTS, KEY, MISSING, STATUS, Answers, DriftingProvider, answers

from vidu_ext.values.tasks import Json

NOTHING_LISTENS: Final = "http://127.0.0.1:9"


def live(folder: Path, provider: DriftingProvider, *further: str) -> Completed:
    return Shell(folder, [provider]).run("contract", "live", *further)


def reported(done: Completed) -> list[dict[str, Any]]:
    accounts = cast("list[dict[str, Any]]", done.document["accounts"])
    return [drift for account in accounts for answer in account["answers"] for drift in answer["drifts"]]


@pytest.mark.parametrize("name", DRIFTS)
def test_live_reports_a_changed_status_with_its_grade(name: str, tmp_path: Path) -> None:
    status, grade, place = DRIFTS[name]
    with DriftingProvider(answers(status)) as provider:
        done = live(tmp_path, provider, "--json")
    assert done.code == 12
    assert [one for one in reported(done) if one["grade"] == grade and one["place"].endswith(place)]
    assert done.document[grade]


def test_live_reports_nothing_of_answers_as_documented(tmp_path: Path) -> None:
    with DriftingProvider(answers(STATUS)) as provider:
        done = live(tmp_path, provider)
    assert (done.code, done.out) == (0, "")
    assert ("GET", "/ent/v2/tasks/1/creations") in provider.asked, "the task that is listed was not asked for"
    assert {method for method, _ in provider.asked} == {"GET"}


def test_live_prints_neither_keys_nor_values(tmp_path: Path) -> None:
    status: Json = {**STATUS, "secret": "a value of the user", "prompt_text": KEY}
    with DriftingProvider(answers(status)) as provider:
        done = live(tmp_path, provider)
    assert done.code == 12
    assert KEY not in done.out + done.err
    assert "a value" not in done.out + done.err


REFUSED: Final[Answers] = {path: (401, {"code": 401, "reason": "Unauthorized", "message": "no"}) for path in answers(STATUS)}
ENDS: Final[dict[str, tuple[Answers, bytes | None, int, str]]] = {
    "a refused key": (REFUSED, None, 5, "key"),
    "another server": ({}, b"<h1>Welcome</h1>", 13, "base URL"),
    "one object for all": ({}, b'{"status": "ok"}', 12, "is the base URL right?"),
}
"""Answers, the exit code, and what is said. The list of drama tasks has no documented members, so the answer of any other server
was recognised as one."""


@pytest.mark.parametrize("name", ENDS)
def test_live_of_what_is_not_the_provider_has_its_exit_code(name: str, tmp_path: Path) -> None:
    given, content, code, says = ENDS[name]
    with DriftingProvider(given, content=content, otherwise=(200 if code == 12 else 404, MISSING)) as provider:
        done = live(tmp_path, provider)
    assert (done.code, says in done.err) == (code, True), done
    assert code == 12 or len(done.err.splitlines()) == 1


def test_live_of_a_server_that_is_not_reached_ends_with_6(tmp_path: Path) -> None:
    done = Shell(tmp_path, variables={"VIDU_API_KEY": KEY, "VIDU_BASE_URL": NOTHING_LISTENS}).run("contract", "live")
    assert (done.code, len(done.err.splitlines())) == (6, 1)


def test_live_asks_for_tasks_that_are_named(tmp_path: Path) -> None:
    with DriftingProvider({**answers(STATUS), "/ent/v2/tasks/77/creations": (200, {})}) as provider:
        done = live(tmp_path, provider, "--task", "vidu:77", "--newest", "0", "--json")
    assert (done.code, done.document["broken"]) == (12, 1)
