"""The accounts that a command asks: one that is named, or every one that can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from vidu_ext.values.errors import ConfigurationError

from .clients import asking_client, configured
from .completion import accounts
from .failures import each
from .output import Printer
from .progress import Progress

if TYPE_CHECKING:
    from vidu_ext.client.vidu import Vidu

AccountName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--account", "-a", metavar="NAME", help="One account only; else every one that can tell.", autocompletion=accounts
    ),
]


def of_accounts(output: Printer, account: str | None, can_tell: Callable[[str], bool], act: Callable[[Vidu, str], None]) -> int:
    """The exit code after something was asked of one account, or of every one whose provider can tell."""
    configuration = configured(output)
    able = [one.name for one in configuration.accounts() if account is not None or can_tell(one.provider)]
    if not able:
        names = ", ".join(one.name for one in configuration.accounts())
        raise ConfigurationError(f"no provider of the configured accounts ({names}) documents a way to tell.")
    with asking_client(configuration) as vidu, Progress(output, doing="asking, no answer yet"):
        return each(output, able if account is None else [account], lambda name: act(vidu, name), kind="account")
