"""What there is in an emulator, as JSON for the control API and its pages. Changes nothing, and tells no key."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

import attrs

from vidu_ext.emulator.environment import POLLING
from vidu_ext.emulator.providers.context import State, written
from vidu_ext.emulator.state.files import COVER, Drawer, Order
from vidu_ext.emulator.state.outputs import content_type_of, number, settled
from vidu_ext.emulator.state.task_engine import EmulatedAccount, EmulatedTask, Stage
from vidu_ext.values.tasks import Json, Object

if TYPE_CHECKING:
    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.engine import Engine

LONGEST_PROMPT: Final = 500
"""Characters of a prompt that are told."""
MOST_ACCOUNTS: Final = 200


def state_of(emulator: Engine, *, origin: str, limit: int) -> Object:
    """Tasks newest first, accounts, counts, clock and rules as they are now. Addresses of files begin with the origin."""

    def look(state: State, now: float) -> Object:
        tasks = state.task_engine.tasks
        return {
            "tasks": [_task(state, task, origin=origin, now=now) for task in islice(reversed(tasks.values()), limit)],
            "task_count": len(tasks),
            "accounts": [_account(account) for account in islice(state.task_engine.accounts.values(), MOST_ACCOUNTS)],
        }

    return {
        **emulator.inspect(look),
        "clock": clock_of(emulator.clock),
        "faults": [standing.to_json() for standing in emulator.faults.standing],
        "counts": _counts(emulator),
        "bytes_served": emulator.ledger.bytes_served,
    }


def ledger_of(emulator: Engine) -> Object:
    """The ledger: all tasks that are remembered, the last requests, what was served."""
    ledger = emulator.ledger
    return {
        "paid": [attrs.asdict(task) for task in ledger.paid],
        "paid_count": dict(ledger.paid_count),
        "paid_twice": [[task.id for task in group] for group in ledger.paid_twice],
        "never_served": [task.id for task in ledger.never_served],
        "requests": [attrs.asdict(seen) for seen in ledger.requests],
        "counts": _counts(emulator),
        "highest_running": [
            {"provider": provider, "account": account, "tasks": tasks}
            for (provider, account), tasks in ledger.highest_running.items()
        ],
        "credits_spent": [
            {"provider": provider, "account": account, "credits": spent}
            for (provider, account), spent in ledger.credits_spent.items()
        ],
        "bytes_served": ledger.bytes_served,
        "keys_sent_to_files": ledger.keys_sent_to_files,
        "breakdowns": [f"{type(error).__name__}: {error}" for error in tuple(ledger.breakdowns)],
    }


def clock_of(clock: Clock) -> Object:
    """The time of the emulator."""
    now = clock.now()
    return {"now": now, "time": written(now), "rate": clock.rate}


def variables_of(emulator: Engine, origin: str) -> dict[str, str]:
    """The environment variables with which a program gets to the emulator. A key that was set is not told."""
    wanted = emulator.settings.keys or {}
    variables: dict[str, str] = {}
    for provider, url in emulator.base_urls(origin).items():
        variables[f"{provider.upper()}_API_KEY"] = "'<the key that was set>'" if provider in wanted else "any-key"
        variables[f"{provider.upper()}_BASE_URL"] = url
    return {**variables, **POLLING}


def order_of(state: State, provider: str, task_id: str, name: str) -> tuple[Drawer, Order] | None:
    """What draws a file of a task, and what is to be drawn; None where there is no such file."""
    task = state.task_engine.tasks.get(task_id)
    if task is None or task.provider != provider or name not in file_names(task):
        return None
    return state.drawer, state.order(task, name)


def file_names(task: EmulatedTask) -> tuple[str, ...]:
    """The files of a task that succeeded, the result first; none of any other."""
    return tuple(_file_names(task)) if task.stage is Stage.SUCCEEDED else ()


def _file_names(task: EmulatedTask) -> Iterator[str]:
    body, suffix = settled(task.route, task.body), task.output.suffix
    written_as = "png" if body.get("output_format") == "png" else suffix
    yield from (f"{index}.{written_as}" for index in range(int(number(body.get("n"), 1))))
    if task.output.form == "film":
        yield f"0{COVER}"
    if body.get("watermark") is True:
        yield f"0-marked.{suffix}"


def _task(state: State, task: EmulatedTask, *, origin: str, now: float) -> Json:
    body = task.body
    return {
        "id": task.id,
        "provider": task.provider,
        "account": task.account.number,
        "operation": task.operation,
        "model": _text(body.get("model")),
        "prompt": (_text(body.get("prompt")) or _text(body.get("text")))[:LONGEST_PROMPT],
        "state": task.stage.value,
        "failure": task.failure if task.stage is Stage.FAILED else None,
        "progress": task.progress(now),
        "price": task.price,
        "created": task.created,
        "started": task.started,
        "ended": task.ended,
        "files": [_file(state, task, name, origin=origin, now=now) for name in file_names(task)],
    }


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _file(state: State, task: EmulatedTask, name: str, *, origin: str, now: float) -> Json:
    return {
        "name": name,
        "kind": "cover" if name.endswith(COVER) else task.output.form,
        "content_type": content_type_of(name),
        "url": state.file_address(task, name, origin=origin, now=now),
        "view": f"/_emulator/files/{task.provider}/{task.id}/{name}",
    }


def _account(account: EmulatedAccount) -> Json:
    return {
        "provider": account.provider,
        "number": account.number,
        "credits": account.balance,
        "spent": account.spent,
        "running": account.running,
        "waiting": account.queued,
        "highest_running": account.highest_running,
    }


def _counts(emulator: Engine) -> Json:
    return [
        {"provider": provider, "operation": operation, "count": count}
        for (provider, operation), count in emulator.ledger.counts.items()
    ]
