"""The commands for tasks that exist: status, wait, download, cancel, tasks. They decide only how things are shown."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from vidu_ext.cli.completion import accounts
from vidu_ext.cli.failures import each
from vidu_ext.cli.files import FileOptions
from vidu_ext.cli.formats import show
from vidu_ext.cli.options import command
from vidu_ext.cli.output import Output
from vidu_ext.cli.waits import WaitOptions, fetch, follow
from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from vidu_ext.client.vidu import Vidu
    from vidu_ext.values.tasks import TaskRef

References: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="REF...", help="References, such as vidu:940107923630096384.", show_default=False)
]
AccountName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--account", "-a", metavar="NAME", help="One account only; else every one that can tell.", autocompletion=accounts
    ),
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    command(app, "status")(status)
    command(app, "wait")(wait)
    command(app, "download")(download)
    command(app, "cancel")(cancel)
    command(app, "tasks")(tasks)


@contextmanager
def opened(output: Output) -> Generator[Vidu]:
    """A client that asks for the state of things."""
    from vidu_ext.cli.clients import asking_client, configured

    with asking_client(configured(output)) as vidu:
        yield vidu


def status(
    output: Output,
    refs: References,
    *,
    urls: Annotated[bool, typer.Option("--urls", help="With --json: the signed addresses of the files. They expire.")] = False,
) -> int:
    """Show the state of tasks now."""
    with opened(output) as vidu:
        return each(output, parsed(vidu, refs), lambda ref: show(output, vidu.status(ref), with_urls=urls))


def wait(output: Output, refs: References, waiting: WaitOptions, files: FileOptions) -> int:
    """Wait for tasks, from any process; with --output, download them too."""
    from vidu_ext.cli.clients import client, configured

    configuration = configured(output)
    seconds = waiting.seconds(configuration)
    delivery = files.delivery(configuration, tasks=len(refs)) if files.is_wanted else None
    with client(configuration, interval=waiting.interval) as vidu:
        return follow(output, vidu, parsed(vidu, refs), timeout=seconds, delivery=delivery)


def download(output: Output, refs: References, files: FileOptions) -> int:
    """Download the files of finished tasks."""
    from vidu_ext.cli.clients import asking_client, configured

    configuration = configured(output)
    delivery = files.delivery(configuration, tasks=len(refs))
    with asking_client(configuration) as vidu:
        return each(output, parsed(vidu, refs), lambda ref: fetch(output, vidu, ref, delivery))


def cancel(output: Output, refs: References) -> int:
    """Ask the provider to cancel tasks. What runs already goes on and stays paid."""
    with opened(output) as vidu:
        return each(output, parsed(vidu, refs), lambda ref: show(output, vidu.cancel(ref)))


def tasks(
    output: Output,
    *,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only these, in the provider's own words; may be repeated.")
    ] = None,
    model: Annotated[list[str] | None, typer.Option("--model", "-m", help="Only of these models; may be repeated.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Only from then on: 2026-11-22 or 2026-11-22T09:30:00Z.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many of each account.")] = 20,
    account: AccountName = None,
) -> int:
    """List the tasks of the accounts, the newest first. Vidu lists all, skills.video those under way, the others none."""
    from itertools import islice

    from vidu_ext.providers import provider_named
    from vidu_ext.providers.base import TaskFilter

    wanted = TaskFilter(states=state or (), models=model or (), since=since)

    def can_list(provider: str) -> bool:
        try:
            return provider_named(provider).tasks_call(wanted, None) is not None
        except ConfigurationError as error:
            output.say(f"{provider} is left out: {error}")
            return False

    def listed(vidu: Vidu, name: str) -> None:
        is_empty = True
        for snapshot in islice(vidu.tasks(wanted, account=name), limit):
            is_empty = False
            show(output, snapshot)
            if not output.is_heard:
                return
        if is_empty and not output.as_json:
            output.say(f"{name}: no such task")

    return of_accounts(output, account, can_list, listed)


def of_accounts(output: Output, account: str | None, can_tell: Callable[[str], bool], act: Callable[[Vidu, str], None]) -> int:
    """The exit code after something was asked of one account, or of every one whose provider can tell."""
    from vidu_ext.cli.clients import asking_client, configured

    configuration = configured(output)
    able = [one.name for one in configuration.accounts() if account is not None or can_tell(one.provider)]
    if not able:
        names = ", ".join(one.name for one in configuration.accounts())
        raise ConfigurationError(f"no provider of the configured accounts ({names}) documents a way to tell.")
    with asking_client(configuration) as vidu:
        return each(output, able if account is None else [account], lambda name: act(vidu, name), kind="account")


def parsed(vidu: Vidu, refs: Sequence[str]) -> list[TaskRef]:
    """The references, each once. Raises ConfigurationError where one is none, before anything is asked."""
    return list(dict.fromkeys(vidu.task(text).ref for text in refs))
