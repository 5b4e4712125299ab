"""Fail-over: which account is asked after one that failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import httpx
import pytest
from attrs import evolve

from vidu_ext import Account, HealthPolicy, RetryPolicy, Settings, TextToVideo
from vidu_ext.client.session import Session
from vidu_ext.flows.outcome import Begun
from vidu_ext.flows.routing import offers_in_turn
from vidu_ext.providers.offers import Offer
from vidu_ext.transport.driver import SyncDriver

NAMES: Final = ("one", "two", "three")
REST: Final = 30.0
REQUEST: Final = TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5)


class Bench:
    """Three accounts, of which the first has no credits, on a clock that the test sets."""

    def __init__(self, names: Sequence[str] = NAMES) -> None:
        self.now = 0.0
        self.asked: list[str] = []
        accounts = [Account(provider="vidu", name=name, key=f"key-of-{name}-0123456789") for name in names]
        settings = Settings(health=HealthPolicy(failures=1, rest=REST), retry=RetryPolicy(budget=0.0))
        settings = evolve(settings, transport=httpx.MockTransport(self._answer))
        self.session = Session(accounts, prefer=None, settings=settings, chance=lambda: 0.5, now=lambda: self.now)
        self.driver = SyncDriver(self.session.endpoints, settings)
        self.fails = {"one"}
        self.meanwhile: list[str] = []
        """Accounts at which other requests ask for a trial while the first account is being asked."""

    def _answer(self, request: httpx.Request) -> httpx.Response:
        name = request.headers["authorization"].split("-of-")[1].split("-")[0]
        self.asked.append(name)
        while self.meanwhile:
            assert self.session.health.admit(self.meanwhile.pop(), self.now)
        if name in self.fails:
            return httpx.Response(400, json={"code": 400, "reason": "CreditInsufficient", "message": "no credits"})
        return httpx.Response(200, json={"task_id": f"94{len(self.asked)}", "state": "created"})

    def submit(self) -> list[str]:
        """Submit a request and return the accounts that were asked, in order."""
        self.asked.clear()
        offers = self.session.offers(REQUEST, account=None, check=True, path_id=None)
        self.driver.run(self.session.submit(offers, idempotency_key=None, begun=Begun(), on_submission=None))
        return list(self.asked)


def test_second_account_after_its_rest_is_asked_by_one_request_at_a_time() -> None:
    """On fail-over every request asked it, although the outcome of its trial was not known."""
    bench = Bench()
    bench.session.health.record_failure("two", 0.0)
    bench.now = REST + 1.0
    bench.meanwhile = ["two"]
    assert bench.submit() == ["one", "three"]


def test_second_account_after_its_rest_gets_its_trial() -> None:
    bench = Bench()
    bench.session.health.record_failure("two", 0.0)
    bench.now = REST + 1.0
    assert bench.submit() == ["one", "two"]
    bench.session.health.record_success("one")
    bench.fails = {"one", "two"}
    bench.now = 2 * REST
    assert bench.submit() == ["one", "two", "three"]


def test_failed_trial_on_fail_over_begins_a_longer_rest() -> None:
    bench = Bench(("one", "two"))
    bench.session.health.record_failure("two", 0.0)
    bench.fails = {"one", "two"}
    bench.now = REST + 1.0
    assert bench.submit() == ["one", "two"]
    assert bench.session.health.resting_for("two", bench.now) == 2 * REST  # each rest that follows is twice as long


def test_account_on_trial_is_asked_if_no_other_is_left() -> None:
    bench = Bench(("one", "two"))
    bench.session.health.record_failure("two", 0.0)
    bench.now = REST + 1.0
    bench.meanwhile = ["two"]
    assert bench.submit() == ["one", "two"]


@pytest.mark.parametrize(
    ("admitted", "order"), [("abcd", "abcd"), ("acd", "acdb"), ("ad", "adbc"), ("", "abcd"), ("bcd", "abcd")]
)
def test_each_offer_is_made_once_with_admitted_accounts_first_and_the_last_marked(admitted: str, order: str) -> None:
    turns = list(offers_in_turn([Offer(name, "vidu") for name in "abcd"], lambda name: name in admitted))
    assert "".join(offer.account for offer, _ in turns) == order
    assert [is_last for _, is_last in turns] == [False, False, False, True]
