"""All providers, with submissions to two of them. Shared by the tests of `vidu_ext.providers`."""

from __future__ import annotations

from typing import Final, TypeVar

from attrs import evolve

from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.base import Provider
from vidu_ext.providers.offers import Offer
from vidu_ext.providers.skills_video import SkillsVideo
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Object, TaskRef

T = TypeVar("T")

VIDU: Final = provider_named("vidu")
COMFY: Final = provider_named("comfy")
ZENLAYER: Final = provider_named("zenlayer")
SKILLS: Final = provider_named("skills_video")
EVERY: Final = [provider_named(name) for name in PROVIDERS]
VIDU_SHAPED: Final = [provider.name for provider in EVERY if not isinstance(provider, SkillsVideo)]
WITHOUT_REPLAY: Final = [provider.name for provider in EVERY if provider.settlement != "idempotency-key"]
"""Providers that document no way to send a request again at no cost."""

REF: Final = TaskRef("mine", "940107923630096384")
A: Final = "https://example.com/a.png"
B: Final = "https://example.com/b.png"

NOON: Final = 1767268800.0
"""2026-01-01T12:00:00Z."""
SUBMISSION: Final = Submission(
    account="mine",
    provider="vidu",
    operation="textToVideo",
    settlement="payload",
    idempotency_key="m-1",
    submitted_at=NOON,
    body={"model": "viduq2", "prompt": "a bird", "duration": 5, "payload": "m-1"},
)
SKILLS_SUBMISSION: Final = evolve(
    SUBMISSION,
    operation="createQ3Video",
    settlement="running-list",
    idempotency_key=None,
    body={"prompt": "a bird", "duration": 5},
)


def present(value: T | None) -> T:
    """Return a value that must be there."""
    assert value is not None
    return value


def offer_at(provider: Provider, operation: str, body: Object, path_id: str | None = None) -> Offer:
    """Return a request at the account that has the provider's name."""
    return Offer(provider.name, provider.name, operation, body, path_id)


def by_name(provider: Provider) -> str:
    return provider.name
