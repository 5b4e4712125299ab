"""How long an account rests after failures, how it is tried again, and which is asked in its place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from paid import created, reply
from scripted import Answer, Scripted
from test_routing import account, resting

from vidu_ext import RetryPolicy, Settings
from vidu_ext.client.arguments import Order
from vidu_ext.client.session import Session
from vidu_ext.client.submits import Submits
from vidu_ext.flows.effects import Send
from vidu_ext.flows.health import Health, HealthPolicy
from vidu_ext.flows.outcome import Accepted, Busy, NotSent, Outcome, Refused, Unknown, is_account_failure
from vidu_ext.flows.routing import offers_in_turn
from vidu_ext.providers.offers import Offer
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.exchange import Category, ErrorReading
from vidu_ext.values.requests import TextToVideo
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


# -- which account is asked after one that failed -------------------------------------------------------------------------

REQUEST: Final = TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5)
NO_CREDITS: Final = reply(400, {"reason": "CreditInsufficient", "message": "no credits"})


@pytest.fixture
def session() -> Session:
    """Three accounts, of which "two" has just ended its rest."""
    accounts = [account(name, "vidu") for name in ("one", "two", "three")]
    settings = Settings(health=HealthPolicy(failures=1, rest=30.0), retry=RetryPolicy(budget=0.0))
    session = Session(accounts, prefer=None, settings=settings, chance=lambda: 0.5, now=lambda: 31.0)
    session.choice.health.record_failure("two", 0.0)
    return session


def accounts_asked(session: Session, *answers: Answer) -> list[str]:
    """Submit a request and return the accounts that were asked, in order."""
    driver = Scripted(*answers)
    driver.run(Submits(session).submit(Order(request=REQUEST)))
    return [sent.account for sent in driver.of(Send)]


def test_account_on_trial_by_another_request_is_skipped(session: Session) -> None:
    """Once, every request that failed over asked this account while its trial was undecided."""

    def no_credits(_: Send) -> Answer:
        assert session.choice.health.admit("two", 31.0), "another request begins the trial meanwhile"
        return NO_CREDITS

    assert accounts_asked(session, no_credits, created()) == ["one", "three"]


def test_account_that_passed_its_trial_is_asked_in_its_usual_place(session: Session) -> None:
    accounts_asked(session, NO_CREDITS, created(task_id="1"))
    session.choice.health.record_success("one")  # ends the rest that it began by having no credits
    assert accounts_asked(session, NO_CREDITS, created(task_id="2")) == ["one", "two"]


@pytest.mark.parametrize(
    ("admitted", "order"), [("abcd", "abcd"), ("acd", "acdb"), ("ad", "adbc"), ("", "abcd"), ("bcd", "bcda")]
)
def test_admitted_accounts_are_asked_first_and_the_last_is_marked(admitted: str, order: str) -> None:
    turns = list(offers_in_turn([Offer(name, "vidu") for name in "abcd"], lambda name: name in admitted))
    assert "".join(offer.account for offer, _ in turns) == order
    assert [is_last for _, is_last in turns] == [False, False, False, True]
