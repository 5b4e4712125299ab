"""How a program gets to an emulator: addresses, made-up keys, environment variables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .engine import Engine

ORIGIN: Final = "http://emulator.localhost"
"""Where an emulator without a port is for those who use it: any origin does, and this one needs no certificate."""

LOOPBACK: Final = "127.0.0.1"
POLLING: Final = {"VIDU_POLL_SECONDS": "0.05"}
"""Tasks end within seconds here, and a poll costs nothing."""
NO_PROXY: Final = ("NO_PROXY", "no_proxy")
_HOST: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]*)?")
_DIRECT: Final = (LOOPBACK, "localhost", "::1")
"""Hosts that no proxy may stand before."""


def is_own_name(host: str, own: Collection[str]) -> bool:
    """Whether the value of a Host header names this machine in a way that no other site can own: localhost, a name below it, a
    loopback address, or one of `own`.

    A web site can have any other name lead here, and a browser of this machine then lets its pages read the answers.
    """
    found = _HOST.fullmatch(host)
    name = _plain(found[1] or found[2]) if found else ""
    return name == "localhost" or name.endswith(".localhost") or _is_loopback(name) or (name in map(_plain, own) and name != "")


def _plain(name: str) -> str:
    """A name or an address in one way of writing."""
    try:
        return str(ip_address(name))
    except ValueError:
        return name.lower().removesuffix(".")


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def origin_of(host: str, port: int) -> str:
    """Where a client on this machine finds a server that listens on this host and port."""
    reached = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104  # told apart, not listened on
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def environment(emulator: Engine, origin: str) -> dict[str, str]:
    """The variables with which a program talks to the emulator at this origin, and polls often: `VIDU_API_KEY`,
    `VIDU_BASE_URL` and so on, and VIDU_POLL_SECONDS.
    """
    variables: dict[str, str] = {}
    for provider, url in emulator.base_urls(origin).items():
        variables[f"{provider.upper()}_API_KEY"] = key_of(emulator, provider)
        variables[f"{provider.upper()}_BASE_URL"] = url
    return {**variables, **POLLING}


def past_the_emulator(variables: Iterable[str], environ: Mapping[str, str]) -> tuple[str, ...]:
    """The variables of an environment that lead to a provider although those of an emulator are set: the keys and addresses
    of labelled accounts, `VIDU_API_KEY__STUDIO`.
    """
    prefixes = tuple(f"{name}__" for name in variables)
    return tuple(name for name in environ if name.startswith(prefixes))


def without_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that keep proxies away from this machine, and from what they name already."""
    found: dict[str, str] = {}
    for name in NO_PROXY:
        named = [host for host in environ.get(name, "").split(",") if host]
        found[name] = ",".join([*named, *(host for host in _DIRECT if host not in named)])
    return found


def own_key(provider: str) -> str:
    """The key that the emulator makes up for a provider."""
    return f"emulator-key-of-{provider.replace('_', '-')}"


def key_of(emulator: Engine, provider: str) -> str:
    """A key that the emulator takes for a provider: the one that its settings ask for, or a made-up one."""
    return emulator.settings.keys.get(provider) or own_key(provider)
