"""Which accounts can serve a request, in which order they are asked, and what users read if none can."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, cast
from unittest.mock import patch

import pytest
from attrs import define

from vidu_ext.flows.health import Health, HealthPolicy
from vidu_ext.flows.routing import Policy, cheapest, examine, explain, order, preference, round_robin
from vidu_ext.providers.accounts import Account
from vidu_ext.providers.base import UnsupportedError
from vidu_ext.providers.offers import Offer
from vidu_ext.values.errors import ConfigurationError, InvalidRequestError, NoProviderError
from vidu_ext.values.explanation import Explanation
from vidu_ext.values.fault import Fault
from vidu_ext.values.requests import OperationRequest, TextToVideo
from vidu_ext.values.tasks import Object

BIRD = TextToVideo(prompt="a paper bird")
TOO_LONG = Fault("#/duration", "17 is more than 16")
TOO_WIDE = Fault("#/resolution", "'8k' is not allowed")


def account(name: str, provider: str | None = None) -> Account:
    return Account(name=name, provider=provider or name, key="k")


def able(*names: str) -> tuple[Offer, ...]:
    """Return offers of accounts that can all serve the request. A name after a colon is that of the provider."""
    pairs = [name.partition(":") for name in names]
    return tuple(Offer(name, provider or name, "createVideo") for name, _, provider in pairs)


def offers(*names: str) -> tuple[Offer, ...]:
    return order(able(*names), None, Health(), 0.0)


def names_of(ordered: Sequence[Offer]) -> list[str]:
    return [offer.account for offer in ordered]


def resting(*names: str) -> Health:
    health = Health(HealthPolicy(failures=1))
    for name in names:
        health.record_failure(name, 0.0)
    return health


@define
class FakeProvider:
    """A provider that refuses requests as a test says, and counts how often it is asked."""

    name: str
    unsupported: str | None = None
    refused_for: Sequence[Fault] = ()
    encoded: int = 0
    checked: int = 0

    @property
    def contract(self) -> FakeProvider:
        return self

    def encode(self, request: object) -> Offer:
        self.encoded += 1
        if self.unsupported is not None:
            raise UnsupportedError(self.unsupported)
        return Offer(self.name, self.name, "createVideo", {"for": self.name, "prompt": getattr(request, "prompt", None)})

    def faults(self, operation_id: str, body: Object, uploads: Mapping[str, object]) -> tuple[Fault, ...]:
        assert (operation_id, body["for"], uploads) == ("createVideo", self.name, {})
        self.checked += 1
        return tuple(self.refused_for)


def offers_for(request: object, accounts: str, *fakes: FakeProvider, check: bool = True) -> tuple[Offer, ...]:
    """Return the offers of accounts that are written `name` or `name:provider`."""
    by_name = {fake.name: fake for fake in fakes}
    pairs = [name.partition(":") for name in accounts.split()]

    def fake_named(name: str) -> FakeProvider:
        return by_name.get(name) or FakeProvider(name)

    with patch("vidu_ext.flows.routing.provider_named", fake_named):
        configured = [account(name, provider or name) for name, _, provider in pairs]
        return examine(request, configured, check=check, unlisted=False, path_id=None)


def examined_by_the_specs(request: object) -> tuple[Offer, ...]:
    accounts = [account(name) for name in ("vidu", "comfy", "zenlayer", "skills_video")]
    return examine(request, accounts, check=True, unlisted=False, path_id=None)


@pytest.mark.parametrize("request_", [BIRD, OperationRequest("vidu", "textToVideo", {"prompt": "a bird"})])
def test_path_id_beside_a_request_that_has_no_use_for_it_is_refused(request_: object) -> None:
    """Once, it was ignored: the paid request was another one than was meant."""
    with pytest.raises(ConfigurationError, match="path_id belongs to a generated request model"):
        examine(request_, [account("vidu")], check=True, unlisted=False, path_id="901243326567555072")


def order_error(offers: Sequence[Offer], policy: Policy | None = None) -> NoProviderError:
    """Return the error of a request that no account can serve."""
    with pytest.raises(NoProviderError) as caught:
        order(offers, policy, Health(), 0.0)
    return caught.value


# -- which accounts can serve it ------------------------------------------------------------------------------------------


def test_offer_is_in_the_words_of_its_provider() -> None:
    (offer,) = offers_for(BIRD, "studio:comfy")
    assert (offer.capable, offer.reasons) == (True, ())
    assert offer == Offer("studio", "comfy", "createVideo", {"for": "comfy", "prompt": "a paper bird"})


def test_spec_is_not_asked_with_check_false() -> None:
    comfy = FakeProvider("comfy", refused_for=[TOO_LONG])
    (offer,) = offers_for(BIRD, "comfy", comfy, check=False)
    assert offer.capable
    assert comfy.checked == 0


def test_request_is_checked_once_for_all_accounts_of_a_provider() -> None:
    vidu = FakeProvider("vidu")
    examined = offers_for(BIRD, "vidu comfy studio:vidu", vidu)
    assert [offer.capable for offer in examined] == [True] * 3
    assert [(offer.account, offer.provider) for offer in examined] == [("vidu", "vidu"), ("comfy", "comfy"), ("studio", "vidu")]
    assert (vidu.encoded, vidu.checked) == (1, 1)


def test_too_long_duration_is_refused_by_every_spec_that_has_the_model() -> None:
    examined = examined_by_the_specs(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=99))
    lines = {explanation.account: str(explanation) for explanation in explain(examined, Health(), 0.0)}
    for name in ("vidu", "comfy", "zenlayer"):
        assert lines[name].startswith(f"{name} cannot serve it: #/duration: 99 is more than ")
    assert lines["skills_video"].startswith("skills_video cannot serve it: ")
    assert "viduq3" in lines["skills_video"]
    assert len(order_error(examined).reasons) == len(lines)


def test_request_can_go_to_every_provider_whose_spec_accepts_it() -> None:
    three = examined_by_the_specs(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5))
    assert names_of(order(three, preference("zenlayer"), Health(), 0.0)) == ["zenlayer", "vidu", "comfy"]


# -- the order ------------------------------------------------------------------------------------------------------------


def test_resting_account_comes_last_even_if_it_is_preferred() -> None:
    assert names_of(order(able("a", "b", "c"), preference("a"), resting("a"), 1.0)) == ["b", "c", "a"]


def test_request_is_served_even_if_every_account_rests() -> None:
    assert names_of(order(able("a", "b"), preference("b"), resting("a", "b"), 1.0)) == ["b", "a"]


# -- why none can ---------------------------------------------------------------------------------------------------------


def test_error_for_several_providers_has_the_faults_of_each() -> None:
    fakes = [
        FakeProvider("vidu", unsupported="vidu has no such route"),
        FakeProvider("comfy", refused_for=[TOO_LONG]),
        FakeProvider("zenlayer", refused_for=[TOO_WIDE]),
    ]
    error = order_error(offers_for(BIRD, "vidu studio:comfy zenlayer", *fakes))
    assert isinstance(error, InvalidRequestError)
    assert (error.provider, error.faults) == ("comfy", (TOO_LONG,))
    faults = {explanation.account: explanation.faults for explanation in error.explanations}
    assert faults == {"vidu": (), "studio": (TOO_LONG,), "zenlayer": (TOO_WIDE,)}
    assert "check=False" in str(error)


def test_missing_route_is_not_an_invalid_request() -> None:
    error = order_error(offers_for(BIRD, "comfy", FakeProvider("comfy", unsupported="comfy has no such route")))
    assert not isinstance(error, InvalidRequestError)


def test_policy_that_leaves_no_account_is_named_as_the_reason() -> None:
    offers = offers_for(BIRD, "vidu comfy", FakeProvider("comfy", refused_for=[TOO_LONG]))
    assert order_error(offers, preference("zenlayer", only=True)).reasons == (
        "vidu can serve it, but is not asked: left out by the policy preference('zenlayer', only=True)",
        "comfy cannot serve it: #/duration: 17 is more than 16",
    )


def test_explanation_covers_each_account_and_changes_nothing() -> None:
    health = resting("vidu", "comfy")
    examined = offers_for(BIRD, "vidu comfy zenlayer", FakeProvider("comfy", refused_for=[TOO_LONG]))
    explained = explain(examined, health, 9.5)
    assert explained == (
        Explanation("vidu", "vidu", capable=True, resting_for=20.5),
        Explanation("comfy", "comfy", capable=False, reasons=(str(TOO_LONG),), resting_for=20.5, faults=(TOO_LONG,)),
        Explanation("zenlayer", "zenlayer", capable=True),
    )
    assert [str(explanation) for explanation in explained] == [
        "vidu can serve it, but failed recently, so other accounts are tried first for 21 s",
        "comfy cannot serve it: #/duration: 17 is more than 16",
        "zenlayer can serve it",
    ]
    assert [explanation.resting_for for explanation in explain(examined, health, 30.0)] == [None, None, None]
    assert health.admit("vidu", 30.0)


# -- preference -----------------------------------------------------------------------------------------------------------


def test_preferred_accounts_come_first_and_the_others_stay_as_configured() -> None:
    policy = preference("comfy", "vidu")
    assert names_of(policy(offers("zenlayer", "vidu", "skills", "comfy"))) == ["comfy", "vidu", "zenlayer", "skills"]


def test_name_of_a_provider_means_its_accounts_that_are_not_named_themselves() -> None:
    policy = preference("studio", "vidu", "china")
    row = offers("china:vidu", "comfy", "vidu", "autumn:vidu", "studio:vidu")
    assert names_of(policy(row)) == ["studio", "vidu", "autumn", "china", "comfy"]


def test_preference_needs_different_names() -> None:
    with pytest.raises(ConfigurationError, match="at least one"):
        preference()
    with pytest.raises(ConfigurationError, match="each once"):
        preference("vidu", "vidu")
    for name in ("", "Vidu", cast("str", ["vidu", "comfy"]), cast("str", None)):
        with pytest.raises(ConfigurationError, match="must name accounts"):
            preference(name)


@pytest.mark.parametrize("name", ["studoi", "Studio"])
def test_mistyped_preference_is_an_error_with_the_nearest_name(name: str) -> None:
    accounts = [account("vidu"), account("studio", "vidu")]
    with pytest.raises(ConfigurationError, match=f"'{name}' is neither an account nor a provider. Did you mean 'studio'"):
        preference(name, accounts=accounts)


# -- round robin and price ------------------------------------------------------------------------------------------------


def test_round_robin_spreads_requests_evenly() -> None:
    policy = round_robin()
    assert ["".join(names_of(policy(offers("a", "b", "c")))) for _ in range(4)] == ["abc", "bca", "cab", "abc"]


def test_requests_that_few_accounts_can_serve_do_not_change_the_turns_of_the_others() -> None:
    policy = round_robin()
    firsts = [policy(offers(*row))[0].account for row in ("abc", "c", "abc", "c", "abc", "c", "ab", "ab")]
    assert firsts == ["a", "c", "b", "c", "a", "c", "b", "a"]


def test_threads_share_the_turns_evenly() -> None:
    rows = [offers("a", "b", "c", "d")] * 400
    with ThreadPoolExecutor(8) as pool:
        firsts = [first.account for first, *_ in pool.map(round_robin(), rows)]
    assert {name: firsts.count(name) for name in "abcd"} == dict.fromkeys("abcd", 100)


def test_cheapest_account_comes_first_and_unknown_prices_last() -> None:
    prices = {"a": None, "b": 0.5, "c": 0.25, "d": 0.5, "e": None, "f": 0}
    policy = cheapest(lambda offer: prices[offer.account])
    assert names_of(policy(offers(*"abcdef"))) == ["f", "c", "b", "d", "a", "e"]


@pytest.mark.parametrize("price", [math.nan, -0.01, math.inf, True, "0.5"])
def test_price_that_is_not_a_positive_number_is_refused(price: object) -> None:
    def per_second(_offer: Offer) -> float:
        return cast("float", price)

    with pytest.raises(ConfigurationError, match=r"per_second must return a price.*for a it returned"):
        cheapest(per_second)(offers("a"))


# -- functions as policies ------------------------------------------------------------------------------------------------


def test_policy_may_be_any_function_and_may_omit_accounts() -> None:
    assert names_of(order(able("a", "b", "c"), lambda row: [row[2], row[0]], Health(), 0.0)) == ["c", "a"]


def test_policy_receives_working_and_resting_accounts_separately_and_never_none() -> None:
    seen: list[list[str]] = []

    def watch(row: Sequence[Offer]) -> Sequence[Offer]:
        seen.append(names_of(row))
        return row

    order(able("a", "b", "c"), watch, resting("b"), 1.0)
    order(able("a"), watch, Health(), 1.0)
    assert seen == [["a", "c"], ["b"], ["a"]]


WRONG_RESULTS: Final[dict[str, Callable[[Sequence[Offer]], object]]] = {
    "none": lambda row: list(row).sort(key=lambda offer: offer.account),
    "text": lambda _: "vidu",
    "one twice": lambda row: [*row, row[0]],
    "another account": lambda _: [Offer("zenlayer", "zenlayer", "createVideo")],
}


@pytest.mark.parametrize("result_of", WRONG_RESULTS.values(), ids=WRONG_RESULTS)
def test_policy_that_returns_anything_but_its_offers_is_named_in_the_error(
    result_of: Callable[[Sequence[Offer]], object],
) -> None:
    def mine(offered: Sequence[Offer]) -> Sequence[Offer]:
        return cast("Sequence[Offer]", result_of(offered))

    with pytest.raises(ConfigurationError, match=r"policy \S*mine (must|returned|returns)"):
        order(able("vidu", "comfy"), mine, Health(), 0.0)


def test_error_for_a_list_of_names_as_policy_says_what_to_write() -> None:
    with pytest.raises(ConfigurationError, match="preference"):
        order(able("vidu"), cast("Policy", ["vidu"]), Health(), 0.0)
