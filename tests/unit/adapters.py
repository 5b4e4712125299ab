"""All providers, and the names that the tests of them use."""

from __future__ import annotations

from typing import Final

from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.base import Provider
from vidu_ext.providers.offers import Offer
from vidu_ext.values.tasks import Object, TaskRef

VIDU: Final = provider_named("vidu")
COMFY: Final = provider_named("comfy")
ZENLAYER: Final = provider_named("zenlayer")
SKILLS: Final = provider_named("skills_video")
EVERY: Final = [provider_named(name) for name in PROVIDERS]

REF: Final = TaskRef("mine", "940107923630096384")
A: Final = "https://example.com/a.png"
B: Final = "https://example.com/b.png"


def offer_at(provider: Provider, operation: str, body: Object, path_id: str | None = None) -> Offer:
    """A request at the account that has the provider's name."""
    return Offer(provider.name, provider.name, operation, body, path_id)


def by_name(provider: Provider) -> str:
    return provider.name
