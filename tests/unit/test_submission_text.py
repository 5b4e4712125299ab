"""The text of a submission, which another process reads to look for its task."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Final, cast

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st
from paid import KEPT as SUBMISSION

from vidu_ext.values.errors import (
    ConfigurationError,
)
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Json, Object

JSON: Final[st.SearchStrategy[Json]] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_submission_with_any_body_equals_the_one_read_from_its_text(body: Object) -> None:
    submission = evolve(SUBMISSION, body=body)
    assert Submission.parse(submission.to_text()) == submission


@pytest.mark.parametrize(
    "submission",
    [
        SUBMISSION,
        evolve(SUBMISSION, settlement="none", idempotency_key=None, key_is_ours=False),
        evolve(SUBMISSION, operation="extendSubject", path_id="9402"),
        evolve(SUBMISSION, submitted_at=1_700_000_000),
    ],
)
def test_text_of_a_submission_keeps_every_member(submission: Submission) -> None:
    assert Submission.parse(submission.to_text()) == submission


@pytest.mark.parametrize("prompt", ["two\nlines", "\u2028", "\u0085", "\r", "鳥", "\ud83d", "\x00", "🐦"])
def test_text_of_a_submission_is_one_line_whatever_the_prompt(prompt: str, tmp_path: Path) -> None:
    submission = evolve(SUBMISSION, body={"prompt": prompt})
    journal = tmp_path / "journal"
    journal.write_text(f"{submission.to_text()}\n{SUBMISSION.to_text()}\n", encoding="utf-8")
    assert [Submission.parse(line) for line in journal.read_text(encoding="utf-8").splitlines()] == [submission, SUBMISSION]


def changed(**members: object) -> str:
    return json.dumps({**json.loads(SUBMISSION.to_text()), **members})


WRONG: Final[dict[str, str]] = {
    "nothing": "",
    "a task reference": "vidu:940107923630096384",
    "half of it": SUBMISSION.to_text()[:-20],
    "two in one": SUBMISSION.to_text() * 2,
    "a list": "[]",
    "null": "null",
    "a number": "3",
    "an empty object": "{}",
    "another object": '{"task_id": "1"}',
    "a deep hole": "[" * 100_000,
    "one member too many": changed(colour="red"),
    "account is a number": changed(account=3),
    "provider is missing": changed(provider=None),
    "operation is a list": changed(operation=["textToVideo"]),
    "settlement is unknown": changed(settlement="guess"),
    "settlement is null": changed(settlement=None),
    "idempotency key is a number": changed(idempotency_key=5),
    "time is a text": changed(submitted_at="yesterday"),
    "time is no number": changed(submitted_at=math.nan),
    "time is endless": changed(submitted_at=math.inf),
    "time is true": changed(submitted_at=True),
    "body is a text": changed(body="{}"),
    "body is null": changed(body=None),
    "path is a number": changed(path_id=9402),
    "flag is a text": changed(key_is_ours="false"),
    "flag is a number": changed(key_is_ours=1),
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_broken_text_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        Submission.parse(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account", "another"),
        ("provider", "comfy"),
        ("operation", "imageToVideo"),
        ("settlement", "idempotency-key"),
        ("idempotency_key", "another-key"),
        ("idempotency_key", "\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("submitted_at", 1_700_000_001.0),
        ("submitted_at", 1e300),
        ("body", {"prompt": "a paper boat"}),
        ("path_id", ".."),
        ("key_is_ours", not SUBMISSION.key_is_ours),
        ("checksum", "0" * 16),
        ("checksum", None),
    ],
)
def test_text_with_any_changed_member_is_refused(name: str, value: object) -> None:
    """With another idempotency key, a search at Comfy sent the request again under a key other than the first."""
    with pytest.raises(ConfigurationError, match="Nothing was sent"):
        Submission.parse(changed(**{name: value}))


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_text_rewritten_by_another_program_is_read(body: Object) -> None:
    """Programs that read and write JSON sort members, add blanks, and have one kind of number."""
    submission = evolve(SUBMISSION, submitted_at=1_700_000_000.0, body={**body, "weight": 2.0})
    members = json.loads(submission.to_text())
    members.update(submitted_at=1_700_000_000, body={**members["body"], "weight": 2})
    assert Submission.parse(json.dumps(dict(reversed(members.items())), indent=2, ensure_ascii=True)) == submission


@pytest.mark.parametrize("name", [field.name for field in fields(Submission) if field.name not in ("path_id", "key_is_ours")])
def test_text_without_a_member_is_refused(name: str) -> None:
    members = json.loads(SUBMISSION.to_text())
    del members[name]
    with pytest.raises(ConfigurationError, match="not a submission written by"):
        Submission.parse(json.dumps(members))


@pytest.mark.parametrize("text", [None, 3, {"account": "vidu"}])
def test_value_that_is_not_a_text_is_refused(text: object) -> None:
    with pytest.raises(ConfigurationError):
        Submission.parse(cast("str", text))
