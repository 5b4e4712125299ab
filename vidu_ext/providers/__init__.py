"""The providers: one adapter per spec, found by name. Nothing of an adapter is imported before it is asked for.

Only this folder imports the generated clients. Adapters are values and pure functions; they hold no key and send nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from vidu_ext.errors import ConfigurationError

if TYPE_CHECKING:
    from .base import Provider

PROVIDERS: Final = ("vidu", "comfy", "zenlayer", "skills_video")
"""Names of all providers, in the order in which accounts are looked for."""


@cache
def provider_named(name: str) -> Provider:
    """The adapter of a provider. Raises ConfigurationError for a name that is none of PROVIDERS."""
    if name not in PROVIDERS:
        raise ConfigurationError(f"{name[:20]!r} is no provider. The providers are {', '.join(PROVIDERS)}.")
    from .skills_video import SKILLS_VIDEO
    from .vidu_shaped import COMFY, VIDU, ZENLAYER

    adapters: tuple[Provider, ...] = (VIDU, COMFY, ZENLAYER, SKILLS_VIDEO)
    return next(adapter for adapter in adapters if adapter.name == name)
