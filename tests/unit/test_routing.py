"""The choice of an account: who can serve a request, who is asked first, who rests, and what the user is told."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import pytest
from attrs import frozen
from vidu_clients.vidu.models import LipSyncRequest

from vidu_ext.flows.health import Health, HealthPolicy
from vidu_ext.flows.outcome import Accepted, Busy, NotSent, Outcome, Refused, Unknown
from vidu_ext.flows.routing import (
    Policy,
    cheapest,
    examine,
    explain,
    is_account_failure,
    order,
    preference,
    round_robin,
)
from vidu_ext.providers.accounts import Account
from vidu_ext.providers.offers import Offer, UnsupportedError
from vidu_ext.values.errors import ConfigurationError, InvalidRequestError, NoProviderError
from vidu_ext.values.exchange import Category, ErrorReading
from vidu_ext.values.explanation import Explanation
from vidu_ext.values.fault import Fault
from vidu_ext.values.requests import TextToVideo
from vidu_ext.values.tasks import TaskRef

if TYPE_CHECKING:
    from vidu_ext.providers.base import Provider
    from vidu_ext.values.tasks import Object

BIRD = TextToVideo(prompt="a paper bird")
TOO_LONG = Fault("#/duration", "17 is more than 16")
TOO_WIDE = Fault("#/resolution", "'8k' is not allowed")


class FakeProvider:
    """A provider that refuses what it is told to refuse, and counts how often it is asked."""

    def __init__(self, name: str, *, unsupported: str | None = None, faults: Sequence[Fault] = ()) -> None:
        self.name = name
        self.contract = self
        self._unsupported = unsupported
        self._faults = faults
        self.encoded = 0
        self.checked = 0

    def encode(self, request: object) -> Offer:
        self.encoded += 1
        if self._unsupported is not None:
            raise UnsupportedError(self._unsupported)
        return Offer(self.name, self.name, "createVideo", {"for": self.name, "prompt": getattr(request, "prompt", None)})

    def encode_model(self, model: object, *, path_id: str | None = None) -> Offer:
        if not isinstance(model, LipSync) or self.name != "vidu":
            raise UnsupportedError(f"{self.name} has no route for {type(model).__name__}")
        return Offer(self.name, self.name, "createLipSync", {}, path_id)

    def faults(self, operation_id: str, body: Object, uploads: Mapping[str, object]) -> tuple[Fault, ...]:
        assert operation_id.startswith("create")
        assert body is not None
        assert not uploads
        self.checked += 1
        return tuple(self._faults)


class LipSync:
    """A request model that one provider alone has."""


def account(name: str, provider: str | None = None) -> Account:
    return Account(name=name, provider=provider or name, key="k")


def asked(request: object, accounts: Sequence[Account], *fakes: FakeProvider, check: bool = True) -> tuple[Offer, ...]:
    by_name = {fake.name: cast("Provider", fake) for fake in fakes}
    return examine(
        request, accounts, check=check, provider_of=lambda name: by_name.setdefault(name, cast("Provider", FakeProvider(name)))
    )


def able(*names: str) -> tuple[Offer, ...]:
    """Accounts that can all serve the request. A name after a colon is that of the provider."""
    pairs = [name.partition(":") for name in names]
    return tuple(Offer(name, provider or name, "createVideo") for name, _, provider in pairs)


def offers(*names: str) -> tuple[Offer, ...]:
    return order(able(*names), None, Health(), 0.0)


def names_of(ordered: Sequence[Offer]) -> list[str]:
    return [offer.account for offer in ordered]


def resting(*names: str, now: float = 0.0) -> Health:
    health = Health(HealthPolicy(failures=1))
    for name in names:
        health.record_failure(name, now)
    return health


# -- who can serve it -----------------------------------------------------------------------------------------------------


def test_an_account_whose_provider_takes_the_request_gets_an_offer_in_that_providers_words() -> None:
    (one,) = asked(BIRD, [account("studio", "comfy")])
    assert one.capable
    assert one.reasons == ()
    assert one == Offer("studio", "comfy", "createVideo", {"for": "comfy", "prompt": "a paper bird"})


def test_a_provider_without_a_route_says_so_in_its_own_words() -> None:
    zenlayer = FakeProvider("zenlayer", unsupported="zenlayer has no multiframe route")
    (one,) = asked(BIRD, [account("zenlayer")], zenlayer)
    assert not one.capable
    assert one.reasons == ("zenlayer has no multiframe route",)
    assert zenlayer.checked == 0


def test_each_fault_that_the_spec_finds_is_a_reason() -> None:
    (one,) = asked(BIRD, [account("comfy")], FakeProvider("comfy", faults=[TOO_LONG, TOO_WIDE]))
    assert not one.capable
    assert one.faults == (TOO_LONG, TOO_WIDE)
    assert one.reasons == ("#/duration: 17 is more than 16", "#/resolution: '8k' is not allowed")


def test_a_user_who_knows_better_than_the_spec_is_served() -> None:
    comfy = FakeProvider("comfy", faults=[TOO_LONG])
    (one,) = asked(BIRD, [account("comfy")], comfy, check=False)
    assert one.capable
    assert comfy.checked == 0


def test_two_accounts_of_a_provider_cost_one_check_of_twenty_megabytes() -> None:
    vidu = FakeProvider("vidu")
    examined = asked(BIRD, [account("vidu"), account("comfy"), account("studio", "vidu")], vidu)
    assert [(one.account, one.provider, one.capable) for one in examined] == [
        ("vidu", "vidu", True),
        ("comfy", "comfy", True),
        ("studio", "vidu", True),
    ]
    assert (vidu.encoded, vidu.checked) == (1, 1)


def test_a_request_that_one_provider_alone_has_goes_to_its_accounts_only() -> None:
    fakes = {name: cast("Provider", FakeProvider(name)) for name in ("vidu", "comfy")}
    examined = examine(LipSync(), [account("comfy"), account("vidu")], path_id="12", provider_of=fakes.__getitem__)
    assert [one.reasons for one in examined] == [("comfy has no route for LipSync",), ()]
    assert order(examined, None, Health(), 0.0) == (Offer("vidu", "vidu", "createLipSync", {}, "12"),)


ALL = [account(name) for name in ("vidu", "comfy", "zenlayer", "skills_video")]


def test_a_duration_that_one_model_cannot_do_is_refused_with_its_limit_by_every_spec_that_has_the_model() -> None:
    examined = examine(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=99), ALL)
    lines = {one.account: str(one) for one in explain(examined, Health(), 0.0)}
    for name in ("vidu", "comfy", "zenlayer"):
        assert lines[name].startswith(f"{name} cannot serve it: #/duration: 99 is more than ")
    assert lines["skills_video"].startswith("skills_video cannot serve it: ")
    assert "viduq3" in lines["skills_video"]
    with pytest.raises(NoProviderError):
        order(examined, None, Health(), 0.0)


def test_a_request_goes_to_every_provider_whose_spec_takes_it() -> None:
    three = examine(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5), ALL)
    assert names_of(order(three, preference("zenlayer"), Health(), 0.0)) == ["zenlayer", "vidu", "comfy"]


def test_a_generated_model_of_one_provider_goes_there_alone() -> None:
    speech = LipSyncRequest(video_url="https://example.com/bird.mp4", audio_url="https://example.com/bird.mp3")
    assert names_of(order(examine(speech, ALL), preference("comfy"), Health(), 0.0)) == ["vidu"]


def test_pictures_do_not_flood_the_log_with_an_offer() -> None:
    assert "AAAA" not in repr(Offer("vidu", "vidu", "createVideo", {"image": "data:image/png;base64,AAAA"}))


# -- who works ------------------------------------------------------------------------------------------------------------


def test_an_account_rests_after_three_failures_in_a_row_and_not_before() -> None:
    health = Health()
    for moment in (0.0, 1.0):
        health.record_failure("vidu", moment)
    assert health.resting_for("vidu", 1.0) is None
    health.record_failure("vidu", 2.0)
    assert health.resting_for("vidu", 2.0) == 30.0
    assert health.resting_for("vidu", 12.0) == 20.0
    assert health.resting_for("vidu", 32.0) is None
    assert health.resting_for("comfy", 2.0) is None


def test_a_success_takes_back_all_failures_before_it() -> None:
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


def test_rests_double_up_to_the_longest_and_begin_anew_after_a_success() -> None:
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


def test_eight_requests_that_fail_together_make_one_rest_and_not_six() -> None:
    health = Health()
    for _ in range(8):
        health.record_failure("vidu", 0.0)
    assert health.resting_for("vidu", 0.0) == 30.0


def test_after_a_rest_one_request_tries_the_account_and_the_others_wait_for_its_outcome() -> None:
    health = resting("vidu")
    assert not health.admit("vidu", 29.0)
    assert health.admit("vidu", 30.0)
    assert not health.admit("vidu", 31.0)
    assert health.resting_for("vidu", 31.0) == 29.0
    health.record_success("vidu")
    assert health.admit("vidu", 32.0)
    assert health.admit("vidu", 32.0)


def test_a_try_that_fails_begins_a_rest_twice_as_long() -> None:
    health = resting("vidu")
    assert health.admit("vidu", 30.0)
    health.record_failure("vidu", 40.0)
    assert health.resting_for("vidu", 40.0) == 60.0
    health.record_failure("vidu", 41.0)
    assert health.resting_for("vidu", 41.0) == 59.0


def test_a_try_whose_process_was_cancelled_does_not_close_the_account_for_good() -> None:
    health = resting("vidu")
    assert health.admit("vidu", 30.0)
    assert not health.admit("vidu", 59.0)
    assert health.admit("vidu", 60.0)


def test_threads_that_come_at_the_end_of_a_rest_get_one_try_between_them() -> None:
    health = resting("vidu")
    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(health.admit, ["vidu"] * 200, [30.0] * 200))
    assert admitted.count(True) == 1


@pytest.mark.parametrize("settings", [{"rest": math.nan}, {"rest": 0}, {"longest_rest": math.inf}, {"rest": "30"}, {"rest": 601}])
def test_a_rest_of_a_senseless_length_is_refused(settings: Mapping[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"HealthPolicy\.(longest_)?rest"):
        HealthPolicy(**settings)


@pytest.mark.parametrize("failures", [0, -3, True, 2.5, "3"])
def test_a_number_of_failures_that_is_no_count_is_refused(failures: object) -> None:
    with pytest.raises(ConfigurationError, match=r"HealthPolicy\.failures"):
        HealthPolicy(failures=cast("int", failures))


def test_a_year_of_failures_is_still_a_number() -> None:
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
def test_only_what_is_the_accounts_own_fault_sends_it_to_rest(outcome: Outcome, counts: bool) -> None:
    assert is_account_failure(outcome) is counts


# -- preference -----------------------------------------------------------------------------------------------------------


def test_preferred_accounts_come_first_and_the_others_stay_as_configured() -> None:
    policy = preference("comfy", "vidu")
    assert names_of(policy(offers("zenlayer", "vidu", "skills", "comfy"))) == ["comfy", "vidu", "zenlayer", "skills"]


def test_only_preferred_accounts_are_asked_where_that_is_said() -> None:
    assert names_of(preference("comfy", "vidu", only=True)(offers("zenlayer", "vidu", "comfy"))) == ["comfy", "vidu"]


def test_a_providers_name_stands_for_its_accounts_that_are_not_named_themselves() -> None:
    policy = preference("studio", "vidu", "china")
    row = offers("china:vidu", "comfy", "vidu", "autumn:vidu", "studio:vidu")
    assert names_of(policy(row)) == ["studio", "vidu", "autumn", "china", "comfy"]


def test_a_preference_for_nothing_or_twice_the_same_or_no_name_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="at least one"):
        preference()
    with pytest.raises(ConfigurationError, match="each once"):
        preference("vidu", "vidu")
    for name in ("", "Vidu", cast("str", ["vidu", "comfy"]), cast("str", None)):
        with pytest.raises(ConfigurationError, match="must name accounts"):
            preference(name)


def test_a_mistyped_preference_is_an_error_and_not_a_silent_nothing() -> None:
    accounts = [account("vidu"), account("studio", "vidu")]
    with pytest.raises(ConfigurationError, match=r"'studoi' is neither an account nor a provider\. Did you mean 'studio'\?"):
        preference("studoi", accounts=accounts)


def test_a_provider_may_be_preferred_where_no_account_of_it_is_configured() -> None:
    policy = preference("comfy", "studio", accounts=[account("vidu"), account("studio", "vidu")])
    assert names_of(policy(offers("vidu", "studio:vidu"))) == ["studio", "vidu"]


# -- round robin and price ------------------------------------------------------------------------------------------------


def test_requests_spread_evenly_over_the_accounts() -> None:
    policy, row = round_robin(), offers("a", "b", "c")
    assert ["".join(names_of(policy(row))) for _ in range(4)] == ["abc", "bca", "cab", "abc"]


def test_requests_that_few_accounts_can_serve_do_not_spoil_the_turns_of_the_others() -> None:
    policy = round_robin()
    firsts = [policy(offers(*row))[0].account for row in ("abc", "c", "abc", "c", "abc", "c", "ab", "ab")]
    assert firsts == ["a", "c", "b", "c", "a", "c", "b", "a"]


def test_two_that_work_share_the_load_while_the_third_rests() -> None:
    policy, health = round_robin(), resting("b")
    rows = ["".join(names_of(order(able("a", "b", "c"), policy, health, 1.0))) for _ in range(4)]
    assert rows == ["acb", "cab", "acb", "cab"]


def test_each_user_of_round_robin_has_turns_of_its_own() -> None:
    first, second = round_robin(), round_robin()
    first(offers("a", "b"))
    assert names_of(second(offers("a", "b"))) == ["a", "b"]


def test_threads_share_the_turns_evenly() -> None:
    rows = [offers("a", "b", "c", "d")] * 400
    with ThreadPoolExecutor(8) as pool:
        firsts = [one[0].account for one in pool.map(round_robin(), rows)]
    assert {name: firsts.count(name) for name in "abcd"} == dict.fromkeys("abcd", 100)


def test_the_cheapest_comes_first_equal_ones_as_configured_and_unknown_prices_last() -> None:
    prices = {"a": None, "b": 0.5, "c": 0.25, "d": 0.5, "e": None, "f": 0}
    policy = cheapest(lambda offer: prices[offer.account])
    assert names_of(policy(offers(*"abcdef"))) == ["f", "c", "b", "d", "a", "e"]


@pytest.mark.parametrize("price", [math.nan, -0.01, math.inf, True, "0.5"])
def test_a_price_that_would_shuffle_the_order_is_refused(price: object) -> None:
    def per_second(_offer: Offer) -> float:
        return cast("float", price)

    with pytest.raises(ConfigurationError, match=r"per_second must give a price.*for a it gave"):
        cheapest(per_second)(offers("a"))


# -- the order ------------------------------------------------------------------------------------------------------------


def test_without_a_policy_accounts_are_asked_as_configured() -> None:
    assert names_of(order(able("vidu", "comfy"), None, Health(), 0.0)) == ["vidu", "comfy"]


def test_an_account_that_cannot_serve_the_request_is_not_asked() -> None:
    examined = asked(BIRD, [account("comfy"), account("vidu")], FakeProvider("comfy", faults=[TOO_LONG]))
    assert names_of(order(examined, preference("comfy"), Health(), 0.0)) == ["vidu"]


def test_a_resting_account_comes_last_although_it_is_preferred() -> None:
    assert names_of(order(able("a", "b", "c"), preference("a"), resting("a"), 1.0)) == ["b", "c", "a"]


def test_a_request_is_served_also_when_every_account_rests() -> None:
    assert names_of(order(able("a", "b"), preference("b"), resting("a", "b"), 1.0)) == ["b", "a"]


def test_after_its_rest_an_account_gets_one_request_first_and_the_next_goes_elsewhere() -> None:
    health = resting("a")
    assert names_of(order(able("a", "b"), None, health, 30.0)) == ["a", "b"]
    assert names_of(order(able("a", "b"), None, health, 30.0)) == ["b", "a"]
    health.record_success("a")
    assert names_of(order(able("a", "b"), None, health, 31.0)) == ["a", "b"]


def test_the_one_try_is_not_spent_on_a_request_that_asks_another_account_first() -> None:
    health = resting("b")
    assert names_of(order(able("a", "b"), None, health, 30.0)) == ["a", "b"]
    assert health.admit("b", 30.0)


def test_the_order_stands_when_another_thread_takes_the_try_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    health = resting("a")
    rests = health.resting_for

    def overtaken(name: str, now: float) -> float | None:
        seen = rests(name, now)
        health.admit(name, now)
        return seen

    monkeypatch.setattr(health, "resting_for", overtaken)
    assert names_of(order(able("a", "b"), None, health, 30.0)) == ["b", "a"]


def test_every_account_that_is_asked_first_after_its_rest_is_admitted_before() -> None:
    """Two accounts end their rest together, and other requests take both trials while this one is being ordered."""
    health = Health(HealthPolicy(failures=1, rest=30.0))
    for name in ("one", "two"):
        health.record_failure(name, 0.0)

    def others_come_first(offers: Sequence[Offer]) -> Sequence[Offer]:
        assert all(health.admit(name, 31.0) for name in ("one", "two"))
        return offers

    ordered = order(able("one", "two", "three"), others_come_first, health, 31.0)
    assert names_of(ordered) == ["three", "one", "two"]


def test_account_on_trial_is_not_asked_first_until_its_outcome_is_known() -> None:
    health = Health(HealthPolicy(failures=1, rest=30.0))
    health.record_failure("one", 0.0)
    first = [names_of(order(able("one", "two"), None, health, 31.0))[0] for _ in range(3)]
    assert first == ["one", "two", "two"]
    health.record_success("one")
    assert names_of(order(able("one", "two"), None, health, 31.0)) == ["one", "two"]


def test_a_policy_may_be_any_function_and_may_leave_accounts_out() -> None:
    assert names_of(order(able("a", "b", "c"), lambda row: [row[2], row[0]], Health(), 0.0)) == ["c", "a"]


def test_a_policy_sees_accounts_that_work_apart_from_those_that_rest_and_never_an_empty_row() -> None:
    seen: list[list[str]] = []

    def watch(row: Sequence[Offer]) -> Sequence[Offer]:
        seen.append(names_of(row))
        return row

    order(able("a", "b", "c"), watch, resting("b"), 1.0)
    order(able("a"), watch, Health(), 1.0)
    assert seen == [["a", "c"], ["b"], ["a"]]


def in_place(row: Sequence[Offer]) -> object:
    return list(row).sort(key=lambda offer: offer.account)


def lazy(row: Sequence[Offer]) -> object:
    return (offer for offer in row)


def as_text(_row: Sequence[Offer]) -> object:
    return "vidu"


def as_names(row: Sequence[Offer]) -> object:
    return names_of(row)


def twice(row: Sequence[Offer]) -> object:
    return [*row, row[0]]


def invented(_row: Sequence[Offer]) -> object:
    return [Offer("zenlayer", "zenlayer", "createVideo")]


def tampered(row: Sequence[Offer]) -> object:
    return [Offer(row[0].account, row[0].provider, "createVideo", {"duration": 16})]


@pytest.mark.parametrize("policy", [in_place, lazy, as_text, as_names, twice, invented, tampered])
def test_a_policy_that_gives_anything_but_its_offers_is_named(policy: Callable[[Sequence[Offer]], object]) -> None:
    with pytest.raises(ConfigurationError, match=f"policy {policy.__name__} (must|gave|gives)"):
        order(able("vidu", "comfy"), cast("Policy", policy), Health(), 0.0)


def test_a_list_of_names_in_the_place_of_a_policy_is_answered_with_what_to_write() -> None:
    with pytest.raises(ConfigurationError, match="preference"):
        order(able("vidu"), cast("Policy", ["vidu"]), Health(), 0.0)


# -- why nobody -----------------------------------------------------------------------------------------------------------


def test_a_user_with_one_account_is_told_every_fault_of_the_request() -> None:
    examined = asked(BIRD, [account("studio", "comfy")], FakeProvider("comfy", faults=[TOO_LONG, TOO_WIDE]))
    with pytest.raises(InvalidRequestError) as caught:
        order(examined, None, Health(), 0.0)
    assert (caught.value.provider, caught.value.operation) == ("comfy", "createVideo")
    assert caught.value.faults == (TOO_LONG, TOO_WIDE)


def test_a_second_key_of_the_same_provider_does_not_change_what_is_told() -> None:
    accounts = [account("vidu"), account("studio", "vidu")]
    with pytest.raises(InvalidRequestError):
        order(asked(BIRD, accounts, FakeProvider("vidu", faults=[TOO_LONG])), None, Health(), 0.0)


def test_a_second_provider_makes_another_mistake_of_the_same_one() -> None:
    fakes = [FakeProvider("vidu", unsupported="vidu has no such route"), FakeProvider("comfy", faults=[TOO_LONG])]
    examined = asked(
        BIRD,
        [account("vidu"), account("studio", "comfy"), account("zenlayer")],
        *fakes,
        FakeProvider("zenlayer", faults=[TOO_WIDE]),
    )
    with pytest.raises(InvalidRequestError, match="check=False") as caught:
        order(examined, None, Health(), 0.0)
    assert (caught.value.provider, caught.value.faults) == ("comfy", (TOO_LONG,))
    assert [(one.account, one.faults) for one in caught.value.explanations] == [
        ("vidu", ()),
        ("studio", (TOO_LONG,)),
        ("zenlayer", (TOO_WIDE,)),
    ]
    assert isinstance(caught.value, NoProviderError)


def test_a_user_with_several_accounts_is_told_why_each_cannot() -> None:
    fakes = [FakeProvider("vidu", faults=[TOO_LONG, TOO_WIDE]), FakeProvider("comfy", unsupported="comfy has no\n  such route")]
    examined = asked(BIRD, [account("vidu"), account("studio", "comfy")], *fakes)
    with pytest.raises(NoProviderError) as caught:
        order(examined, None, Health(), 0.0)
    assert caught.value.reasons == (
        "vidu cannot serve it: #/duration: 17 is more than 16; #/resolution: '8k' is not allowed",
        "studio (comfy) cannot serve it: comfy has no such route",
    )
    assert "nothing was sent" in str(caught.value)


def test_a_single_account_without_a_route_is_no_invalid_request() -> None:
    examined = asked(BIRD, [account("comfy")], FakeProvider("comfy", unsupported="comfy has no such route"))
    with pytest.raises(NoProviderError, match="comfy cannot serve it: comfy has no such route"):
        order(examined, None, Health(), 0.0)


def test_no_account_at_all_is_no_crash() -> None:
    with pytest.raises(NoProviderError):
        order((), None, Health(), 0.0)


def test_a_policy_that_leaves_nobody_is_named_as_the_reason() -> None:
    examined = asked(BIRD, [account("vidu"), account("comfy")], FakeProvider("comfy", faults=[TOO_LONG]))
    with pytest.raises(NoProviderError) as caught:
        order(examined, preference("zenlayer", only=True), Health(), 0.0)
    assert caught.value.reasons == (
        "vidu can serve it: left out by the policy preference('zenlayer', only=True)",
        "comfy cannot serve it: #/duration: 17 is more than 16",
    )


def test_an_explanation_names_what_each_account_can_and_changes_nothing() -> None:
    health = resting("vidu", "comfy")
    examined = asked(BIRD, [account("vidu"), account("comfy"), account("zenlayer")], FakeProvider("comfy", faults=[TOO_LONG]))
    explained = explain(examined, health, 9.5)
    assert explained == (
        Explanation("vidu", "vidu", capable=True, resting_for=20.5),
        Explanation("comfy", "comfy", capable=False, reasons=(str(TOO_LONG),), resting_for=20.5, faults=(TOO_LONG,)),
        Explanation("zenlayer", "zenlayer", capable=True),
    )
    assert [str(one) for one in explained] == [
        "vidu can serve it, but failed lately and is asked after others for 21 s",
        "comfy cannot serve it: #/duration: 17 is more than 16",
        "zenlayer can serve it",
    ]
    assert [one.resting_for for one in explain(examined, health, 30.0)] == [None, None, None]
    assert health.admit("vidu", 30.0)


@frozen
class Named:
    """A policy that is an object."""

    def __call__(self, row: Sequence[Offer]) -> Sequence[Offer]:
        return row[:0]


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        (Named(), "Named()"),
        (round_robin(), "round_robin()"),
        (preference("a", "b"), "preference('a', 'b')"),
        (cheapest(lambda _offer: None), "cheapest("),
    ],
)
def test_a_policy_has_a_name_that_its_user_recognises(policy: Policy, name: str) -> None:
    assert repr(policy).startswith(name)
