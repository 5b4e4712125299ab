"""`vidu mcp`: the tools of this package for agents, over stdin and stdout. Needs the extra `mcp`, imported when it runs."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

import typer
from attrs import evolve

from vidu_ext.cli.clients import load_configuration, settings_of
from vidu_ext.cli.config import Configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.options import AllowPrivateHosts
from vidu_ext.cli.output import Printer
from vidu_ext.cli.request_options import ceiling_of
from vidu_ext.flows.policy import SettlePolicy
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import ConfigurationError, MissingExtraError
from vidu_ext.values.installed import install_command
from vidu_ext.values.price import Price
from vidu_ext.values.urls import path_of

SEND_SECONDS: Final = 20.0
"""How long a busy provider is asked again, and a lost answer is searched for. An agent can repeat its call after that."""


def run_mcp(
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
        asyncio.run(serve(output, configuration, settings, permissions))
    except* BrokenPipeError:
        output.say("The client has gone.")
    return Exit.OK


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
