"""Settings are checked when they are made, and every pause is as long as documented."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, TypeAlias, cast

import pytest
from attrs import fields
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_ext.flows.policy import (
    LATEST_RETRY_AFTER,
    PollPolicy,
    RetryPolicy,
    SettlePolicy,
    Timeouts,
    deadline_after,
    retry_after,
    usual_poll,
)
from vidu_ext.values.checks import count
from vidu_ext.values.errors import ConfigurationError

Policy: TypeAlias = PollPolicy | RetryPolicy | SettlePolicy | Timeouts

NONSENSE: Final = (math.nan, math.inf, -math.inf, -1, -0.001, True, False, "5", None, [5], 10**400)
POSITIVE: Final[tuple[tuple[type[Policy], str], ...]] = (
    *((PollPolicy, name) for name in ("floor", "shared_floor", "ceiling")),
    *((RetryPolicy, name) for name in ("first", "ceiling")),
    (SettlePolicy, "first"),
    *((Timeouts, name) for name in ("connect", "read", "create_read", "write", "exchange")),
)
FROM_ZERO: Final[tuple[tuple[type[Policy], str], ...]] = (
    (RetryPolicy, "budget"), (SettlePolicy, "window"), (SettlePolicy, "clock_skew"),
)  # fmt: skip
SHARES: Final[tuple[tuple[type[Policy], str], ...]] = (
    (PollPolicy, "growth"), (PollPolicy, "listed_growth"), (PollPolicy, "jitter"), (RetryPolicy, "jitter"),
)  # fmt: skip
FACTORS: Final[tuple[tuple[type[Policy], str], ...]] = ((RetryPolicy, "factor"), (SettlePolicy, "factor"))
ALL: Final = (*POSITIVE, *FROM_ZERO, *SHARES, *FACTORS)
STEADY: Final = RetryPolicy(jitter=0.0)


def policy_with(kind: type[Policy], name: str, value: object) -> Policy:
    arguments: dict[str, Any] = {name: value}
    return kind(**arguments)


# -- settings -------------------------------------------------------------------------------------------------------------


def test_every_setting_is_in_a_table_of_these_tests() -> None:
    kinds = (PollPolicy, RetryPolicy, SettlePolicy, Timeouts)
    assert {(kind, field.name) for kind in kinds for field in fields(kind)} == set(ALL)


@pytest.mark.parametrize(("kind", "name"), ALL, ids=str)
def test_setting_must_be_a_finite_number_in_its_range(kind: type[Policy], name: str) -> None:
    for value in NONSENSE:
        with pytest.raises(ConfigurationError, match=rf"{kind.__name__}\.{name} must be ") as caught:
            policy_with(kind, name, value)
        assert repr(value) in str(caught.value)


@pytest.mark.parametrize(
    ("members", "allowed", "refused", "reason"),
    [
        (POSITIVE, [], [0], r"at least 0\.001"),
        (FROM_ZERO, [0], [-0.001], "at least 0"),
        (SHARES, [0, 1], [1.01], "from 0 to 1"),
        (FACTORS, [1], [0, 0.99, 10.1, 1e7], "from 1 to 10"),
    ],
    ids=["pauses and timeouts", "budget, window and clock skew", "shares", "factors"],
)
def test_setting_is_taken_in_its_range_and_refused_outside(
    members: Sequence[tuple[type[Policy], str]], allowed: Sequence[float], refused: Sequence[float], reason: str
) -> None:
    for kind, name in members:
        for value in allowed:
            assert getattr(policy_with(kind, name, value), name) == value
        for value in refused:
            with pytest.raises(ConfigurationError, match=reason):
                policy_with(kind, name, value)


def test_ceiling_of_polls_is_not_less_than_the_floor() -> None:
    with pytest.raises(ConfigurationError, match=r"ceiling \(1\) must not be less than floor \(2\)"):
        PollPolicy(ceiling=1.0)
    assert PollPolicy(floor=3.0, ceiling=3.0).pause(1_000.0, 0.0, sharing=0) == 3.0


@pytest.mark.parametrize("value", [value for value in NONSENSE if value is not None], ids=repr)
def test_timeout_must_be_a_finite_number_of_seconds(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="timeout must be a finite number of seconds, at least 0"):
        deadline_after(value, 100.0)


def test_deadline_is_the_timeout_from_now_and_none_without_one() -> None:
    quarter = cast("float", Fraction(1, 4))
    assert [deadline_after(timeout, 100.0) for timeout in (0, 0.5, quarter, None)] == [100.0, 100.5, 100.25, None]


@pytest.mark.parametrize("value", [0, -1, True, 1.0, math.nan, "3", None])
def test_count_is_a_whole_number_from_1(value: object) -> None:
    with pytest.raises(ConfigurationError, match=r"x must be a whole number, at least 1; it is "):
        count("x", value)
    assert count("x", 1) == 1


# -- how long -------------------------------------------------------------------------------------------------------------


def test_pauses_between_tries_grow_by_the_factor_up_to_the_ceiling() -> None:
    assert [STEADY.pause(tries, 0.0, None) for tries in range(1, 9)] == [1, 2, 4, 8, 16, 30, 30, 30]
    slow = RetryPolicy(first=0.5, factor=3.0, ceiling=10.0, jitter=0.0)
    assert [slow.pause(tries, 0.0, None) for tries in range(1, 6)] == [0.5, 1.5, 4.5, 10, 10]


def test_jitter_shortens_a_pause_by_up_to_its_share() -> None:
    wild = RetryPolicy(jitter=0.5)
    assert [wild.pause(2, chance, None) for chance in (0.0, 0.5, 1.0)] == [2.0, 1.5, 1.0]


@pytest.mark.parametrize(("asked", "pause"), [(None, 4.0), (0.0, 4.0), (3.9, 4.0), (4.1, 4.1), (600.0, 600.0)])
def test_retry_after_lengthens_a_pause_and_never_shortens_it(asked: float | None, pause: float) -> None:
    assert STEADY.pause(3, 0.0, asked) == pause


@pytest.mark.parametrize("factor", [1.0, 2.0, 10.0])
def test_pause_after_a_thousand_tries_is_finite(factor: float) -> None:
    assert RetryPolicy(first=1.0, factor=factor, ceiling=30.0, jitter=0.0).pause(1_000, 0.0, None) == min(factor**60, 30.0)
    assert SettlePolicy(first=1.0, factor=factor).pause(1_000) == factor**60


def test_pauses_between_looks_grow_by_the_factor() -> None:
    assert [SettlePolicy().pause(looks) for looks in range(1, 7)] == [1, 2, 4, 8, 16, 32]
    assert [SettlePolicy(first=3.0, factor=1.0).pause(looks) for looks in range(1, 4)] == [3, 3, 3]


@pytest.mark.parametrize(
    ("sharing", "pauses"),
    [
        (0, {0: 2, 10: 2, 15: 3, 20: 4, 40: 8, 75: 15, 76: 15, 7_200: 15}),
        (1, {0: 2, 66: 2, 100: 3, 400: 12, 500: 15, 7_200: 15}),
        (16, {0: 1, 33: 1, 100: 3}),
        (200, {0: 0.4, 13: 0.4, 100: 3}),
        (600, {0: 1.2, 40: 1.2, 100: 3}),
        (10_000, {0: 2, 66: 2, 100: 3, 7_200: 15}),
    ],
)
def test_pause_between_polls_follows_the_age_of_a_task_and_the_number_that_share_a_list(
    sharing: int, pauses: dict[int, float]
) -> None:
    """As documented: 2 s for one task, 0.4 s for 40 to 200, 2 s for 1,000; shares of 0.2 or 0.03 of the age; 15 s at most."""
    policy = PollPolicy(jitter=0.0)
    assert {age: policy.pause(age, 0.0, sharing=sharing) for age in pauses} == pytest.approx(pauses)


def test_shared_floor_is_never_above_the_floor() -> None:
    assert PollPolicy(floor=0.1, jitter=0.0).pause(0.0, 0.0, sharing=100) == 0.1


@settings(max_examples=50)
@given(
    floor=st.floats(0.001, 100),
    spread=st.floats(0, 1_000),
    growth=st.floats(0, 1),
    jitter=st.floats(0, 1),
    chance=st.floats(0, 1),
    ages=st.lists(st.floats(0, 1e6), min_size=2),
)
def test_pause_between_polls_stays_in_its_bounds_and_never_shrinks_with_age(
    floor: float, spread: float, growth: float, jitter: float, chance: float, ages: list[float]
) -> None:
    policy = PollPolicy(floor=floor, ceiling=floor + spread, growth=growth, listed_growth=growth, jitter=jitter)
    pauses = [policy.pause(age, chance, sharing=1) for age in sorted(ages)]
    assert all(before <= after for before, after in pairwise(pauses))
    assert all(policy.floor * (1 - jitter) * 0.999 <= pause <= policy.ceiling for pause in pauses)


# -- what a server asks ---------------------------------------------------------------------------------------------------

NOON: Final = "Tue, 04 Nov 2025 12:00:00 GMT"

SECONDS: Final[dict[str, float | None]] = {
    "": None, "  ": None, "7": 7.0, " 7 ": 7.0, "0.25": 0.25, "0": 0.0, "-3": 0.0, "3600": 3600.0, "31536000": LATEST_RETRY_AFTER,
    "9" * 400: LATEST_RETRY_AFTER,
    **dict.fromkeys(("inf", "nan", "1_0", "\u0661\u0660", "soon", "7s", "7, 7")),
}  # fmt: skip
"""What a header without a date asks for."""
DATES: Final[dict[str, float | None]] = {
    "Tue, 04 Nov 2025 12:00:30 GMT": 30.0,
    "Tuesday, 04-Nov-25 12:00:30 GMT": 30.0,  # the old form
    "Tue, 04 Nov 2025 13:00:30 +0100": 30.0,
    "Tue, 04 Nov 2025 12:00:30 -0000": 30.0,
    "Tue, 04 Nov 2025 11:00:00 GMT": 0.0,
    "Tue, 04 Nov 3025 12:00:00 GMT": LATEST_RETRY_AFTER,
    f"Tue, 04 Nov {'9' * 30} 12:00:00 GMT": None,
    "Tue, 40 Nov 2025 12:00:00 GMT": None,
}
"""What a date asks for in an answer of NOON."""


@pytest.mark.parametrize(("written", "asked"), SECONDS.items(), ids=lambda value: repr(value)[:20])
def test_retry_after_is_read_as_seconds(written: str, asked: float | None) -> None:
    assert retry_after({"retry-after": written}) == asked


@pytest.mark.parametrize(("written", "asked"), DATES.items(), ids=lambda value: str(value)[:40])
def test_retry_after_is_read_as_a_date_by_the_clock_of_the_server(written: str, asked: float | None) -> None:
    assert retry_after({"retry-after": written, "date": NOON}) == asked


@pytest.mark.parametrize("clock", [{}, {"date": "late"}], ids=["none", "broken"])
def test_date_of_a_server_without_a_clock_is_not_read(clock: dict[str, str]) -> None:
    assert retry_after({"retry-after": "Tue, 04 Nov 2025 12:00:30 GMT", **clock}) is None


@settings(max_examples=20)
@given(st.text(), st.text())
def test_any_retry_after_header_is_read_without_an_error(text: str, date: str) -> None:
    asked = retry_after({"retry-after": text, "date": date})
    assert asked is None or 0 <= asked <= LATEST_RETRY_AFTER


# -- polling as the environment wants it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (None, PollPolicy()),
        (" ", PollPolicy()),
        ("0.05", PollPolicy(floor=0.05, ceiling=0.05)),
        (" 1 ", PollPolicy(floor=1.0, ceiling=1.0)),
        ("5", PollPolicy(ceiling=5.0)),
    ],
)
def test_environment_limits_the_pause_between_polls(written: str | None, expected: PollPolicy) -> None:
    assert usual_poll({} if written is None else {"VIDU_POLL_SECONDS": written}) == expected


@pytest.mark.parametrize("written", ["0", "-1", "nan", "inf", "often", "1e999", "0,5", "1_0", "\u0661"])
def test_wrong_pause_in_the_environment_is_refused(written: str) -> None:
    with pytest.raises(ConfigurationError, match="VIDU_POLL_SECONDS must be a finite number"):
        usual_poll({"VIDU_POLL_SECONDS": written})
