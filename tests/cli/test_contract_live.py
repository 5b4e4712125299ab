"""`vidu contract live` asks only what is free, reports each difference with its grade, and says what it could not compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

import pytest
from cli_running import Done, Person
from drifting_provider import DRIFTS, KEY, STATUS, DriftingProvider, answers

from vidu_ext.values.tasks import Json

NOTHING_LISTENS: Final = "http://127.0.0.1:9"


def live(folder: Path, provider: DriftingProvider, *further: str) -> Done:
    return Person(folder, [provider]).does("contract", "live", *further)


def reported(done: Done) -> list[dict[str, Any]]:
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


def test_live_of_a_server_that_is_not_reached_ends_with_6(tmp_path: Path) -> None:
    person = Person(tmp_path, variables={"VIDU_API_KEY": KEY, "VIDU_BASE_URL": NOTHING_LISTENS})
    done = person.does("contract", "live")
    assert done.code == 6
    assert len(done.err.splitlines()) == 1


def test_live_of_a_refused_key_ends_with_5(tmp_path: Path) -> None:
    refused = {path: (401, {"code": 401, "reason": "Unauthorized", "message": "no"}) for path in answers(STATUS)}
    with DriftingProvider(cast("Any", refused)) as provider:
        done = live(tmp_path, provider, "--json")
    assert done.code == 5


def test_live_of_another_server_ends_with_13_and_one_line(tmp_path: Path) -> None:
    with DriftingProvider({}, content=b"<h1>Welcome</h1>") as provider:
        done = live(tmp_path, provider)
    assert done.code == 13
    (line,) = done.err.splitlines()
    assert "base URL" in line


def test_live_of_a_server_that_answers_all_with_one_object_asks_whether_it_is_the_right_one(tmp_path: Path) -> None:
    """The list of drama tasks has no documented members, so the answer of any other server was recognised as one."""
    with DriftingProvider({}, content=b'{"status": "ok"}', status=200) as provider:
        done = Person(tmp_path, [provider]).does("contract", "live")
    assert done.code == 12
    assert "is the base URL right?" in done.err


def test_live_asks_for_tasks_that_are_named(tmp_path: Path) -> None:
    with DriftingProvider({**answers(STATUS), "/ent/v2/tasks/77/creations": (200, {})}) as provider:
        done = live(tmp_path, provider, "--task", "vidu:77", "--newest", "0", "--json")
    assert (done.code, done.document["broken"]) == (12, 1)


def test_live_without_an_account_says_how_to_configure_one(tmp_path: Path) -> None:
    done = Person(tmp_path).does("contract", "live")
    assert done.code == 2
    assert "VIDU_API_KEY" in done.err
