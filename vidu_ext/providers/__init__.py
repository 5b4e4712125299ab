"""The providers: one module for each spec, found by name and imported when first used.

They are values and pure functions; they hold no key and send nothing. Only this folder imports the generated clients.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from .base import Provider

PROVIDERS: Final = ("vidu", "comfy", "zenlayer", "skills_video")
"""The one list of providers, in the order in which accounts are looked for. Each is the `PROVIDER` of the module of its name."""


@cache
def provider_named(name: str) -> Provider:
    """A provider by its name. Raises ConfigurationError for a name that is none of PROVIDERS."""
    if name not in PROVIDERS:
        from vidu_ext.values.spelling import nearest

        raise ConfigurationError(
            f"{name[:20]!r} is no provider.{nearest(name, PROVIDERS)} The providers are {', '.join(PROVIDERS)}."
        )
    return cast("Provider", import_module(f".{name}", __name__).PROVIDER)
