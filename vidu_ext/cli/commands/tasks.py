"""`vidu tasks`: the tasks that the accounts list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from vidu_ext.cli.arguments import AccountName, run_for_accounts
from vidu_ext.cli.formats import print_snapshot
from vidu_ext.cli.output import Printer
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from vidu_ext.client.vidu import Vidu


def run(
    output: Printer,
    *,
    state: list[str] | None = typer.Option(None, help="Only these states, in the provider's own words; may be repeated."),
    model: list[str] | None = typer.Option(None, "--model", "-m", help="Only of these models; may be repeated."),
    since: str | None = typer.Option(None, metavar="TIME", help="Only from then on: 2026-11-22 or 2026-11-22T09:30:00Z."),
    limit: int = typer.Option(20, "--limit", "-n", min=1, help="Maximum number of tasks per account."),
    account: AccountName = None,
) -> int:
    """List the tasks of the accounts, the newest first. Vidu lists all, skills.video those under way, other providers none.

    A row is reference, state, per cent, cost, error, time, model, prompt.
    """
    from itertools import islice

    from vidu_ext.providers.records import TaskFilter

    task_filter = TaskFilter(states=state or (), models=model or (), since=since)

    def can_list(provider: str) -> bool:
        try:
            return provider_named(provider).tasks_call(task_filter, None) is not None
        except ConfigurationError as error:
            output.say(f"{provider} is left out: {error}")
            return False

    def print_tasks(vidu: Vidu, name: str) -> None:
        is_empty = True
        for snapshot in islice(vidu.tasks(task_filter, account=name), limit):
            is_empty = False
            print_snapshot(output, snapshot)
            if not output.is_stdout_open:
                return
        if is_empty:
            output.summary(f"{name}: no such task" if state or model or since else f"{name}: its list is empty")

    return run_for_accounts(output, account, can_list, print_tasks)
