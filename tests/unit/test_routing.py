"""Which accounts can serve a request, in which order they are asked, and what the user reads if none can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from unittest.mock import patch

import pytest
from accounts_in_order import able, account, names_of, resting
from vidu_clients.vidu.models import LipSyncRequest

from vidu_ext.flows.health import Health, HealthPolicy
from vidu_ext.flows.routing import examine, explain, order, preference
from vidu_ext.providers.accounts import Account
from vidu_ext.providers.offers import Offer, UnsupportedError
from vidu_ext.values.errors import InvalidRequestError, NoProviderError
from vidu_ext.values.explanation import Explanation
from vidu_ext.values.fault import Fault
from vidu_ext.values.requests import TextToVideo
from vidu_ext.values.tasks import Object

BIRD = TextToVideo(prompt="a paper bird")
TOO_LONG = Fault("#/duration", "17 is more than 16")
TOO_WIDE = Fault("#/resolution", "'8k' is not allowed")


class FakeProvider:
    """A provider that refuses requests as the test wants, and counts how often it is asked."""

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

    def faults(self, operation_id: str, body: Object, uploads: Mapping[str, object]) -> tuple[Fault, ...]:
        assert operation_id.startswith("create")
        assert body is not None
        assert not uploads
        self.checked += 1
        return tuple(self._faults)


def offers_for(request: object, accounts: Sequence[Account], *fakes: FakeProvider, check: bool = True) -> tuple[Offer, ...]:
    by_name = {fake.name: fake for fake in fakes}

    def fake_named(name: str) -> FakeProvider:
        return by_name.get(name) or FakeProvider(name)

    with patch("vidu_ext.flows.routing.provider_named", fake_named):
        return examine(request, accounts, check=check, unlisted=False, path_id=None)


def examined_by_the_specs(request: object) -> tuple[Offer, ...]:
    return examine(request, ALL, check=True, unlisted=False, path_id=None)


# -- which accounts can serve it ------------------------------------------------------------------------------------------


def test_offer_is_in_the_words_of_its_provider() -> None:
    (one,) = offers_for(BIRD, [account("studio", "comfy")])
    assert one.capable
    assert one.reasons == ()
    assert one == Offer("studio", "comfy", "createVideo", {"for": "comfy", "prompt": "a paper bird"})


def test_provider_without_a_route_gives_its_own_reason() -> None:
    zenlayer = FakeProvider("zenlayer", unsupported="zenlayer has no multiframe route")
    (one,) = offers_for(BIRD, [account("zenlayer")], zenlayer)
    assert not one.capable
    assert one.reasons == ("zenlayer has no multiframe route",)
    assert zenlayer.checked == 0


def test_each_fault_that_the_spec_finds_is_a_reason() -> None:
    (one,) = offers_for(BIRD, [account("comfy")], FakeProvider("comfy", faults=[TOO_LONG, TOO_WIDE]))
    assert not one.capable
    assert one.faults == (TOO_LONG, TOO_WIDE)
    assert one.reasons == ("#/duration: 17 is more than 16", "#/resolution: '8k' is not allowed")


def test_spec_is_not_asked_with_check_false() -> None:
    comfy = FakeProvider("comfy", faults=[TOO_LONG])
    (one,) = offers_for(BIRD, [account("comfy")], comfy, check=False)
    assert one.capable
    assert comfy.checked == 0


def test_request_is_checked_once_for_all_accounts_of_a_provider() -> None:
    vidu = FakeProvider("vidu")
    examined = offers_for(BIRD, [account("vidu"), account("comfy"), account("studio", "vidu")], vidu)
    assert [(one.account, one.provider, one.capable) for one in examined] == [
        ("vidu", "vidu", True),
        ("comfy", "comfy", True),
        ("studio", "vidu", True),
    ]
    assert (vidu.encoded, vidu.checked) == (1, 1)


ALL = [account(name) for name in ("vidu", "comfy", "zenlayer", "skills_video")]


def test_too_long_duration_is_refused_by_every_spec_that_has_the_model() -> None:
    examined = examined_by_the_specs(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=99))
    lines = {one.account: str(one) for one in explain(examined, Health(), 0.0)}
    for name in ("vidu", "comfy", "zenlayer"):
        assert lines[name].startswith(f"{name} cannot serve it: #/duration: 99 is more than ")
    assert lines["skills_video"].startswith("skills_video cannot serve it: ")
    assert "viduq3" in lines["skills_video"]
    with pytest.raises(NoProviderError):
        order(examined, None, Health(), 0.0)


def test_request_can_go_to_every_provider_whose_spec_accepts_it() -> None:
    three = examined_by_the_specs(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5))
    assert names_of(order(three, preference("zenlayer"), Health(), 0.0)) == ["zenlayer", "vidu", "comfy"]


def test_generated_model_of_one_provider_goes_only_there() -> None:
    speech = LipSyncRequest(video_url="https://example.com/bird.mp4", audio_url="https://example.com/bird.mp3")
    assert names_of(order(examined_by_the_specs(speech), preference("comfy"), Health(), 0.0)) == ["vidu"]


def test_repr_of_an_offer_shows_no_picture() -> None:
    assert "AAAA" not in repr(Offer("vidu", "vidu", "createVideo", {"image": "data:image/png;base64,AAAA"}))


# -- the order ------------------------------------------------------------------------------------------------------------


def test_resting_account_comes_last_even_if_it_is_preferred() -> None:
    assert names_of(order(able("a", "b", "c"), preference("a"), resting("a"), 1.0)) == ["b", "c", "a"]


def test_request_is_served_even_if_every_account_rests() -> None:
    assert names_of(order(able("a", "b"), preference("b"), resting("a", "b"), 1.0)) == ["b", "a"]


def test_account_after_its_rest_gets_a_single_request_until_its_outcome_is_known() -> None:
    health = resting("a")
    assert names_of(order(able("a", "b"), None, health, 30.0)) == ["a", "b"]
    assert names_of(order(able("a", "b"), None, health, 30.0)) == ["b", "a"]
    health.record_success("a")
    assert names_of(order(able("a", "b"), None, health, 31.0)) == ["a", "b"]


def test_trial_is_not_used_by_a_request_that_asks_another_account_first() -> None:
    health = resting("b")
    assert names_of(order(able("a", "b"), None, health, 30.0)) == ["a", "b"]
    assert health.admit("b", 30.0)


def test_accounts_whose_trials_are_taken_meanwhile_come_last() -> None:
    """Two accounts end their rest together, and other requests take both trials while this one is put into order."""
    health = Health(HealthPolicy(failures=1, rest=30.0))
    for name in ("one", "two"):
        health.record_failure(name, 0.0)

    def others_come_first(offers: Sequence[Offer]) -> Sequence[Offer]:
        assert all(health.admit(name, 31.0) for name in ("one", "two"))
        return offers

    ordered = order(able("one", "two", "three"), others_come_first, health, 31.0)
    assert names_of(ordered) == ["three", "one", "two"]


# -- why none can ---------------------------------------------------------------------------------------------------------


def test_error_for_a_single_account_has_every_fault_of_the_request() -> None:
    examined = offers_for(BIRD, [account("studio", "comfy")], FakeProvider("comfy", faults=[TOO_LONG, TOO_WIDE]))
    with pytest.raises(InvalidRequestError) as caught:
        order(examined, None, Health(), 0.0)
    assert (caught.value.provider, caught.value.operation) == ("comfy", "createVideo")
    assert caught.value.faults == (TOO_LONG, TOO_WIDE)


def test_error_for_several_providers_has_the_faults_of_each() -> None:
    fakes = [FakeProvider("vidu", unsupported="vidu has no such route"), FakeProvider("comfy", faults=[TOO_LONG])]
    examined = offers_for(
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


def test_error_for_several_accounts_has_the_reasons_of_each() -> None:
    fakes = [FakeProvider("vidu", faults=[TOO_LONG, TOO_WIDE]), FakeProvider("comfy", unsupported="comfy has no\n  such route")]
    examined = offers_for(BIRD, [account("vidu"), account("studio", "comfy")], *fakes)
    with pytest.raises(NoProviderError) as caught:
        order(examined, None, Health(), 0.0)
    assert caught.value.reasons == (
        "vidu cannot serve it: #/duration: 17 is more than 16; #/resolution: '8k' is not allowed",
        "studio (comfy) cannot serve it: comfy has no such route",
    )
    assert "nothing was sent" in str(caught.value)


def test_missing_route_is_not_an_invalid_request() -> None:
    examined = offers_for(BIRD, [account("comfy")], FakeProvider("comfy", unsupported="comfy has no such route"))
    with pytest.raises(NoProviderError) as caught:
        order(examined, None, Health(), 0.0)
    assert not isinstance(caught.value, InvalidRequestError)


def test_policy_that_leaves_no_account_is_named_as_the_reason() -> None:
    examined = offers_for(BIRD, [account("vidu"), account("comfy")], FakeProvider("comfy", faults=[TOO_LONG]))
    with pytest.raises(NoProviderError) as caught:
        order(examined, preference("zenlayer", only=True), Health(), 0.0)
    assert caught.value.reasons == (
        "vidu can serve it, but is not asked: left out by the policy preference('zenlayer', only=True)",
        "comfy cannot serve it: #/duration: 17 is more than 16",
    )


def test_explanation_covers_each_account_and_changes_nothing() -> None:
    health = resting("vidu", "comfy")
    examined = offers_for(
        BIRD, [account("vidu"), account("comfy"), account("zenlayer")], FakeProvider("comfy", faults=[TOO_LONG])
    )
    explained = explain(examined, health, 9.5)
    assert explained == (
        Explanation("vidu", "vidu", capable=True, resting_for=20.5),
        Explanation("comfy", "comfy", capable=False, reasons=(str(TOO_LONG),), resting_for=20.5, faults=(TOO_LONG,)),
        Explanation("zenlayer", "zenlayer", capable=True),
    )
    assert [str(one) for one in explained] == [
        "vidu can serve it, but failed recently, so other accounts are tried first for 21 s",
        "comfy cannot serve it: #/duration: 17 is more than 16",
        "zenlayer can serve it",
    ]
    assert [one.resting_for for one in explain(examined, health, 30.0)] == [None, None, None]
    assert health.admit("vidu", 30.0)
