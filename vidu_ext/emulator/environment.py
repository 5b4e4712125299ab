"""How a program reaches an emulator: addresses, generated keys, environment variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .core import Emulator

ORIGIN: Final = "http://emulator.localhost"
"""Origin of an emulator without a port: any would do, and this one needs no certificate."""

LOOPBACK: Final = "127.0.0.1"
POLLING: Final = {"VIDU_POLL_SECONDS": "0.05"}
"""Polls are frequent: tasks end within seconds here."""
NO_PROXY: Final = ("NO_PROXY", "no_proxy")
_HOST: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]*)?")
_DIRECT: Final = (LOOPBACK, "localhost", "::1")
"""Hosts that must not be reached through a proxy."""


def is_own_host(host: str, own: Iterable[str]) -> bool:
    """Return whether the value of a Host header is localhost, a name below it, a loopback address, or one of `own`.

    A web site can resolve any other name to this machine, and a browser here then lets its pages read the answers.
    """
    match = _HOST.fullmatch(host)
    name = match[1] or match[2] if match else ""
    return is_this_machine(name) or (bool(name) and _parse(name) in map(_parse, own))


def is_this_machine(name: str) -> bool:
    """Return whether a name or an address is localhost, a name below it, or a loopback address."""
    parsed = _parse(name)
    return f".{parsed}".endswith(".localhost") if isinstance(parsed, str) else parsed.is_loopback


def _parse(name: str) -> str | IPv4Address | IPv6Address:
    """Return an address, or a name in one spelling."""
    try:
        return ip_address(name)
    except ValueError:
        return name.lower().removesuffix(".")


def origin_of(host: str, port: int) -> str:
    """Return the origin for clients on this machine of a server that listens on this host and port."""
    address = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104  # compared, not listened on
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def environment(emulator: Emulator, origin: str) -> dict[str, str]:
    """Return the variables that make a program use the emulator at this origin, and poll often: `VIDU_API_KEY`,
    `VIDU_BASE_URL` and so on, and `VIDU_POLL_SECONDS`.
    """
    variables: dict[str, str] = {}
    for provider, url in emulator.base_urls(origin).items():
        variables[f"{provider.upper()}_API_KEY"] = key_of(emulator, provider)
        variables[f"{provider.upper()}_BASE_URL"] = url
    return {**variables, **POLLING}


def variables_of_other_servers(variables: Iterable[str], environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that lead to a provider although those of an emulator are set: keys and addresses of labelled
    accounts, `VIDU_API_KEY__STUDIO`.
    """
    prefixes = tuple(f"{name}__" for name in variables)
    return tuple(name for name in environ if name.startswith(prefixes))


def without_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """Return `NO_PROXY` with the names of this machine added."""
    variables: dict[str, str] = {}
    for name in NO_PROXY:
        hosts = [host for host in environ.get(name, "").split(",") if host]
        variables[name] = ",".join([*hosts, *(host for host in _DIRECT if host not in hosts)])
    return variables


def own_key(provider: str) -> str:
    """Return the key that the emulator generates for a provider."""
    return f"emulator-key-of-{provider.replace('_', '-')}"


def key_of(emulator: Emulator, provider: str) -> str:
    """Return a key that the emulator accepts for a provider: the one in its settings, or a generated one."""
    return emulator.settings.keys.get(provider) or own_key(provider)
