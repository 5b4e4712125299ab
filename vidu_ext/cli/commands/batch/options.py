"""The options of `vidu batch`, and what their texts mean. Decides nothing about a batch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, cast

import typer

from vidu_ext.cli.completion import batches
from vidu_ext.cli.files import AllowPrivateHosts
from vidu_ext.cli.options import Seconds
from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from vidu_ext.durable import Limits, Price, WorkerOptions
    from vidu_ext.values.tasks import Json

BatchName: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="[BATCH]", help="Name of the batch; may be left out if the database has only one.", autocompletion=batches
    ),
]
Keys: TypeAlias = Annotated[list[str] | None, typer.Option("--key", "-k", metavar="KEY", help="Only this job; may be repeated.")]


@dataclass(frozen=True, kw_only=True)
class DatabaseOption:
    """Where the batches are kept."""

    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            "-d",
            metavar="URL",
            envvar="VIDU_BATCH_DATABASE",
            help="sqlite:///file for one machine, postgresql://user@host/name for many. Else a file in this folder.",
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class WorkOptions:
    """How a process works on jobs."""

    lease: Annotated[
        float | None,
        typer.Option(
            "--lease",
            metavar="TIME",
            parser=Seconds,
            help="Silence after which a worker of another machine counts as dead; else 45.",
        ),
    ] = None
    settle: Annotated[
        float | None,
        typer.Option(
            "--settle",
            metavar="TIME",
            parser=Seconds,
            help="How long Vidu's list is searched before a lost submission is sent anew; else 120.",
        ),
    ] = None
    polling: Annotated[
        float | None,
        typer.Option("--polling", metavar="TIME", parser=Seconds, help="Between two looks for jobs that may start; else 1."),
    ] = None
    interval: Annotated[
        float | None,
        typer.Option(
            "--interval", metavar="TIME", parser=Seconds, help="Between two questions for states; else growing from 2 to 15."
        ),
    ] = None
    allow_private_hosts: AllowPrivateHosts = False

    def options(self) -> WorkerOptions:
        """What a worker is told. Raises ConfigurationError that names the option which makes no sense."""
        from attrs import evolve

        from vidu_ext.durable import Patience, WorkerOptions

        found = WorkerOptions(allow_private_hosts=self.allow_private_hosts)
        with _about("--settle"):
            found = found if self.settle is None else evolve(found, patience=Patience(settle=self.settle))
        with _about("--lease"):
            found = found if self.lease is None else evolve(found, lease=self.lease)
        with _about("--polling"):
            return found if self.polling is None else evolve(found, polling=self.polling)


@dataclass(frozen=True, kw_only=True)
class BudgetOption:
    """What may be spent."""

    budget: Annotated[
        list[str] | None,
        typer.Option(
            "--budget", metavar="[PROVIDER=]CREDITS", help="The most that is spent, in all or at a provider; may be repeated."
        ),
    ] = None

    def ceilings(self) -> dict[str, float]:
        """By provider, '' for all together."""
        from vidu_ext.providers import PROVIDERS

        found: dict[str, float] = {}
        for text in self.budget or ():
            provider, _, number = text.rpartition("=")
            if provider and provider not in PROVIDERS:
                raise ConfigurationError(f"--budget {text}: {provider!r} is no provider; there are {', '.join(PROVIDERS)}.")
            found[provider] = _number("--budget", text, number)
        return found


@dataclass(frozen=True, kw_only=True)
class ManifestOptions:
    """What holds for the rows of a manifest."""

    name: Annotated[str | None, typer.Option("--name", help="Name of the batch; else the manifest's, without its ending.")] = None
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FOLDER", help="Where the files go; else <name>-files.")
    ] = None
    template: Annotated[
        str | None,
        typer.Option(
            "--template", metavar="TEXT", help="Name of a file: {key}, {row:04}, {account}, {provider}, {model}, {batch}, values."
        ),
    ] = None
    account: Annotated[
        str | None, typer.Option("--account", "-a", metavar="NAME", help="Account or provider of the rows that name none.")
    ] = None
    default: Annotated[
        list[str] | None,
        typer.Option("--default", metavar="MEMBER=VALUE", help="What a row says that says nothing else; may be repeated."),
    ] = None
    concurrency: Annotated[
        list[str] | None,
        typer.Option("--concurrency", metavar="[ACCOUNT=]NUMBER", help="Tasks that run at once, 4 for each account else."),
    ] = None
    rate: Annotated[
        list[str] | None, typer.Option("--rate", metavar="[ACCOUNT=]NUMBER/SECONDS", help="Jobs that may be started in a time.")
    ] = None
    price: Annotated[
        str | None,
        typer.Option("--price", metavar="MODULE:FUNCTION", help="Python function from request and account to credits, or None."),
    ] = None
    unlisted: Annotated[
        bool, typer.Option("--unlisted", help="Let models through that the spec does not list yet. Not with --budget.")
    ] = False
    spread: Annotated[
        bool, typer.Option("--spread", help="Share rows that name no account out among all that can serve them.")
    ] = False


@contextmanager
def _about(option: str) -> Generator[None]:
    """Has an error name the option that gave what is wrong."""
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(f"{option}: {error.summary}", remedy=error.remedy) from error


def _number(option: str, text: str, number: str) -> float:
    from vidu_ext.values.checks import MOST_CREDITS, decimal

    found = decimal(number)
    if found is None or not 0 <= found <= MOST_CREDITS:
        raise ConfigurationError(f"{option} {text}: {number!r} is no number from 0.")
    return found


def defaults(texts: Sequence[str]) -> Mapping[str, Json]:
    """What rows say that say nothing else, from `--default`."""
    from vidu_ext.durable.manifests.files import member_of_cell

    found: dict[str, Json] = {}
    for text in texts:
        member, equals, value = text.partition("=")
        if not equals or not member:
            raise ConfigurationError(f"--default {text}: write MEMBER=VALUE, such as model=viduq3-turbo.")
        found[member.strip()] = member_of_cell(member.strip(), value)
    return found


def limits_of(accounts: Sequence[str], concurrency: Sequence[str], rate: Sequence[str]) -> dict[str, Limits]:
    """How much of each account may be used, from `--concurrency` and `--rate`."""
    from vidu_ext.durable import Limits

    values: dict[str, dict[str, Any]] = {}
    for option, texts in (("--concurrency", concurrency), ("--rate", rate)):
        for text in texts:
            named, _, number = text.rpartition("=")
            if named and named not in accounts:
                raise ConfigurationError(
                    f"{option} {text}: no account is called {named!r}; configured are {', '.join(accounts)}."
                )
            for account in [named] if named else accounts:
                values.setdefault(account, {}).update(_limit(option, text, number))
    return {account: Limits(**given) for account, given in values.items()}


def _limit(option: str, text: str, number: str) -> dict[str, int | float]:
    first, slash, second = number.partition("/")
    if not (first.isascii() and first.isdecimal()):
        raise ConfigurationError(f"{option} {text}: {first!r} is no whole number.")
    if option == "--concurrency":
        return {"concurrency": int(first)}
    return {"rate": int(first), "period": _number(option, text, second) if slash else 60.0}


def price_of(text: str | None) -> Price | None:
    """The function that `--price` names; it is looked for in the working folder too."""
    if text is None:
        return None
    from importlib import import_module

    module, colon, name = text.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        found: object = getattr(import_module(module), name, None) if colon else None
    except ImportError as error:
        raise ConfigurationError(f"--price {text}: {error}.") from error
    finally:
        sys.path.pop(0)
    if not callable(found):
        raise ConfigurationError(f"--price {text}: write MODULE:FUNCTION, a function from request and account to credits.")
    return cast("Callable[[Any, str], float | None]", found)
