"""The health of accounts: how long one rests after failures, and how it is tried again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from accounts_in_order import resting

from vidu_ext.flows.health import Health, HealthPolicy
from vidu_ext.flows.outcome import Accepted, Busy, NotSent, Outcome, Refused, Unknown, is_account_failure
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.exchange import Category, ErrorReading
from vidu_ext.values.tasks import TaskRef


def test_account_rests_after_three_failures_in_a_row_and_not_before() -> None:
    health = Health()
    for moment in (0.0, 1.0):
        health.record_failure("vidu", moment)
    assert health.resting_for("vidu", 1.0) is None
    health.record_failure("vidu", 2.0)
    assert health.resting_for("vidu", 2.0) == 30.0
    assert health.resting_for("vidu", 12.0) == 20.0
    assert health.resting_for("vidu", 32.0) is None
    assert health.resting_for("comfy", 2.0) is None


def test_success_clears_all_failures_before_it() -> None:
    health = Health()
    for _ in range(2):
        health.record_failure("vidu", 0.0)
    health.record_success("vidu")
    for _ in range(2):
        health.record_failure("vidu", 1.0)
    assert health.resting_for("vidu", 1.0) is None
    health.record_failure("vidu", 1.0)
    health.record_success("vidu")
    assert health.resting_for("vidu", 1.0) is None
    assert health.admit("vidu", 1.0)
    assert health.admit("vidu", 1.0)


def test_rests_double_up_to_the_longest_and_start_again_after_a_success() -> None:
    health = Health(HealthPolicy(failures=1))
    now, lengths = 0.0, list[float | None]()
    for _ in range(7):
        health.record_failure("vidu", now)
        lengths.append(health.resting_for("vidu", now))
        now += lengths[-1] or 0.0
    assert lengths == [30.0, 60.0, 120.0, 240.0, 480.0, 600.0, 600.0]
    health.record_success("vidu")
    health.record_failure("vidu", now)
    assert health.resting_for("vidu", now) == 30.0


def test_one_request_tries_an_account_after_its_rest_and_no_other_until_its_outcome() -> None:
    health = resting("vidu")
    assert not health.admit("vidu", 29.0)
    assert health.admit("vidu", 30.0)
    assert not health.admit("vidu", 31.0)
    assert health.resting_for("vidu", 31.0) == 29.0
    health.record_success("vidu")
    assert health.admit("vidu", 32.0)
    assert health.admit("vidu", 32.0)


def test_failed_trial_begins_a_rest_twice_as_long() -> None:
    health = resting("vidu")
    assert health.admit("vidu", 30.0)
    health.record_failure("vidu", 40.0)
    assert health.resting_for("vidu", 40.0) == 60.0
    health.record_failure("vidu", 41.0)
    assert health.resting_for("vidu", 41.0) == 59.0


def test_trial_without_an_outcome_is_repeated_after_another_rest() -> None:
    health = resting("vidu")
    assert health.admit("vidu", 30.0)
    assert not health.admit("vidu", 59.0)
    assert health.admit("vidu", 60.0)


def test_only_one_of_many_threads_tries_an_account_after_its_rest() -> None:
    health = resting("vidu")
    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(health.admit, ["vidu"] * 200, [30.0] * 200))
    assert admitted.count(True) == 1


@pytest.mark.parametrize("settings", [{"rest": math.nan}, {"rest": 0}, {"longest_rest": math.inf}, {"rest": "30"}, {"rest": 601}])
def test_rest_must_be_a_positive_number_of_seconds_up_to_the_longest(settings: Mapping[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"HealthPolicy\.(longest_)?rest"):
        HealthPolicy(**settings)


def test_rest_after_a_million_failures_is_the_longest() -> None:
    assert HealthPolicy().length(1_000_000) == 600.0


def reading(category: Category) -> ErrorReading:
    return ErrorReading(None, "", category, 400)


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        (NotSent("no route to host"), True),
        (Busy(reading("busy"), None), True),
        (Unknown("read timeout"), True),
        (Refused(reading("key")), True),
        (Refused(reading("credits")), True),
        (Refused(reading("model")), False),
        (Refused(reading("moderation")), False),
        (Refused(reading("invalid")), False),
        (Accepted(TaskRef("vidu", "1"), {}), False),
    ],
)
def test_only_failures_of_the_account_itself_count_for_its_rest(outcome: Outcome, counts: bool) -> None:
    assert is_account_failure(outcome) is counts
