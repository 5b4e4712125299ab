"""`vidu contract record`: save what the accounts answer, without private data."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vidu_ext.cli.clients import load_configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import ConfigurationError

from .live import AskOptions, account_checks, exit_of

if TYPE_CHECKING:
    from vidu_ext.contract.live import AccountCheck
    from vidu_ext.contract.recordings import Recording
    from vidu_ext.values.tasks import Json


def run(
    output: Printer,
    *,
    folder: Path = typer.Option(Path("recordings"), "--output", "-o", metavar="FOLDER", help="Where the files go."),
    options: AskOptions,
) -> int:
    """Ask what `vidu contract live` asks, and save each answer to a file that can be sent to the maintainers.

    Prompts and other texts, payloads, ids and addresses are replaced before anything is written. Times and numbers stay,
    balances among them.
    """
    from vidu_ext.contract.recordings import recorded

    configuration = load_configuration(output)
    today = datetime.now(UTC).date()
    checks: list[AccountCheck] = []
    written: list[Json] = []
    keys = [account.key for account in configuration.accounts()]
    for check in account_checks(output, configuration, options):
        checks.append(check)
        contract = provider_named(check.provider).contract
        for call in check.calls:
            value = call.reply.json() if call.reply is not None else None
            if isinstance(value, dict | list) and call.status is not None:
                recording = recorded(contract, call.operation, call.status, value, day=today, keys=keys)
                path = write_recording(folder, recording)
                written.append(str(path))
                output.row(str(path))
    output.document({"files": written})
    code = exit_of(checks)
    return Exit.OK if code is Exit.DRIFT else code  # recordings are made to show differences


def write_recording(folder: Path, recording: Recording) -> Path:
    """Write a recording to a file of its own. Raises ConfigurationError if it cannot be written."""
    stem = f"{recording.name}-{recording.provider}-{recording.operation}-{recording.status}"
    path, number = folder / f"{stem}.json", 1
    try:
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            with suppress(FileExistsError), path.open("x", encoding="utf-8") as file:  # another process may record, too
                file.write(recording.text())
                return path
            number += 1
            path = folder / f"{stem}-{number}.json"
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written: {error.strerror}.") from None
