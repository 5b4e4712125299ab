"""`vidu mcp`: the tools of this package for agents, over stdin and stdout. Needs the extra `mcp`, imported when it runs."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

import typer

from vidu_ext.cli.arguments import AllowPrivateHosts
from vidu_ext.cli.clients import load_configuration, settings_of
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.cli.request_options import ceiling_of
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import ConfigurationError, MissingExtraError

if TYPE_CHECKING:
    from vidu_ext.cli.config import Configuration
    from vidu_ext.values.price import Price

SEND_SECONDS: Final = 20.0
"""How long a busy provider is asked again, and a lost answer is searched for. An agent can repeat its call after that."""


def run(
    output: Printer,
    *,
    at_most: str | None = typer.Option(
        None, metavar="60|0.50usd", help="The most that one task may cost, in credits or dollars."
    ),
    budget: str | None = typer.Option(
        None, metavar="600|5usd", help="The most that all tasks of this folder may cost, in all sessions."
    ),
    folder: Path | None = typer.Option(
        None, metavar="PATH", help="Where files go and pictures come from; nothing else is read or written."
    ),
    allow_private_hosts: AllowPrivateHosts = False,
) -> int:
    """Serve agents that speak MCP, over stdin and stdout. Without --at-most or --budget it spends nothing.

    \b
      {"command": "vidu", "args": ["mcp", "--at-most", "0.50usd", "--budget", "5usd", "--folder", "/home/me/films"]}
    """
    import asyncio
    import signal

    from attrs import evolve

    from vidu_ext.flows.policy import SettlePolicy
    from vidu_ext.values.installed import install_command
    from vidu_ext.values.urls import path_of

    try:
        from vidu_ext.cli.mcp.server import serve
        from vidu_ext.cli.mcp.spending import Spending
        from vidu_ext.cli.mcp.tools import Permissions
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"the server for agents needs the extra `mcp`, which is not installed ({error.name} is missing): "
            f"{install_command('mcp')}."
        ) from error

    if sys.stdin is None or sys.stdout is None:
        raise ConfigurationError("an agent is served over stdin and stdout, and one of them is closed.")
    configuration = load_configuration(output)
    retry_for = SEND_SECONDS if configuration.defaults.retry_for is None else None
    settings = evolve(settings_of(configuration, retry_for=retry_for), settle=SettlePolicy(window=SEND_SECONDS))
    place = _resolved(folder or Path(path_of(configuration.defaults.output or ".")))
    most, total = ceiling_of(at_most), ceiling_of(budget, option="--budget")
    _check_units(configuration, most, total)
    spending = Spending(total, place, settings.orders) if total else None
    permissions = Permissions(folder=place, at_most=most, budget=spending, allow_private_hosts=allow_private_hosts)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # asyncio cancels the calls at Ctrl-C only with this one
    try:
        asyncio.run(serve(output, configuration, settings, permissions, _interruptible_stdin()))
    except* BrokenPipeError:
        output.say("The client has gone.")
    return Exit.OK


def _interruptible_stdin() -> Callable[[], None]:
    """Put a socket in the place of stdin, and return what ends it.

    The SDK reads lines in a thread that nothing interrupts: after a Ctrl-C the process would last until the client ends stdin.
    """
    with suppress(AttributeError, OSError, ValueError):  # a stdin of a test
        if sys.platform != "win32" and sys.stdin.buffer.fileno() == 0:
            source = os.dup(0)
            ours, theirs = socket.socketpair()
            with theirs:
                os.dup2(theirs.fileno(), 0)
            Thread(target=_carry, args=(source, ours), daemon=True).start()
            return partial(_end, ours)
    return lambda: None


def _carry(source: int, target: socket.socket) -> None:
    with target, suppress(OSError):  # the other end is closed, or ours
        while block := os.read(source, 65_536):
            target.sendall(block)


def _end(target: socket.socket) -> None:
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _check_units(configuration: Configuration, most: Price | None, total: Price | None) -> None:
    """Raise ConfigurationError for ceilings in different units, and for a budget in credits that cannot be added."""
    if most and total and (most.usd is None) is not (total.usd is None):
        raise ConfigurationError("--at-most and --budget need the same unit: both in credits, or both in dollars.")
    units = {provider_named(account.provider).credit_unit for account in configuration.accounts()}
    if total and total.usd is None and len(units) > 1:
        raise ConfigurationError(
            f"--budget: the credits of these accounts differ ({', '.join(sorted(units))}) and cannot be added. Nothing was sent."
            " Give the budget in dollars, such as --budget 5usd, or configure accounts of one kind."
        )


def _resolved(folder: Path) -> Path:
    """Return the folder without links in its path. Raises ConfigurationError for the root, the home folder, or no folder."""
    place = folder.resolve()
    if not place.is_dir():
        raise ConfigurationError(f"--folder: there is no folder {folder}.")
    if place in (Path(place.anchor), Path("~").expanduser().resolve()):
        raise ConfigurationError(
            f"--folder: {place} holds too much to be given to an agent. Name a folder for films with --folder."
        )
    return place
