"""`vidu contract record` keeps nothing that is private, `replay` refuses what holds a key and reports the drift of the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, cast

import pytest
from cli_running import Completed, Shell
from drifting_provider import DRIFTS, KEY, STATUS, DriftingProvider, answers

from vidu_ext.values.tasks import Json, Object

PRIVATE: Final[Object] = {"prompt": "my daughter on a swing", "payload": "order 66 of Ada", "note": f"called with {KEY}"}
"""What tests/unit/test_redaction.py has more of."""


def record(folder: Path, provider: DriftingProvider, *further: str) -> tuple[Completed, list[Path]]:
    done = Shell(folder, [provider]).run("contract", "record", "-o", "kept", *further)
    return done, sorted((folder / "kept").glob("*.json")) if (folder / "kept").exists() else []


def replay(folder: Path, *files: object) -> Completed:
    return Shell(folder, variables={"VIDU_API_KEY": KEY}).run("contract", "replay", *map(str, files), "--json")


def test_record_keeps_nothing_private(tmp_path: Path) -> None:
    with DriftingProvider(answers({**STATUS, **PRIVATE, "deep": [PRIVATE]})) as provider:
        done, files = record(tmp_path, provider)
    text = "".join(path.read_text() for path in files)
    assert (done.code, "getCreations" in text) == (0, True)
    assert not [secret for secret in ("daughter", "order 66", KEY) if secret in text]


@pytest.mark.parametrize("name", DRIFTS)
def test_replay_reports_the_drift_of_recordings(name: str, tmp_path: Path) -> None:
    status, grade, place = DRIFTS[name]
    with DriftingProvider(answers(status)) as provider:
        _, files = record(tmp_path, provider)
    done = replay(tmp_path, *files)
    assert done.code == 12
    kept = cast("list[dict[str, Any]]", done.document["recordings"])
    drifts = [drift for one in kept for drift in one["drifts"]]
    assert [one for one in drifts if one["grade"] == grade and one["place"].endswith(place)]


def test_recording_becomes_an_example_of_its_day(tmp_path: Path) -> None:
    with DriftingProvider(answers(STATUS)) as provider:
        _, files = record(tmp_path, provider)
    done = replay(tmp_path, *files)
    assert done.code == 0
    kept = cast("list[dict[str, Any]]", done.document["recordings"])
    one = next(one for one in kept if (one["operation"], one["status"]) == ("getCreations", 200))
    (name,) = one["example"]
    assert name.startswith("seen-20")
    assert one["place"].endswith(f"/responses/200/content/application~1json/examples/{name}")


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


BAD: Final[dict[str, str | None]] = {
    "absent": None,
    "no JSON": "{",
    "a list": "[]",
    "too few members": '{"provider": "vidu"}',
    "another provider": json.dumps(recording_with(provider="other")),
    "another operation": json.dumps(recording_with(operation="other")),
    "a strange status": json.dumps(recording_with(status="200")),
    "a strange day": json.dumps(recording_with(date="today")),
    "an object for a name": json.dumps(recording_with(operation={})),
}


@pytest.mark.parametrize("name", BAD)
def test_file_that_is_not_a_recording_is_one_line_and_exit_2(name: str, tmp_path: Path) -> None:
    if (text := BAD[name]) is not None:
        (tmp_path / "a.json").write_text(text)
    done = Shell(tmp_path).run("contract", "replay", "a.json")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
