"""`vidu contract live`, `record` and `replay`: they send only requests that are free, grade drifts, and keep nothing private."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, cast

import pytest
from cli_running import Completed, Shell
from drifting_provider import DRIFTS, KEY, MISSING, STATUS, Answers, DriftingProvider, answers

from vidu_ext.values.tasks import Json, Object


def live(folder: Path, provider: DriftingProvider, *further: str) -> Completed:
    return Shell(folder, [provider]).run("contract", "live", *further)


def record(folder: Path, provider: DriftingProvider, *further: str) -> tuple[Completed, list[Path]]:
    done = Shell(folder, [provider]).run("contract", "record", "-o", "kept", *further)
    return done, sorted((folder / "kept").glob("*.json")) if (folder / "kept").exists() else []


def replay(folder: Path, *files: object) -> Completed:
    return Shell(folder, variables={"VIDU_API_KEY": KEY}).run("contract", "replay", *map(str, files), "--json")


def recordings_of(done: Completed) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", done.document["recordings"])


@pytest.mark.parametrize("name", DRIFTS)
def test_live_and_replay_report_a_changed_status_with_its_grade(name: str, tmp_path: Path) -> None:
    status, grade, place = DRIFTS[name]
    with DriftingProvider(answers(status)) as provider:
        done = live(tmp_path, provider, "--json")
        _, files = record(tmp_path, provider)
    replayed = replay(tmp_path, *files)
    accounts = cast("list[dict[str, Any]]", done.document["accounts"])
    seen = [answer["drifts"] for account in accounts for answer in account["answers"]]
    for command, reported in ((done, seen), (replayed, [recording["drifts"] for recording in recordings_of(replayed)])):
        assert command.code == 12
        assert (grade, True) in [(drift["grade"], drift["place"].endswith(place)) for drifts in reported for drift in drifts]
        assert command.document[grade]


def test_live_reports_nothing_of_answers_as_documented(tmp_path: Path) -> None:
    with DriftingProvider(answers(STATUS)) as provider:
        done = live(tmp_path, provider)
    assert (done.code, done.out) == (0, "")
    assert ("GET", "/ent/v2/tasks/1/creations") in provider.requests, "the task that is listed was not asked for"
    assert {method for method, _ in provider.requests} == {"GET"}


def test_live_prints_neither_keys_nor_values(tmp_path: Path) -> None:
    status: Json = {**STATUS, "secret": "a value of the user", "prompt_text": KEY}
    with DriftingProvider(answers(status)) as provider:
        done = live(tmp_path, provider)
    assert done.code == 12
    assert KEY not in done.out + done.err
    assert "a value" not in done.out + done.err


REFUSED: Final[Answers] = {path: (401, {"code": 401, "reason": "Unauthorized", "message": "no"}) for path in answers(STATUS)}
ENDS: Final[dict[str, tuple[Answers, str | None, int, str]]] = {
    "a refused key": (REFUSED, None, 5, "key"),
    "another server": ({}, "<h1>Welcome</h1>", 13, "base URL"),
    "one object for all": ({}, '{"status": "ok"}', 13, "is the base URL right?"),
}
"""Answers, the exit code, and the message.

Once, any answer passed for the list of drama tasks, whose members are not documented.
"""


@pytest.mark.parametrize("name", ENDS)
def test_live_of_another_server_or_with_a_refused_key_has_an_exit_code_of_its_own(name: str, tmp_path: Path) -> None:
    answers_of_server, content, code, message = ENDS[name]
    with DriftingProvider(answers_of_server, content=content, otherwise=(200, MISSING)) as provider:
        done = live(tmp_path, provider)
    assert (done.code, message in done.err, len(done.err.splitlines())) == (code, True, 1), done


def test_live_of_a_server_that_is_not_reached_ends_with_6(tmp_path: Path) -> None:
    done = Shell(tmp_path, variables={"VIDU_API_KEY": KEY, "VIDU_BASE_URL": "http://127.0.0.1:9"}).run("contract", "live")
    assert (done.code, len(done.err.splitlines())) == (6, 1)


def test_live_asks_for_tasks_that_are_named(tmp_path: Path) -> None:
    with DriftingProvider({**answers(STATUS), "/ent/v2/tasks/77/creations": (200, {})}) as provider:
        done = live(tmp_path, provider, "--task", "vidu:77", "--newest", "0", "--json")
    assert (done.code, done.document["broken"]) == (12, 1)


# -- recordings --------------------------------------------------------------------------------------------------------

PRIVATE: Final[Object] = {"prompt": "my daughter on a swing", "payload": "order 66 of Ada", "note": f"called with {KEY}"}
"""More of them are in tests/unit/test_redaction.py."""


def test_record_keeps_nothing_private(tmp_path: Path) -> None:
    with DriftingProvider(answers({**STATUS, **PRIVATE, "deep": [PRIVATE]})) as provider:
        done, files = record(tmp_path, provider)
    text = "".join(path.read_text() for path in files)
    assert (done.code, "getCreations" in text) == (0, True)
    assert not [secret for secret in ("daughter", "order 66", KEY) if secret in text]


def test_recording_becomes_an_example_of_its_day(tmp_path: Path) -> None:
    with DriftingProvider(answers(STATUS)) as provider:
        _, files = record(tmp_path, provider)
    done = replay(tmp_path, *files)
    assert done.code == 0
    of_status = next(
        recording for recording in recordings_of(done) if (recording["operation"], recording["status"]) == ("getCreations", 200)
    )
    (name,) = of_status["example"]
    assert name.startswith("seen-20")
    assert of_status["place"].endswith(f"/responses/200/content/application~1json/examples/{name}")


def test_record_overwrites_no_file(tmp_path: Path) -> None:
    with DriftingProvider(answers(STATUS)) as provider:
        _, first = record(tmp_path, provider)
        before = {path: path.read_bytes() for path in first}
        _, both = record(tmp_path, provider)
    assert len(both) == 2 * len(first)
    assert {path: path.read_bytes() for path in first} == before


def recording_with(**members: Json) -> dict[str, Json]:
    answer: Json = {"id": "1", "state": "success"}
    return {"provider": "vidu", "operation": "getCreations", "status": 200, "date": "2026-11-28", "answer": answer, **members}


@pytest.mark.parametrize("is_escaped", [False, True])
def test_replay_refuses_a_recording_with_a_key_and_does_not_show_it(is_escaped: bool, tmp_path: Path) -> None:
    text = json.dumps(recording_with(answer={"list": [{"note": KEY}]}))
    (tmp_path / "a.json").write_text(text.replace("a", "\\u0061") if is_escaped else text)
    done = replay(tmp_path, "a.json")
    assert (done.code, KEY in done.out + done.err) == (2, False)
    assert "looks like a key" in str(done.error["message"])
