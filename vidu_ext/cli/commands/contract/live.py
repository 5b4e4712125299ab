"""`vidu contract live`: compare what the configured accounts answer with the specs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vidu_ext.cli.completion import accounts
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.options import option
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress

if TYPE_CHECKING:
    from vidu_ext.cli.config import Configuration
    from vidu_ext.contract.live import Asked
    from vidu_ext.values.drift import Drift
    from vidu_ext.values.tasks import Json


@dataclass(frozen=True, kw_only=True)
class AskOptions:
    """What to ask, and which accounts."""

    account: list[str] | None = option(
        None, "--account", "-a", metavar="NAME", help="Only this one; may be repeated.", autocompletion=accounts
    )
    task: list[str] | None = option(None, metavar="REF", help="Ask for the state of this task too; may be repeated.")
    newest: int = option(5, min=0, help="Tasks of each list whose state is asked for.")


def run(output: Printer, wanted: AskOptions) -> int:
    """Ask every account for all that costs nothing, and report how the answers differ from the specs, by grade.

    Ends with 0 if nothing differs, 12 if something does, 6 if an account is not reached, 5 if a key is refused, and 13 if an
    address does not answer as its provider. Creates no task.
    """
    from vidu_ext.cli.clients import load_configuration

    found: list[Asked] = []
    for asked in asked_of(output, load_configuration(output), wanted):
        found.append(asked)
        _show(output, asked)
    grades = Counter(drift.grade for asked in found for drift in asked.drifts)
    output.document({
        "accounts": [_document(asked) for asked in found], **{grade: grades[grade] for grade in ("broken", "changed", "new")}
    })  # fmt: skip
    return exit_of(found)


def asked_of(output: Printer, configuration: Configuration, wanted: AskOptions) -> Iterator[Asked]:
    """Yield the answers of the configured or named accounts; print a line for each that is missing. Raises ConfigurationError."""
    from vidu_ext.cli.clients import settings_of
    from vidu_ext.contract import live
    from vidu_ext.values.errors import ConfigurationError
    from vidu_ext.values.tasks import TaskRef

    known = {one.name: one for one in configuration.accounts()}
    tasks = [TaskRef.parse(text) for text in wanted.task or ()]
    names = wanted.account or [*known]
    for name in (*names, *(ref.account for ref in tasks)):
        if name not in known:
            raise ConfigurationError(f"no account is called {name!r}; configured are: {', '.join(known)}.")
    with Progress(output, doing="asking"):
        for asked in live.ask([known[name] for name in names], settings_of(configuration), tasks=tasks, newest=wanted.newest):
            for line in () if output.as_json else _missing(asked):
                output.error(f"{asked.account}: {line}")
            yield asked


def _missing(asked: Asked) -> Iterator[str]:
    """Yield what could not be compared, and why."""
    if asked.standing == "foreign" or (asked.standing == "asked" and not asked.readable):
        yield f"no answer is one of {asked.provider}: is the base URL right?"
    elif asked.standing == "key refused":
        yield "the key is refused, so nothing else could be compared"
    yield from (f"{one.operation} was not answered: {one.failure}" for one in asked.answers if one.status is None)


def exit_of(found: Sequence[Asked]) -> Exit:
    """Return the exit code: a difference comes before what could not be compared."""
    if any(asked.standing == "foreign" for asked in found):
        return Exit.FOREIGN
    if any(asked.drifts for asked in found):
        return Exit.DRIFT
    if any(asked.standing == "key refused" for asked in found):
        return Exit.REFUSED
    missed = any(answer.status is None for asked in found for answer in asked.answers)
    return Exit.NOT_SENT if missed else Exit.OK


def _show(output: Printer, asked: Asked) -> None:
    if output.as_json or asked.standing != "asked":
        return
    for drift in asked.drifts:
        output.row(asked.account, str(drift))
    output.say(f"{asked.account}: {len(asked.answers)} answers, {len(asked.drifts)} differences")


def _document(asked: Asked) -> dict[str, Json]:
    return {
        "account": asked.account, "provider": asked.provider, "standing": asked.standing,
        "answers": [
            {
                "operation": answer.operation, "status": answer.status, "failure": answer.failure or None,
                "drifts": [drift_document(drift) for drift in answer.drifts],
            }
            for answer in asked.answers
        ],
    }  # fmt: skip


def drift_document(drift: Drift) -> dict[str, Json]:
    """Return a difference as a document."""
    return {
        "grade": drift.grade, "what": drift.what, "place": drift.pointer, "documented": drift.documented, "seen": drift.seen,
    }  # fmt: skip
