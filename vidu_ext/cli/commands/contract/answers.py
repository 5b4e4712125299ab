"""`vidu contract live`, `record` and `replay`: compare what accounts answer with the specs, now or from files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from uuid import uuid4

import typer

from vidu_ext.cli.clients import load_configuration, settings_of
from vidu_ext.cli.completion import accounts
from vidu_ext.cli.config import Configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.options import option
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.contract.live import AccountCheck, check_accounts
from vidu_ext.contract.recordings import Recording, read, recorded
from vidu_ext.providers import provider_named
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.values.drift import Drift, Grade
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.tasks import Json, Object, TaskRef


@dataclass(frozen=True, kw_only=True)
class AskOptions:
    """What to ask, and which accounts."""

    account: list[str] | None = option(
        None, "--account", "-a", metavar="NAME", help="Only this one; may be repeated.", autocompletion=accounts
    )
    task: list[str] | None = option(None, metavar="REF", help="Ask for the state of this task too; may be repeated.")
    newest: int = option(5, min=0, help="Tasks of each list whose state is asked for.")


def run_live(output: Printer, options: AskOptions) -> int:
    """Ask every account for all that costs nothing, and report how the answers differ from the specs, by grade.

    Ends with 0 if nothing differs, 12 if something does, 6 if an account is not reached, 5 if a key is refused, and 13 if an
    address does not answer as its provider. Creates no task.
    """
    checks = _check_accounts(output, load_configuration(output), options)
    for check in checks:
        if check.standing == "asked":
            for drift in check.drifts:
                output.row(check.account, str(drift))
            output.summary(f"{check.account}: {len(check.calls)} answers, {len(check.drifts)} differences")
    drifts = [drift for check in checks for drift in check.drifts]
    output.document({"accounts": [_document(check) for check in checks], **_numbers_by_grade(drifts)})
    return _exit_of(checks)


def run_record(
    output: Printer,
    *,
    folder: Path = typer.Option(Path("recordings"), "--output", "-o", metavar="FOLDER", help="Where the files go."),
    options: AskOptions,
) -> int:
    """Ask what `vidu contract live` asks, and save each answer to a file that can be sent to the maintainers.

    Prompts and other texts, payloads, ids and addresses are replaced before anything is written. Times and numbers stay,
    balances among them.
    """
    configuration = load_configuration(output)
    today = datetime.now(UTC).date()
    checks = _check_accounts(output, configuration, options)
    keys = [account.key for account in configuration.accounts()]
    written: list[str] = []
    for check in checks:
        contract = provider_named(check.provider).contract
        for call in check.calls:
            if call.reply is not None and isinstance(value := call.reply.json(), dict | list):
                recording = recorded(contract, call.operation, call.reply.status, value, day=today, keys=keys)
                written.append(str(_write(folder, recording)))
                output.row(written[-1])
    output.document({"files": written})
    code = _exit_of(checks)
    return Exit.OK if code is Exit.DRIFT else code  # recordings are made to show differences


def run_replay(
    output: Printer,
    files: list[Path] = typer.Argument(..., metavar="FILE...", help="What `vidu contract record` wrote."),
) -> int:
    """Compare recorded answers with the installed specs, and report differences by grade. Ends with 12 if there is one.

    A recording that holds a key or a signed address is refused.
    """
    keys = tuple(entry.account.key for entry in load_configuration(output).entries)
    recordings = [(path, read(path, keys)) for path in files]
    documents: list[Json] = []
    all_drifts: list[Drift] = []
    for path, recording in recordings:
        provider, operation, status, answer = recording.provider, recording.operation, recording.status, recording.answer
        drifts = answer_drifts(provider_named(provider).contract, operation, status, answer)
        all_drifts += drifts
        documents.append({
            "file": str(path), "provider": provider, "operation": operation, "status": status, "place": recording.place,
            "example": {recording.name: {"value": answer}}, "drifts": [_drift_document(drift) for drift in drifts],
        })  # fmt: skip
        for drift in drifts:
            output.row(str(path), str(drift))
    output.document({"recordings": documents, **_numbers_by_grade(all_drifts)})
    output.summary(f"{len(recordings)} recordings, {len(all_drifts)} differences")
    return Exit.DRIFT if all_drifts else Exit.OK


def _check_accounts(output: Printer, configuration: Configuration, options: AskOptions) -> list[AccountCheck]:
    """Check the named accounts, or all. Print an error line for each answer that is missing.

    Raises ConfigurationError for the name of an account that is not configured.
    """
    known = {account.name: account for account in configuration.accounts()}
    tasks = [TaskRef.parse(text) for text in options.task or ()]
    names = options.account or [*known]
    for name in (*names, *(ref.account for ref in tasks)):
        if name not in known:
            raise ConfigurationError(f"no account is called {name!r}; configured are: {', '.join(known)}.")
    chosen = [known[name] for name in names]
    with Progress(output, doing="asking"):
        checks = list(check_accounts(chosen, settings_of(configuration), tasks=tasks, newest=options.newest))
    for check in () if output.as_json else checks:
        for line in _missing(check):
            output.error(f"{check.account}: {line}")
    return checks


def _missing(check: AccountCheck) -> Iterator[str]:
    """Yield what could not be compared, and why."""
    if check.standing == "foreign":
        yield f"no answer is one of {check.provider}: is the base URL right?"
    elif check.standing == "key refused":
        yield "the key is refused, so nothing else could be compared"
    yield from (f"{call.operation} was not answered: {call.failure}" for call in check.calls if call.reply is None)


def _exit_of(checks: Sequence[AccountCheck]) -> Exit:
    """Return the exit code: a difference comes before what could not be compared."""
    standings = {check.standing for check in checks}
    if "foreign" in standings:
        return Exit.FOREIGN
    if any(check.drifts for check in checks):
        return Exit.DRIFT
    if "key refused" in standings:
        return Exit.REFUSED
    is_unanswered = any(call.reply is None for check in checks for call in check.calls)
    return Exit.NOT_SENT if is_unanswered else Exit.OK


def _document(check: AccountCheck) -> dict[str, Json]:
    return {
        "account": check.account, "provider": check.provider, "standing": check.standing,
        "answers": [
            {
                "operation": call.operation, "status": call.reply.status if call.reply else None, "failure": call.failure or None,
                "drifts": [_drift_document(drift) for drift in call.drifts],
            }
            for call in check.calls
        ],
    }  # fmt: skip


def _drift_document(drift: Drift) -> dict[str, Json]:
    return {
        "grade": drift.grade, "what": drift.what, "place": drift.pointer, "documented": drift.documented, "seen": drift.seen,
    }  # fmt: skip


def _numbers_by_grade(drifts: Sequence[Drift]) -> Object:
    """Return the number of differences of each grade, as members of a document."""
    return {grade: sum(drift.grade == grade for drift in drifts) for grade in get_args(Grade)}


def _write(folder: Path, recording: Recording) -> Path:
    """Write a recording to a file with a name that no other has. Raises ConfigurationError if it cannot be written."""
    stem = f"{recording.name}-{recording.provider}-{recording.operation}-{recording.status}"
    path = folder / f"{stem}-{uuid4().hex[:12]}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(recording.text(), encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written: {error.strerror}.") from None
    return path
