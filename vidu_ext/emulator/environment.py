"""How a program gets to an emulator: addresses, made-up keys, environment variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .core import Emulator

ORIGIN: Final = "http://emulator.localhost"
"""Where an emulator without a port is for those who use it: any origin does, and this one needs no certificate."""


def environment(emulator: Emulator, origin: str) -> dict[str, str]:
    """The variables with which a program talks to the emulator at this origin: `VIDU_API_KEY`, `VIDU_BASE_URL` and so on."""
    variables: dict[str, str] = {}
    for provider, url in emulator.base_urls(origin).items():
        variables[f"{provider.upper()}_API_KEY"] = key_of(emulator, provider)
        variables[f"{provider.upper()}_BASE_URL"] = url
    return variables


def key_of(emulator: Emulator, provider: str) -> str:
    """A key that the emulator takes for a provider: the one that its settings ask for, or a made-up one."""
    keys = emulator.settings.keys or {}
    return keys.get(provider) or f"emulator-key-of-{provider.replace('_', '-')}"
