"""Which accounts can serve a request, in which order they are asked, how one rests after failures, and what users read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, cast
from unittest.mock import patch

import pytest
from attrs import define
from paid import created, reply
from scripted import Answer, Scripted

from vidu_ext import RetryPolicy, Settings
from vidu_ext.client.session import Session
from vidu_ext.client.submits import Submits
from vidu_ext.flows.claims import Begun
from vidu_ext.flows.effects import Send
from vidu_ext.flows.health import Health, HealthPolicy
from vidu_ext.flows.outcome import Accepted, Busy, NotSent, Outcome, Refused, Unknown, is_account_failure
from vidu_ext.flows.routing import Policy, cheapest, examine, explain, offers_in_turn, order, preference, round_robin
from vidu_ext.providers.accounts import Account
from vidu_ext.providers.base import UnsupportedError
from vidu_ext.providers.offers import Offer
from vidu_ext.values.errors import ConfigurationError, InvalidRequestError, NoProviderError
from vidu_ext.values.exchange import Category, ErrorReading
from vidu_ext.values.explanation import Explanation
from vidu_ext.values.fault import Fault
from vidu_ext.values.requests import OperationRequest, TextToVideo
from vidu_ext.values.tasks import Object, TaskRef

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


def test_trial_is_not_used_by_a_request_that_asks_another_account_first() -> None:
    health = resting("b")
    assert names_of(order(able("a", "b"), None, health, 30.0)) == ["a", "b"]
    assert health.admit("b", 30.0)


def test_accounts_whose_trials_are_taken_meanwhile_come_last() -> None:
    """Two accounts end their rest together, and other requests take both trials while this one is put into order."""
    health = resting("a", "b")

    def others_come_first(offers: Sequence[Offer]) -> Sequence[Offer]:
        assert all(health.admit(name, 31.0) for name in ("a", "b"))
        return offers

    assert names_of(order(able("a", "b", "c"), others_come_first, health, 31.0)) == ["c", "a", "b"]


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


# -- the health of accounts: how long one rests, how it is tried again, and which is asked in its place -------------------


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
    offers = session.choice.offers(REQUEST, account=None, check=True, path_id=None)
    driver.run(Submits(session).submit(offers, idempotency_key=None, begun=Begun(), on_submission=None))
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
    ("admitted", "order"), [("abcd", "abcd"), ("acd", "acdb"), ("ad", "adbc"), ("", "abcd"), ("bcd", "abcd")]
)
def test_first_offer_stays_first_admitted_accounts_follow_and_the_last_is_marked(admitted: str, order: str) -> None:
    turns = list(offers_in_turn([Offer(name, "vidu") for name in "abcd"], lambda name: name in admitted))
    assert "".join(offer.account for offer, _ in turns) == order
    assert [is_last for _, is_last in turns] == [False, False, False, True]
