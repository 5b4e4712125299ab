"""`vidu credits`: what the accounts have left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidu_ext.cli.arguments import AccountName, run_for_accounts
from vidu_ext.cli.output import Printer
from vidu_ext.providers import provider_named

if TYPE_CHECKING:
    from vidu_ext.client.vidu import Vidu


def run(output: Printer, *, account: AccountName = None) -> int:
    """Show what the accounts have left, if the provider reports it: account, kind of credits, amount, tasks that run."""
    from vidu_ext.cli.formats import balance_document, credits_of

    def print_balances(vidu: Vidu, name: str) -> None:
        balances = vidu.credits(account=name)
        if not balances:
            output.say(f"{name} reports no balance")
        for balance in balances:
            output.document(balance_document(name, balance))
            limit = "" if balance.limit is None else f" of {balance.limit}"
            running = "" if balance.running is None else f"{balance.running}{limit} running"
            output.row(name, balance.kind, credits_of(balance.credits), running)

    return run_for_accounts(output, account, lambda provider: provider_named(provider).credits_call() is not None, print_balances)
