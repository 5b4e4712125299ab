"""Run a command for one account, or for every account whose provider supports it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from vidu_ext.values.errors import ConfigurationError

from .clients import load_configuration, query_client
from .completion import accounts
from .failures import for_each
from .output import Printer
from .progress import Progress

if TYPE_CHECKING:
    from vidu_ext.client.vidu import Vidu

AccountName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--account",
        "-a",
        metavar="NAME",
        help="Use only this account. Default: every account whose provider supports this command.",
        autocompletion=accounts,
    ),
]


def run_for_accounts(
    output: Printer, account: str | None, supports: Callable[[str], bool], action: Callable[[Vidu, str], None]
) -> int:
    """Run the action for the named account, or for every one whose provider supports it. Returns the exit code."""
    configuration = load_configuration(output)
    able = [one.name for one in configuration.accounts() if account is not None or supports(one.provider)]
    if not able:
        names = ", ".join(one.name for one in configuration.accounts())
        raise ConfigurationError(f"none of the configured accounts ({names}) has a provider that documents this.")
    with query_client(configuration) as vidu, Progress(output, doing="asking, no answer yet"):
        return for_each(output, able if account is None else [account], lambda name: action(vidu, name), kind="account")
