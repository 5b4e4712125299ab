"""The state of an emulator as JSON, for the control API and its pages. Contains no key."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

import attrs
from attrs import frozen

from vidu_ext.emulator.environment import environment, own_key
from vidu_ext.emulator.faults.rules import KINDS
from vidu_ext.emulator.providers.context import State, result_names, rfc3339
from vidu_ext.emulator.state.files import COVER
from vidu_ext.emulator.state.ledger import SeenRequest
from vidu_ext.emulator.state.outputs import content_type_of
from vidu_ext.emulator.state.task_engine import EmulatedTask, Stage
from vidu_ext.values.json import as_object, json_or_text
from vidu_ext.values.tasks import Json, Object

if TYPE_CHECKING:
    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.core import Emulator

LONGEST_PROMPT: Final = 500
"""Maximum length of a prompt."""
MOST_ACCOUNTS: Final = 200
MOST_NAMED: Final = 200
"""Most requests shown for one task."""
LEAST_ERROR_STATUS: Final = 400
_MESSAGE_MEMBERS: Final = ("state", "status", "message", "detail")
_OF_ACCOUNT: Final = attrs.filters.include("provider", "number", "credits", "spent", "running", "waiting")


@frozen(kw_only=True)
class EntryFilter:
    """Which tasks and requests to show. An empty text matches all."""

    limit: int = 50
    """Maximum number of tasks; four times as many requests."""
    search: str = ""
    """Words that a shown task or request must all contain, in any case."""
    provider: str = ""
    state: str = ""
    """State of a task; requests are not filtered by it."""
    wrong: str = ""
    """Any text hides the requests without an error."""

    def takes(self, provider: str, *texts: object) -> bool:
        """Return whether an entry of a provider, with these texts, is wanted."""
        entry = " ".join(map(str, (provider, *texts))).lower() if self.search else ""
        return self.provider in ("", provider) and all(word in entry for word in self.search.lower().split())

    def takes_task(self, task: EmulatedTask) -> bool:
        """Return whether a task is wanted."""
        texts = (task.id, task.operation, task.state, task.body.get("model"), _prompt(task))
        return self.state in ("", task.state) and self.takes(task.provider, *texts)

    def takes_request(self, seen: SeenRequest) -> bool:
        """Return whether a request is wanted."""
        if self.wrong and seen.is_answered and seen.status < LEAST_ERROR_STATUS and seen.fault is None:
            return False
        return self.takes(seen.provider, seen.operation, seen.method, seen.path, seen.status, seen.fault)


def state_json(emulator: Emulator, wanted: EntryFilter, *, origin: str) -> Object:
    """Return tasks and requests, newest first, accounts, clock and rules. URLs of files begin with the origin."""
    with emulator.inspect() as state:
        matching = filter(wanted.takes_task, reversed(state.tasks.values()))
        tasks: list[Json] = [_task(state, task, origin=origin) for task in islice(matching, wanted.limit)]
        accounts = islice(state.accounts.values(), MOST_ACCOUNTS)
        counted: Object = {
            "task_count": len(state.tasks),
            "accounts": [attrs.asdict(account, filter=_OF_ACCOUNT) for account in accounts],
        }
    seen = ((number, one) for number, one in reversed(emulator.ledger.log.items()) if wanted.takes_request(one))
    return {
        "tasks": tasks,
        **counted,
        "requests": [_seen(number, one) for number, one in islice(seen, 4 * wanted.limit)],
        "clock": clock_json(emulator.clock),
        "faults": [active.to_json() for active in emulator.faults.active],
    }


def task_json(emulator: Emulator, task_id: str, *, origin: str) -> Object | None:
    """Return a task with its request, its reference, and the requests and notices that name it; None for an unknown id."""
    with emulator.inspect() as state:
        task = state.tasks.get(task_id)
        if task is None:
            return None
        members = _task(state, task, origin=origin)
    log = reversed(emulator.ledger.log.items())
    named = ((number, seen) for number, seen in log if any(task_id in text for text in (seen.path, seen.reply, seen.body)))
    requests: list[Json] = [_seen(number, seen) for number, seen in islice(named, MOST_NAMED)]
    return {**members, "body": task.body, "ref": _reference(task), "requests": requests}


def request_json(emulator: Emulator, number: int) -> Object | None:
    """Return a request with the bodies of request and reply; None if it is not in the log."""
    seen = emulator.ledger.log.get(number)
    return None if seen is None else {**_seen(number, seen), "body": seen.body, "reply": seen.reply}


def ledger_json(emulator: Emulator) -> Object:
    """Return the ledger: tasks, the last requests, bytes served."""
    ledger = emulator.ledger
    return {
        "paid": [attrs.asdict(task) for task in ledger.paid],
        "paid_twice": [[task.id for task in group] for group in ledger.paid_twice],
        "requests": [attrs.asdict(seen, filter=attrs.filters.exclude("body", "reply")) for seen in ledger.requests],
        "counts": [
            {"provider": provider, "operation": operation, "count": count}
            for (provider, operation), count in ledger.counts.items()
        ],
        "bytes_served": ledger.bytes_served,
        "keys_sent_to_files": ledger.keys_sent_to_files,
        "internal_errors": [f"{type(error).__name__}: {error}" for error in tuple(ledger.internal_errors)],
    }


def clock_json(clock: Clock) -> Object:
    """Return the time of the emulator."""
    now = clock.now()
    return {"now": now, "time": rfc3339(now), "rate": clock.rate}


def variables_of(emulator: Emulator, origin: str) -> dict[str, str]:
    """Return the environment variables for a program. A key of the settings is not shown."""
    hidden = (name for name, key in emulator.settings.keys.items() if key != own_key(name))
    return environment(emulator, origin) | {f"{name.upper()}_API_KEY": "'<the key that was set>'" for name in hidden}


def kinds_json() -> Object:
    """Return the kinds of faults with their options."""
    return {name: {"about": kind.about, "options": [*sorted(kind.options)]} for name, kind in KINDS.items()}


def _file_names(task: EmulatedTask) -> Iterator[str]:
    """Yield the names of the files of a task that succeeded, the result first."""
    if task.state is not Stage.SUCCEEDED:
        return
    yield from result_names(task)
    if task.output.form == "film":
        yield f"0{COVER}"
    if task.body.get("watermark") is True:
        yield f"0-marked.{task.output.suffix}"


def _task(state: State, task: EmulatedTask, *, origin: str) -> Object:
    return {
        **attrs.asdict(task.snapshot(), filter=attrs.filters.exclude("body", "payload")),
        "model": _text(task.body.get("model")),
        "prompt": _prompt(task)[:LONGEST_PROMPT],
        "failure": task.failure if task.state is Stage.FAILED else None,
        "progress": task.progress(state.now),
        "started": task.started,
        "files": [_file(state, task, name, origin=origin) for name in _file_names(task)],
    }


def _prompt(task: EmulatedTask) -> str:
    return _text(task.body.get("prompt")) or _text(task.body.get("text"))


def _reference(task: EmulatedTask) -> str:
    """Return the task reference as `vidu_ext` writes it, with the operation that reports it unless it is the usual one.
    Empty if no operation reports it.
    """
    report = task.route.poll.operation if task.route.poll is not None else min(task.route.links, default="")
    between = "" if report == task.route.contract.extension("x-usual-poll") else f"/{report}"
    return f"{task.provider}{between}:{task.id}" if report else ""


def _seen(number: int, seen: SeenRequest) -> Object:
    members = attrs.asdict(seen, filter=attrs.filters.exclude("body", "reply", "is_answered"))
    return {**members, "number": number, "status": seen.status if seen.is_answered else None, "says": _message(seen.reply)}


def _message(reply: str) -> str:
    """Return the state or message in a reply, or ''."""
    value = as_object(json_or_text(reply))
    return next((text for name in _MESSAGE_MEMBERS if (text := _text(value.get(name)))), "")[:LONGEST_PROMPT]


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _file(state: State, task: EmulatedTask, name: str, *, origin: str) -> Json:
    return {
        "name": name,
        "kind": "cover" if name.endswith(COVER) else task.output.form,
        "content_type": content_type_of(name),
        "url": state.file_address(task, name, origin=origin),
        "view": f"/_emulator/files/{task.provider}/{task.id}/{name}",
    }
