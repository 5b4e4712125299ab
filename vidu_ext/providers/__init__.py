"""The providers: one module for each spec, found by name and imported when first used.

They are values and pure functions, without keys and without I/O. Only this folder imports the generated clients.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from .base import Provider

PROVIDERS: Final = ("vidu", "comfy", "zenlayer", "skills_video")
"""The list of providers, in the order of the accounts from the environment. Each is `PROVIDER` in the module of its name."""


@cache
def provider_named(name: str) -> Provider:
    """Return a provider by its name. Raises ConfigurationError for a name that is not in PROVIDERS."""
    if name not in PROVIDERS:
        from vidu_ext.values.spelling import nearest

        raise ConfigurationError(
            f"{name[:20]!r} is not a provider.{nearest(name, PROVIDERS)} The providers are {', '.join(PROVIDERS)}."
        )
    return cast("Provider", import_module(f".{name}", __name__).PROVIDER)
