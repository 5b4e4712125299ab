"""What single members of an answer mean: a charge, a time, an error inside a success, a word of a state."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest
from attrs import evolve
from paid import reply

from vidu_ext.providers import provider_named
from vidu_ext.providers.error_bodies import holds_error
from vidu_ext.providers.reading import charge, time_of
from vidu_ext.values.tasks import Json, Object, TaskRef


@pytest.mark.parametrize(
    ("value", "credits_", "odd"),
    [
        (None, None, None), ("", None, None), (0, 0.0, None), (-5, None, "-5"), ([60], None, "[60]"), (True, None, "true"),
        *((written, 15.0, None) for written in ("15", "15.0", "+15", "1.5e1", " 15\n")), (-0.0, 0.0, None), ("-0", 0.0, None),
        (10**400, None, f"1{'0' * 39}"), (math.nan, None, "NaN"), (math.inf, None, "Infinity"),
        *((odd, None, json.dumps(odd)) for odd in ("1_0", "0x10", "infinity", "nan", "1e400", "-1e-9", "1,5", "10 credits")),
        *((odd, None, json.dumps(odd)) for odd in ("\u0661\u0660", "\uff11\uff10", "\u00a015", "15\u2003", "\u00bd")),
    ],
)  # fmt: skip
def test_charge_is_a_plausible_number_or_odd(value: Json, credits_: float | None, odd: str | None) -> None:
    """A charge that is no number is booked as what was reserved; an odd one is logged, too."""
    assert charge(value) == (credits_, odd)


@pytest.mark.parametrize("value", [1_700_000_000, "1700000000", 1_700_000_000_000, "1700000000000"])
def test_time_in_seconds_and_in_milliseconds_is_the_same(value: Json) -> None:
    assert time_of(value) == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "is_error"),
    [
        ({"error": {"message": "no"}}, True),
        ({"error": "no"}, True),
        ({"code": "FieldInvalid", "reason": "FieldInvalid"}, True),
        ({"code": 500}, True),
        ({"code": 400, "message": "no"}, True),
        ({"code": 200, "message": "fine"}, False),
        ({"code": 0}, False),
        ({"reason": "FieldInvalid"}, False),
        ({"state": "failed", "error": "no"}, False),
        ({}, False),
    ],
)
def test_error_body_with_a_success_status_is_an_error_unless_it_is_a_task(body: Object, is_error: bool) -> None:
    """Taken for an empty list, it would have proved that a lost task does not exist."""
    assert holds_error(body) is is_error


def test_doubtful_answer_says_why() -> None:
    answer = evolve(reply(502, {"message": "away"}), doubt="its end is missing")
    assert provider_named("vidu").error(answer).message == "away; its end is missing"


def test_failed_generation_says_why() -> None:
    answer: Object = {"id": "1", "status": "FAILED", "code": "E1", "message": "not this"}
    snapshot = provider_named("skills_video").snapshot(TaskRef("skills_video", "1"), answer)
    assert snapshot is not None
    assert (snapshot.error_code, snapshot.error_message) == ("E1", "not this")
