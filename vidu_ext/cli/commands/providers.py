"""`vidu providers`: the configured accounts, and what each provider can do."""

from __future__ import annotations

from collections.abc import Mapping

from vidu_ext.cli.clients import load_configuration
from vidu_ext.cli.config import Configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.accounts import key_variable
from vidu_ext.providers.records import TaskFilter
from vidu_ext.values.tasks import Json, Object, TaskRef


def run_providers(output: Printer) -> int:
    """Show the configured accounts and where each key comes from, and what each provider can do. No key is shown.

    The rows are account, provider, key from, address; then, after an empty line, provider, kinds of task, how a lost task is
    found, and whether it has cancel, list, credits, uploads.
    """
    configuration = load_configuration(output)
    accounts: list[Json] = [
        {
            "account": entry.account.name,
            "provider": entry.account.provider,
            "key_from": entry.source,
            "base_url": entry.account.server,
            "max_in_flight": entry.account.max_in_flight,
        }
        for entry in configuration.entries
    ]
    abilities = {provider: _abilities(provider) for provider in PROVIDERS}
    file: Object = {"path": str(configuration.path), "read": configuration.is_read}
    output.document({"accounts": accounts, "providers": {**abilities}, "configuration": file})
    _print_tables(output, configuration, abilities)
    return Exit.OK


def _print_tables(output: Printer, configuration: Configuration, abilities: Mapping[str, Object]) -> None:
    used = {entry.account.provider for entry in configuration.entries}
    accounts = [(one.account.name, one.account.provider, one.source, one.account.server) for one in configuration.entries]
    missing = [("-", name, f"not configured: set {key_variable(name)}", "") for name in abilities if name not in used]
    output.table(("account", "provider", "key from", "address"), accounts + missing)
    output.row("")
    output.table(
        ("provider", "kinds of task", "finds a lost task by", "cancel", "list", "credits", "uploads"),
        [(provider, *map(_cell, able.values())) for provider, able in abilities.items()],
    )
    state = "read" if configuration.is_read else "no such file"
    output.summary(f"configuration file: {configuration.path} ({state})")


def _abilities(provider: str) -> Object:
    """Return what a provider can do, from its adapter and its spec, in the order of the columns of the table."""
    adapter = provider_named(provider)
    # These build requests and send none: the adapter gives None for what its provider does not offer.
    return {
        "makes": [one.id for one in adapter.contract.operations.values() if one.poll is not None],
        "found_again_by": adapter.settlement,
        "cancel": adapter.cancel_call(TaskRef(provider, "0")) is not None,
        "list": adapter.tasks_call(TaskFilter(), None) is not None,
        "credits": adapter.credits_call() is not None,
        "uploads": adapter.upload_call("picture.png", "image/png") is not None,
    }


def _cell(ability: Json) -> str:
    if isinstance(ability, bool):
        return "yes" if ability else "no"
    return str(len(ability)) if isinstance(ability, list) else str(ability)
