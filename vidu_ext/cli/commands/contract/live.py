"""`vidu contract live`: what the configured accounts answer, held to the specs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from vidu_ext.cli.completion import accounts
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer

if TYPE_CHECKING:
    from vidu_ext.contract.live import Asked
    from vidu_ext.values.tasks import Json


def run(
    output: Printer,
    *,
    account: Annotated[
        list[str] | None,
        typer.Option("--account", "-a", metavar="NAME", help="Only this one; may be repeated.", autocompletion=accounts),
    ] = None,
    task: Annotated[
        list[str] | None, typer.Option("--task", metavar="REF", help="Ask for the state of this task too; may be repeated.")
    ] = None,
    newest: Annotated[int, typer.Option("--newest", min=0, help="Tasks of each list whose state is asked for.")] = 5,
) -> int:
    """Ask every account for all that costs nothing, and report how the answers differ from the specs, by grade.

    Ends with 0 if nothing differs, 12 if something does, 6 if an account is not reached, 5 if a key is refused, and 13 if an
    address does not answer as its provider. Creates no task.
    """
    from vidu_ext.cli.clients import configured, settings_of
    from vidu_ext.contract import live
    from vidu_ext.values.errors import ConfigurationError
    from vidu_ext.values.tasks import TaskRef

    configuration = configured(output)
    known = {one.name: one for one in configuration.accounts()}
    tasks = [TaskRef.parse(text) for text in task or ()]
    wanted = account or [*known]
    for name in (*wanted, *(ref.account for ref in tasks)):
        if name not in known:
            raise ConfigurationError(f"no account is called {name!r}; configured are: {', '.join(known)}.")
    found: list[Asked] = []
    for asked in live.ask([known[name] for name in wanted], settings_of(configuration), tasks=tasks, newest=newest):
        found.append(asked)
        _show(output, asked)
    grades = Counter(drift.grade for asked in found for drift in asked.drifts)
    output.document({
        "accounts": [_document(asked) for asked in found], **{grade: grades[grade] for grade in ("broken", "changed", "new")}
    })  # fmt: skip
    return exit_of(found)


def exit_of(found: Sequence[Asked]) -> Exit:
    """The exit code for a scheduled job: a difference before anything else, then what could not be compared."""
    if any(asked.standing == "foreign" for asked in found):
        return Exit.FOREIGN
    if any(asked.drifts for asked in found):
        return Exit.DRIFT
    if any(asked.standing == "key refused" for asked in found):
        return Exit.REFUSED
    missed = any(answer.status is None for asked in found for answer in asked.answers)
    return Exit.NOT_SENT if missed else Exit.OK


def _show(output: Printer, asked: Asked) -> None:
    if output.as_json:
        return
    if asked.standing == "foreign":
        output.error(f"{asked.account}: no answer is one of {asked.provider}: is the base URL right?")
        return
    for answer in asked.answers:
        for drift in answer.drifts:
            output.row(asked.account, drift.grade, str(drift).removeprefix(f"{drift.grade}: "))
        if answer.status is None:
            output.error(f"{asked.account}: {answer.operation} was not answered: {answer.failure}")
    if asked.standing == "key refused":
        output.error(f"{asked.account}: the key is refused, so nothing else could be compared")
    elif asked.standing == "asked":
        output.say(f"{asked.account}: {len(asked.answers)} answers, {len(asked.drifts)} differences")


def _document(asked: Asked) -> dict[str, Json]:
    return {
        "account": asked.account, "provider": asked.provider, "standing": asked.standing,
        "answers": [
            {
                "operation": answer.operation, "status": answer.status, "failure": answer.failure or None,
                "drifts": [
                    {
                        "grade": one.grade, "what": one.what, "place": one.pointer,
                        "documented": one.documented, "seen": one.seen,
                    }
                    for one in answer.drifts
                ],
            }
            for answer in asked.answers
        ],
    }  # fmt: skip
