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


_LONGEST_ECHO: Final = 20
"""Characters. A longer name of an unknown provider may be a key and is not shown in a message."""


def check_provider(name: object) -> None:
    """Raise ConfigurationError for a name that is not in PROVIDERS."""
    if name not in PROVIDERS:
        from vidu_ext.values.spelling import joined, nearest

        text = str(name)
        shown = repr(text) if len(text) <= _LONGEST_ECHO else "the name given"
        raise ConfigurationError(f"{shown} is not a provider.{nearest(text, PROVIDERS)} The providers are {joined(PROVIDERS)}.")


@cache
def provider_named(name: str) -> Provider:
    """Return a provider by its name. Raises ConfigurationError for a name that is not in PROVIDERS."""
    check_provider(name)
    return cast("Provider", import_module(f".{name}", __name__).PROVIDER)
