"""`vidu tasks` and `vidu credits`: what the accounts list, and what they have left."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import typer

from vidu_ext.cli.clients import load_configuration, query_client
from vidu_ext.cli.failures import for_each
from vidu_ext.cli.formats import balance_document, credits_of, print_snapshot
from vidu_ext.cli.options import AccountName
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.client.vidu import Vidu
from vidu_ext.providers import provider_named
from vidu_ext.providers.records import TaskFilter
from vidu_ext.values.errors import ConfigurationError


def run_tasks(
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

    return _run_for_accounts(output, account, can_list, print_tasks)


def run_credits(output: Printer, *, account: AccountName = None) -> int:
    """Show what the accounts have left, if the provider reports it: account, kind of credits, amount, tasks that run."""

    def print_balances(vidu: Vidu, name: str) -> None:
        balances = vidu.credits(account=name)
        if not balances:
            output.say(f"{name} reports no balance")
        for balance in balances:
            output.document(balance_document(name, balance))
            limit = "" if balance.limit is None else f" of {balance.limit}"
            running = "" if balance.running is None else f"{balance.running}{limit} running"
            output.row(name, balance.kind, credits_of(balance.credits), running)

    return _run_for_accounts(output, account, lambda name: provider_named(name).credits_call() is not None, print_balances)


def _run_for_accounts(
    output: Printer, account: str | None, supports: Callable[[str], bool], action: Callable[[Vidu, str], None]
) -> int:
    """Run the action for the named account, or for every account whose provider supports it. Returns the exit code."""
    configuration = load_configuration(output)
    configured = {one.name: one.provider for one in configuration.accounts()}
    names = [name for name, provider in configured.items() if supports(provider)] if account is None else [account]
    if not names:
        raise ConfigurationError(
            f"none of the configured accounts ({', '.join(configured)}) has a provider that documents this."
            " `vidu providers` shows what each provider can do."
        )
    with query_client(configuration) as vidu, Progress(output, doing="asking, no answer yet"):
        return for_each(output, names, lambda name: action(vidu, name), kind="account")
