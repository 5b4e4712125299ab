"""A word that the spec does not list: refused with a remedy, and allowed by `unlisted` without anything else."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from operations import BODIES

from vidu_ext import Account, ImageToVideo, InvalidRequestError, NoProviderError, TextToVideo, Vidu
from vidu_ext.flows.routing import examine
from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import contract_of, packaged_providers, purpose_of
from vidu_ext.values.fault import Fault
from vidu_ext.values.price import Price
from vidu_ext.values.tasks import Object

PICTURE: Final = "https://files.example/a.png"
NEW: Final = TextToVideo(prompt="a paper bird", model="viduq5-preview", duration=5)
BODY: Final[Object] = {"model": "viduq5-preview", "prompt": "a paper bird", "duration": 5}
KEYS: Final = {"vidu": "key", "comfy": "key", "zenlayer": "key"}


CONTRACT: Final = contract_of("vidu")


def pointers(faults: tuple[Fault, ...]) -> list[str]:
    return [fault.pointer for fault in faults]


def test_unlisted_model_is_refused_with_the_date_of_the_spec_and_the_remedy() -> None:
    with Vidu({"vidu": "key"}) as client, pytest.raises(InvalidRequestError) as raised:
        client.submit(NEW)
    text = str(raised.value)
    assert f"in the spec of {CONTRACT.date}" in text
    assert "unlisted=True" in text
    assert raised.value.remedy is not None
    assert raised.value.remedy.action == "open-word"


def test_unlisted_allows_the_word_at_every_account() -> None:
    with Vidu(KEYS) as client:
        assert [account.capable for account in client.explain(NEW)] == [False, False, False]
        assert [account.capable for account in client.explain(NEW, unlisted=True)] == [True, True, True]
        assert [quote.price for quote in client.quote(NEW, unlisted=True)] == [None, None, None]
    accounts = [Account(provider=name, key=key) for name, key in KEYS.items()]
    offers = examine(NEW, accounts, check=True, unlisted=True, path_id=None)
    assert [offer.unlisted for offer in offers] == ["viduq5-preview"] * 3


WRONG: Final[list[tuple[Object, str]]] = [
    ({"duration": 99}, "#/duration"),
    ({"resolution": "9k"}, "#/resolution"),
    ({"prompt": "a" * 30_000}, "#/prompt"),
    ({"mood": "good"}, "#/mood"),
    ({"payload": "a\0b"}, "#/payload"),
]


@pytest.mark.parametrize(("change", "pointer"), WRONG, ids=[str(change)[:30] for change, _ in WRONG])
def test_unlisted_allows_nothing_else(change: Object, pointer: str) -> None:
    assert CONTRACT.faults("textToVideo", BODY, unlisted=True) == ()
    assert pointers(CONTRACT.faults("textToVideo", {**BODY, **change}, unlisted=True)) == [pointer]


@pytest.mark.parametrize(
    "model", ["", " ", "viduq5\n", "a b", "x" * 200, "https://a.example/b", "viduq5-preview\x00", "вidu", None, 5, ["viduq5"]]
)
def test_unlisted_model_must_have_the_form_of_a_name(model: Any) -> None:
    assert pointers(CONTRACT.faults("textToVideo", {**BODY, "model": model}, unlisted=True)) == ["#/model"]


def test_value_that_a_listed_model_does_not_take_stays_refused() -> None:
    """With a listed model there is no word to allow."""
    body = {**BODY, "model": "viduq1", "duration": 8}
    assert CONTRACT.faults("textToVideo", body, unlisted=True) == CONTRACT.faults("textToVideo", body) != ()


def test_unlisted_model_may_have_members_that_some_listed_model_takes() -> None:
    for provider, operation, name, body in BODIES:
        if contract_of(provider).models(operation):
            new: Object = {**body, "model": "viduq5-preview"}
            assert contract_of(provider).faults(operation, new, unlisted=True) == (), name


@pytest.mark.parametrize("ceiling", [Price(credits=1000), Price(usd=1000)])
def test_ceiling_refuses_an_unlisted_word(ceiling: Price) -> None:
    with Vidu(KEYS) as client, pytest.raises(NoProviderError) as raised:
        client.submit(NEW, unlisted=True, at_most=ceiling)
    assert "price" in str(raised.value)


# -- did you mean ----------------------------------------------------------------------------------------------------------


def test_error_for_a_model_of_another_provider_names_that_provider() -> None:
    with Vidu(KEYS) as client:
        explanations = client.explain(TextToVideo(prompt="a bird", model="viduq4-preview"))
    for line in map(str, explanations):
        assert "viduq4-preview makes videos from pictures (ImageToVideo, --image)" in line
        named = re.search(r" at ([a-z_, ]+) and ([a-z_]+)", line)
        assert named is not None
        assert {"comfy", "vidu"} <= {*named[1].split(", "), named[2]} <= set(PROVIDERS) - {"zenlayer", "skills_video"}
        assert "did you mean" not in line


@pytest.mark.parametrize("model", ["viduq5-preview", "viduq5-turbo", "viduq9", "vidu3.0"])
def test_error_for_a_model_of_another_version_names_no_older_one(model: str) -> None:
    """A user who follows such a hint pays for a model that was not meant."""
    with Vidu(KEYS) as client:
        explanations = client.explain(ImageToVideo(image=PICTURE, model=model))
    for line in map(str, explanations):
        assert "did you mean" not in line


def test_every_model_of_every_spec_has_a_provider() -> None:
    """A route with models but without an enum would make its models look unlisted everywhere."""
    assert packaged_providers() == tuple(sorted(PROVIDERS))
    contracts = [contract_of(provider) for provider in packaged_providers()]
    models = [model for contract in contracts for operation in contract.operations for model in contract.models(operation)]
    assert [model for model in models if not purpose_of(model)] == []
    assert purpose_of("viduq9") == ""
