"""The options of `vidu batch` and the parsing of their values."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, cast

import typer

from vidu_ext.cli.completion import batches
from vidu_ext.cli.options import AllowPrivateHosts, option, time_option
from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from vidu_ext.durable import Limits, Price, WorkerOptions
    from vidu_ext.values.tasks import Json

BatchName: TypeAlias = Annotated[
    str | None,
    typer.Argument(metavar="[BATCH]", help="Name of the batch; optional if the database has only one.", autocompletion=batches),
]
_DATABASE: Final = "sqlite:///file for one machine, postgresql://user@host/name for many. Default: vidu-batches.sqlite."
Database: TypeAlias = Annotated[
    str | None, typer.Option("--database", "-d", metavar="URL", envvar="VIDU_BATCH_DATABASE", help=_DATABASE)
]
_BUDGET: Final = "Most credits to spend, in total or at one provider; may be repeated."
Budget: TypeAlias = Annotated[list[str] | None, typer.Option("--budget", metavar="[PROVIDER=]CREDITS", help=_BUDGET)]
Keys: TypeAlias = Annotated[list[str] | None, typer.Option("--key", "-k", metavar="KEY", help="Only this job; may be repeated.")]


@dataclass(frozen=True, kw_only=True)
class WorkOptions:
    """Options of the worker of a process."""

    lease: float | None = time_option(
        "--lease", help="Time without a sign of life after which a worker on another machine counts as dead; default 45."
    )
    settle: float | None = time_option(
        "--settle", help="How long Vidu's list is searched before a lost submission is sent again; default 120."
    )
    polling: float | None = time_option(help="Time between two polls for queued jobs; default 1.")
    interval: float | None = time_option(
        "--interval", help="Time between two polls of a task's state; default growing from 2 to 15."
    )
    allow_private_hosts: AllowPrivateHosts = False

    def options(self) -> WorkerOptions:
        """Return the worker's options. Raises ConfigurationError that names the invalid option."""
        from vidu_ext.durable import Patience, WorkerOptions

        patience = None if self.settle is None else Patience(settle=self.settle)
        values: dict[str, Any] = {"lease": self.lease, "polling": self.polling, "patience": patience}
        chosen = {name: value for name, value in values.items() if value is not None}
        return WorkerOptions(**chosen, allow_private_hosts=self.allow_private_hosts)


@dataclass(frozen=True, kw_only=True)
class ManifestOptions:
    """Options for the rows of a manifest."""

    name: str | None = option(None, help="Name of the batch; default: the manifest's name without its ending.")
    output: str | None = option(None, "--output", "-o", metavar="FOLDER", help="Folder for the files; default <name>-files.")
    template: str | None = option(
        None,
        "--template",
        metavar="TEXT",
        help="Name of a file: {key}, {row:04}, {account}, {provider}, {model}, {batch}, values.",
    )
    account: str | None = option(None, "--account", "-a", metavar="NAME", help="Account or provider of the rows that name none.")
    default: list[str] | None = option(None, metavar="MEMBER=VALUE", help="Member for rows that do not set it; may be repeated.")
    concurrency: list[str] | None = option(None, metavar="[ACCOUNT=]NUMBER", help="Most tasks of an account at once; default 4.")
    rate: list[str] | None = option(None, metavar="[ACCOUNT=]NUMBER/SECONDS", help="Most jobs to start per period.")
    price: str | None = option(
        None, metavar="MODULE:FUNCTION", help="Python function of request and account that returns credits, or None."
    )
    unlisted: bool = option(False, "--unlisted", help="Allow models that the spec does not list yet. Not with --budget.")
    spread: bool = option(False, "--spread", help="Distribute rows that name no account over all accounts that can serve them.")


def _number(option: str, text: str, number: str) -> float:
    from vidu_ext.values.checks import MOST_CREDITS, decimal

    value = decimal(number)
    if value is None or not 0 <= value <= MOST_CREDITS:
        raise ConfigurationError(f"{option} {text}: {number!r} is not a number from 0 to {MOST_CREDITS:g}.")
    return value


def ceilings_of(texts: Sequence[str]) -> dict[str, float]:
    """Parse `--budget`: the ceilings by provider; '' for the total."""
    parts = ((text, *text.rpartition("=")) for text in texts)
    return {provider: _number("--budget", text, number) for text, provider, _, number in parts}


def defaults(texts: Sequence[str]) -> Mapping[str, Json]:
    """Parse `--default`: members for rows that do not set them."""
    from vidu_ext.durable.manifests.files import add_cell

    members: dict[str, Json] = {}
    for text in texts:
        member, equals, value = text.partition("=")
        if not equals or not member:
            raise ConfigurationError(f"--default {text}: write MEMBER=VALUE, such as model=viduq3-turbo.")
        add_cell(members, member.strip(), value.strip())
    return members


def limits_of(accounts: Sequence[str], concurrency: Sequence[str], rate: Sequence[str]) -> dict[str, Limits]:
    """Parse `--concurrency` and `--rate`: the limits of each account."""
    from vidu_ext.durable import Limits

    values: dict[str, dict[str, Any]] = {}
    for name, texts in (("--concurrency", concurrency), ("--rate", rate)):
        for text in texts:
            one, _, number = text.rpartition("=")
            for account in [one] if one else accounts:
                values.setdefault(account, {}).update(_limit(name, text, number))
    return {account: Limits(**limits) for account, limits in values.items()}


def _limit(option: str, text: str, number: str) -> dict[str, int | float]:
    first, slash, second = number.partition("/")
    if not (first.isascii() and first.isdecimal()):
        raise ConfigurationError(f"{option} {text}: {first!r} is not a whole number.")
    if option == "--concurrency":
        return {"concurrency": int(first)}
    return {"rate": int(first), "period": _number(option, text, second) if slash else 60.0}


def price_of(text: str | None) -> Price | None:
    """Import the function that `--price` names, also from the working folder."""
    if text is None:
        return None
    from importlib import import_module

    module, colon, name = text.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        function: object = getattr(import_module(module), name, None) if colon else None
    except Exception as error:  # a module of the user may raise anything
        raise ConfigurationError(f"--price {text}: {type(error).__name__}: {error}.") from error
    finally:
        sys.path.pop(0)
    if not callable(function):
        raise ConfigurationError(
            f"--price {text}: write MODULE:FUNCTION, a function of request and account that returns credits."
        )
    return cast("Callable[[Any, str], float | None]", function)
