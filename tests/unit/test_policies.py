"""Policies, which put the accounts of a request into order: preference, round robin, price, or a function."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, cast

import pytest
from accounts_in_order import able, account, names_of, offers, resting

from vidu_ext.flows.health import Health
from vidu_ext.flows.routing import Policy, cheapest, order, preference, round_robin
from vidu_ext.providers.offers import Offer
from vidu_ext.values.errors import ConfigurationError

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


def test_each_round_robin_has_turns_of_its_own() -> None:
    first, second = round_robin(), round_robin()
    first(offers("a", "b"))
    assert names_of(second(offers("a", "b"))) == ["a", "b"]


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
