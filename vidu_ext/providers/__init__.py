"""The providers: one adapter for each spec, found by name and imported when first used.

Adapters are values and pure functions; they hold no key and send nothing. Only this folder imports the generated clients.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from .base import Provider

_ADAPTERS: Final[Mapping[str, tuple[str, str]]] = {
    "vidu": ("vidu", "VIDU"),
    "comfy": ("comfy", "COMFY"),
    "zenlayer": ("zenlayer", "ZENLAYER"),
    "skills_video": ("skills_video", "SKILLS_VIDEO"),
}
"""Module and name of each adapter, by the name of the provider: the one list of providers."""

PROVIDERS: Final = tuple(_ADAPTERS)
"""Names of all providers, in the order in which accounts are looked for."""


@cache
def provider_named(name: str) -> Provider:
    """The adapter of a provider. Raises ConfigurationError for a name that is none of PROVIDERS."""
    if name not in _ADAPTERS:
        raise ConfigurationError(f"{name[:20]!r} is no provider. The providers are {', '.join(PROVIDERS)}.")
    module, adapter = _ADAPTERS[name]
    return cast("Provider", getattr(import_module(f".{module}", __name__), adapter))
