"""The four adapters, and the names that the tests of all of them use."""

from __future__ import annotations

from typing import Final

from vidu_ext.providers import provider_named
from vidu_ext.providers.adapter import Adapter
from vidu_ext.providers.base import Provider
from vidu_ext.values.tasks import TaskRef

VIDU: Final = provider_named("vidu")
COMFY: Final = provider_named("comfy")
ZENLAYER: Final = provider_named("zenlayer")
SKILLS: Final = provider_named("skills_video")
EVERY: Final = [VIDU, COMFY, ZENLAYER, SKILLS]

REF: Final = TaskRef("mine", "940107923630096384")
A: Final = "https://example.com/a.png"
B: Final = "https://example.com/b.png"


def by_name(provider: Provider | Adapter) -> str:
    return provider.name
