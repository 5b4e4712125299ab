"""Fail-over: which account is asked after one that failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import httpx
import pytest
from attrs import evolve

from vidu_ext import Account, HealthPolicy, RetryPolicy, Settings, TextToVideo
from vidu_ext.client.session import Session
from vidu_ext.client.submits import Submits
from vidu_ext.flows.claims import Begun
from vidu_ext.flows.routing import offers_in_turn
from vidu_ext.providers.offers import Offer
from vidu_ext.transport.driver import SyncDriver

NAMES: Final = ("one", "two", "three")
REST_SECONDS: Final = 30.0
REQUEST: Final = TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5)


class Accounts:
    """A session with some accounts, of which "one" has no credits, on a clock that the test sets."""

    def __init__(self, names: Sequence[str] = NAMES) -> None:
        self.now = 0.0
        self.asked: list[str] = []
        accounts = [Account(provider="vidu", name=name, key=f"key-of-{name}-0123456789") for name in names]
        settings = Settings(health=HealthPolicy(failures=1, rest=REST_SECONDS), retry=RetryPolicy(budget=0.0))
        settings = evolve(settings, transport=httpx.MockTransport(self._answer))
        self.session = Session(accounts, prefer=None, settings=settings, chance=lambda: 0.5, now=lambda: self.now)
        self.driver = SyncDriver(self.session.choice.endpoints, settings)
        self.without_credits = {"one"}
        self.tried_meanwhile: list[str] = []
        """Accounts whose trial another request begins while the first account is being asked."""

    def _answer(self, request: httpx.Request) -> httpx.Response:
        name = request.headers["authorization"].split("-of-")[1].split("-")[0]
        self.asked.append(name)
        while self.tried_meanwhile:
            assert self.session.choice.health.admit(self.tried_meanwhile.pop(), self.now)
        if name in self.without_credits:
            return httpx.Response(400, json={"code": 400, "reason": "CreditInsufficient", "message": "no credits"})
        return httpx.Response(200, json={"task_id": f"94{len(self.asked)}", "state": "created"})

    def fail_and_finish_rest(self, account: str) -> None:
        """Record a failure of the account, then move the clock past the rest that follows."""
        self.session.choice.health.record_failure(account, self.now)
        self.now += REST_SECONDS + 1.0

    def submit(self) -> list[str]:
        """Submit a request and return the accounts that were asked, in order."""
        self.asked.clear()
        offers = self.session.choice.offers(REQUEST, account=None, check=True, path_id=None)
        self.driver.run(Submits(self.session).submit(offers, idempotency_key=None, begun=Begun(), on_submission=None))
        return list(self.asked)


def test_account_on_trial_by_another_request_is_skipped() -> None:
    """Once, every request that failed over asked this account while its trial was undecided."""
    accounts = Accounts()
    accounts.fail_and_finish_rest("two")
    accounts.tried_meanwhile = ["two"]
    assert accounts.submit() == ["one", "three"]


def test_account_that_passed_its_trial_is_asked_in_its_usual_place() -> None:
    accounts = Accounts()
    accounts.fail_and_finish_rest("two")
    accounts.submit()
    accounts.session.choice.health.record_success("one")  # ends the rest that "one" began by having no credits
    assert accounts.submit() == ["one", "two"]


def test_failed_trial_on_fail_over_begins_a_longer_rest() -> None:
    accounts = Accounts(("one", "two"))
    accounts.fail_and_finish_rest("two")
    accounts.without_credits = {"one", "two"}
    assert accounts.submit() == ["one", "two"]
    assert accounts.session.choice.health.resting_for("two", accounts.now) == 2 * REST_SECONDS


def test_account_on_trial_is_asked_if_no_other_is_left() -> None:
    accounts = Accounts(("one", "two"))
    accounts.fail_and_finish_rest("two")
    accounts.tried_meanwhile = ["two"]
    assert accounts.submit() == ["one", "two"]


@pytest.mark.parametrize(
    ("admitted", "order"), [("abcd", "abcd"), ("acd", "acdb"), ("ad", "adbc"), ("", "abcd"), ("bcd", "abcd")]
)
def test_first_offer_stays_first_admitted_accounts_follow_and_the_last_is_marked(admitted: str, order: str) -> None:
    turns = list(offers_in_turn([Offer(name, "vidu") for name in "abcd"], lambda name: name in admitted))
    assert "".join(offer.account for offer, _ in turns) == order
    assert [is_last for _, is_last in turns] == [False, False, False, True]
