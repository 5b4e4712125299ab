"""`vidu contract live`: compare what the configured accounts answer with the specs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from vidu_ext.cli.clients import load_configuration, settings_of
from vidu_ext.cli.completion import accounts
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.options import option
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from vidu_ext.cli.config import Configuration
    from vidu_ext.contract.live import AccountCheck
    from vidu_ext.values.drift import Drift
    from vidu_ext.values.tasks import Json, Object


@dataclass(frozen=True, kw_only=True)
class AskOptions:
    """What to ask, and which accounts."""

    account: list[str] | None = option(
        None, "--account", "-a", metavar="NAME", help="Only this one; may be repeated.", autocompletion=accounts
    )
    task: list[str] | None = option(None, metavar="REF", help="Ask for the state of this task too; may be repeated.")
    newest: int = option(5, min=0, help="Tasks of each list whose state is asked for.")


def run(output: Printer, options: AskOptions) -> int:
    """Ask every account for all that costs nothing, and report how the answers differ from the specs, by grade.

    Ends with 0 if nothing differs, 12 if something does, 6 if an account is not reached, 5 if a key is refused, and 13 if an
    address does not answer as its provider. Creates no task.
    """

    checks: list[AccountCheck] = []
    for check in account_checks(output, load_configuration(output), options):
        checks.append(check)
        _print(output, check)
    drifts = [drift for check in checks for drift in check.drifts]
    output.document({"accounts": [_document(check) for check in checks], **numbers_by_grade(drifts)})
    return exit_of(checks)


def account_checks(output: Printer, configuration: Configuration, options: AskOptions) -> Iterator[AccountCheck]:
    """Check the named accounts, or all, and yield each check. Print an error line for each answer that is missing.

    Raises ConfigurationError for the name of an account that is not configured.
    """
    from vidu_ext.contract import live
    from vidu_ext.values.tasks import TaskRef

    known = {account.name: account for account in configuration.accounts()}
    tasks = [TaskRef.parse(text) for text in options.task or ()]
    names = options.account or [*known]
    for name in (*names, *(ref.account for ref in tasks)):
        if name not in known:
            raise ConfigurationError(f"no account is called {name!r}; configured are: {', '.join(known)}.")
    with Progress(output, doing="asking"):
        chosen = [known[name] for name in names]
        for check in live.check_accounts(chosen, settings_of(configuration), tasks=tasks, newest=options.newest):
            for line in () if output.as_json else _missing(check):
                output.error(f"{check.account}: {line}")
            yield check


def _missing(check: AccountCheck) -> Iterator[str]:
    """Yield what could not be compared, and why."""
    if check.standing == "foreign" or (check.standing == "asked" and not check.is_readable):
        yield f"no answer is one of {check.provider}: is the base URL right?"
    elif check.standing == "key refused":
        yield "the key is refused, so nothing else could be compared"
    yield from (f"{call.operation} was not answered: {call.failure}" for call in check.calls if call.status is None)


def exit_of(checks: Sequence[AccountCheck]) -> Exit:
    """Return the exit code: a difference comes before what could not be compared."""
    standings = {check.standing for check in checks}
    if "foreign" in standings:
        return Exit.FOREIGN
    if any(check.drifts for check in checks):
        return Exit.DRIFT
    if "key refused" in standings:
        return Exit.REFUSED
    is_unanswered = any(call.status is None for check in checks for call in check.calls)
    return Exit.NOT_SENT if is_unanswered else Exit.OK


def _print(output: Printer, check: AccountCheck) -> None:
    if check.standing == "asked":
        for drift in check.drifts:
            output.row(check.account, str(drift))
        output.summary(f"{check.account}: {len(check.calls)} answers, {len(check.drifts)} differences")


def _document(check: AccountCheck) -> dict[str, Json]:
    return {
        "account": check.account, "provider": check.provider, "standing": check.standing,
        "answers": [
            {
                "operation": call.operation, "status": call.status, "failure": call.failure or None,
                "drifts": [drift_document(drift) for drift in call.drifts],
            }
            for call in check.calls
        ],
    }  # fmt: skip


def drift_document(drift: Drift) -> dict[str, Json]:
    """Return a difference as a document."""
    return {
        "grade": drift.grade, "what": drift.what, "place": drift.pointer, "documented": drift.documented, "seen": drift.seen,
    }  # fmt: skip


def numbers_by_grade(drifts: Sequence[Drift]) -> Object:
    """Return the number of differences of each grade, as members of a document."""
    from vidu_ext.values.drift import Grade

    return {grade: sum(drift.grade == grade for drift in drifts) for grade in get_args(Grade)}
