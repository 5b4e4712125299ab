"""What there is in an emulator, as JSON for the control API and its pages. Changes nothing, and tells no key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

import attrs
from attrs import frozen

from vidu_ext.emulator.environment import environment, own_key
from vidu_ext.emulator.providers.context import State, written
from vidu_ext.emulator.state.files import COVER, Drawer, Order
from vidu_ext.emulator.state.ledger import SeenRequest, paid_task
from vidu_ext.emulator.state.outputs import content_type_of, number, settled
from vidu_ext.emulator.state.task_engine import EmulatedAccount, EmulatedTask, Stage
from vidu_ext.values.json import as_object
from vidu_ext.values.tasks import Json, Object

if TYPE_CHECKING:
    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.engine import Engine

LONGEST_PROMPT: Final = 500
"""Characters of a prompt that are told."""
MOST_ACCOUNTS: Final = 200
MOST_NAMED: Final = 200
"""Most requests shown for one task."""
BAD: Final = 400
_SAYING: Final = ("state", "status", "message", "detail")


@frozen(kw_only=True)
class Wanted:
    """Which tasks and requests to show. An empty text matches all."""

    limit: int = 50
    """How many tasks at most; four times as many requests."""
    search: str = ""
    """Words that a shown task or request must all contain, in any case."""
    provider: str = ""
    state: str = ""
    """Of a task; holds for no request."""
    wrong: str = ""
    """Any text leaves out the requests that went well."""

    def takes(self, provider: str, *texts: object) -> bool:
        """Whether something of a provider, with these texts, is wanted."""
        whole = " ".join(map(str, (provider, *texts))).lower() if self.search else ""
        return self.provider in ("", provider) and all(word in whole for word in self.search.lower().split())

    def takes_task(self, task: EmulatedTask) -> bool:
        """Whether a task is wanted."""
        texts = (task.id, task.operation, task.stage.value, task.body.get("model"), _prompt(task))
        return self.state in ("", task.stage.value) and self.takes(task.provider, *texts)

    def takes_request(self, seen: SeenRequest) -> bool:
        """Whether a request is wanted."""
        if self.wrong and seen.is_answered and seen.status < BAD and seen.fault is None:
            return False
        return self.takes(seen.provider, seen.operation, seen.method, seen.path, seen.status, seen.fault)


def state_of(emulator: Engine, wanted: Wanted, *, origin: str) -> Object:
    """Tasks and requests newest first, accounts, counts, clock and rules as they are now. Addresses of files begin with the
    origin.
    """

    def look(state: State, now: float) -> Object:
        tasks = state.task_engine.tasks
        found = filter(wanted.takes_task, reversed(tasks.values()))
        return {
            "tasks": [_task(state, task, origin=origin, now=now) for task in islice(found, wanted.limit)],
            "task_count": len(tasks),
            "accounts": [_account(account) for account in islice(state.task_engine.accounts.values(), MOST_ACCOUNTS)],
        }

    seen = ((number, one) for number, one in reversed(emulator.ledger.log.items()) if wanted.takes_request(one))
    return {
        **emulator.inspect(look),
        "requests": [_seen(number, one) for number, one in islice(seen, 4 * wanted.limit)],
        "clock": clock_of(emulator.clock),
        "faults": [standing.to_json() for standing in emulator.faults.standing],
        "counts": _counts(emulator),
        "bytes_served": emulator.ledger.bytes_served,
    }


def task_of(emulator: Engine, task_id: str, *, origin: str) -> Object | None:
    """A task with its request, its reference, and the requests and notices that name it; None if there is none."""

    def look(state: State, now: float) -> Object | None:
        task = state.task_engine.tasks.get(task_id)
        if task is None:
            return None
        return {**as_object(_task(state, task, origin=origin, now=now)), "body": task.body, "ref": _reference(task)}

    found, log = emulator.inspect(look), reversed(emulator.ledger.log.items())
    named = ((number, seen) for number, seen in log if any(task_id in text for text in (seen.path, seen.reply, seen.body)))
    return found and {**found, "requests": [_seen(number, seen) for number, seen in islice(named, MOST_NAMED)]}


def request_of(emulator: Engine, number: int) -> Object | None:
    """A request with the bodies that were sent and answered; None if it is not in the log."""
    seen = emulator.ledger.log.get(number)
    return None if seen is None else {**_seen(number, seen), "body": seen.body, "reply": seen.reply}


def ledger_of(emulator: Engine) -> Object:
    """The ledger: all tasks that are remembered, the last requests, what was served."""
    ledger = emulator.ledger
    return {
        "paid": [attrs.asdict(task) for task in ledger.paid],
        "paid_count": dict(ledger.paid_count),
        "paid_twice": [[task.id for task in group] for group in ledger.paid_twice],
        "never_served": [task.id for task in ledger.never_served],
        "requests": [attrs.asdict(seen, filter=attrs.filters.exclude("body", "reply")) for seen in ledger.requests],
        "counts": _counts(emulator),
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
    hidden = (name for name, key in emulator.settings.keys.items() if key != own_key(name))
    return environment(emulator, origin) | {f"{name.upper()}_API_KEY": "'<the key that was set>'" for name in hidden}


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
    return {
        **attrs.asdict(paid_task(task), filter=attrs.filters.exclude("body", "payload")),
        "model": _text(task.body.get("model")),
        "prompt": _prompt(task)[:LONGEST_PROMPT],
        "failure": task.failure if task.stage is Stage.FAILED else None,
        "progress": task.progress(now),
        "started": task.started,
        "files": [_file(state, task, name, origin=origin, now=now) for name in file_names(task)],
    }


def _prompt(task: EmulatedTask) -> str:
    return _text(task.body.get("prompt")) or _text(task.body.get("text"))


def _reference(task: EmulatedTask) -> str:
    """The text by which `vidu_ext` knows the task, with the operation that reports it unless it is the provider's usual one.
    Empty if none reports it: its only answer is that of the request.
    """
    report = task.route.poll.operation if task.route.poll is not None else min(task.route.links, default="")
    between = "" if report == task.route.contract.extension("x-usual-poll") else f"/{report}"
    return f"{task.provider}{between}:{task.id}" if report else ""


def _seen(number: int, seen: SeenRequest) -> Object:
    known = attrs.asdict(seen, filter=attrs.filters.exclude("body", "reply", "is_answered"))
    return {**known, "number": number, "status": seen.status if seen.is_answered else None, "says": _says(seen.reply)}


def _says(reply: str) -> str:
    """What an answer says of a task or of a refusal, if it is short."""
    try:
        value = as_object(json.loads(reply))
    except ValueError:
        return ""
    return next((text for name in _SAYING if (text := _text(value.get(name)))), "")[:LONGEST_PROMPT]


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
