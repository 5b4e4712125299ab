"""A provider in pure Python that keeps a ledger of what it was paid for, with accidents on request.

It plays what submits and searches use of Vidu, Comfy, Zenlayer or skills.video: it answers the Call of a flow with a Reply, or
raises ExchangeError. It does not depend on the flows; the laws are checked against its ledger.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any, Final, Literal, cast

from attrs import define, field

from vidu_ext.values.exchange import Call, ExchangeError, Reply
from vidu_ext.values.tasks import Json, Object

BEGAN: Final = 1_700_000_000.0
"""Time of day when a machine starts."""

LOOKS_BACK: Final = 7 * 86_400.0
"""Age up to which the list shows tasks when no time is asked for."""

Dated = Literal["right", "none", "nonsense", "cached"]

PAGE: Final = 2
"""Tasks on a page of the list: few, so that there are several pages."""

Accident = Literal[
    "none", "not sent", "lost on the way", "answer lost", "error before", "error after", "busy", "key refused", "no credits",
    "invalid", "cut within the id", "cut behind the id", "empty answer", "key in flight", "key used up",
]  # fmt: skip
ACCIDENTS: Final[tuple[Accident, ...]] = Accident.__args__  # type: ignore[attr-defined]

_ACCEPTED: Final[frozenset[Accident]] = frozenset(
    {"none", "answer lost", "error after", "cut within the id", "cut behind the id", "empty answer"}
)
"""Accidents of a create after which the task exists."""
_KEY_ONLY: Final[frozenset[Accident]] = frozenset({"key in flight", "key used up"})


@define(eq=False)
class Paid:
    """A task that was accepted and is paid."""

    task_id: str
    account: str
    submit: int | None
    """Number of the submit that created it; None for a task of another client."""
    body: Object
    key: str | None
    created: float
    listed_from: float
    """The time from which the list shows it."""
    state: str = "processing"

    @property
    def idempotency_key(self) -> object:
        return self.key or self.body.get("payload")


@define(eq=False)
class Ledger:
    """One account at a provider."""

    account: str
    provider: str
    clock: Callable[[], float]
    behind: float = 0.0
    """Seconds by which the provider's clock is behind ours."""
    dated: Dated = "right"
    """The `Date` of its answers."""
    zone: float = 0.0
    """Offset in seconds of the time zone in which it reads the times of a search, whatever zone they name."""
    newest_first: bool = True
    shows_payload: bool = False
    """Whether the list shows the payload."""
    paid: list[Paid] = field(factory=list[Paid])
    keys: dict[str, Paid] = field(factory=dict[str, Paid])
    used_up: set[str] = field(factory=set[str])
    """Idempotency keys whose answer cannot be replayed."""

    def exchange(self, call: Call, submit: int | None, accident: Accident, lateness: float) -> Reply:
        """Answer a call of a submit, with an accident."""
        if accident == "not sent":
            raise ExchangeError("no route to host", sent=False)
        if accident == "lost on the way":
            raise ExchangeError("the connection was reset", sent=True)
        if call.creates:
            return self._with_date(self._create(call, submit, accident, lateness))
        if accident == "answer lost":
            raise ExchangeError("no answer came", sent=True)
        return self._with_date(_refusal(accident) or self._read(call))

    def _with_date(self, reply: Reply) -> Reply:
        right = formatdate(BEGAN + self.clock() - self.behind, usegmt=True)
        dates = {"right": right, "none": "", "nonsense": "Tue, 99 Foo 2023 25:61:61 GMT", "cached": formatdate(0, usegmt=True)}
        return Reply(reply.status, {**reply.headers, "date": dates[self.dated]}, reply.content)

    # -- creates ------------------------------------------------------------------------------------------------------

    def _create(self, call: Call, submit: int | None, accident: Accident, lateness: float) -> Reply:
        key: str | None = call.request.get("headers", {}).get("Idempotency-Key") if self.provider == "comfy" else None
        if accident in _KEY_ONLY and key is None:
            accident = "none"
        if refusal := self._conflict(key, accident) or _refusal(accident):
            return refusal
        assert accident in _ACCEPTED
        paid = self.keys.get(key) if key is not None else None
        if paid is None:
            paid = self.make(call.request["json"], submit, key=key, lateness=lateness)
        return self._answer(paid, accident)

    def make(self, body: Object, submit: int | None, *, key: str | None = None, lateness: float = 0.0) -> Paid:
        """Add a task to the ledger, and return it."""
        now = self.clock()
        task_id = f"{self.account}-{len(self.paid) + 1}"
        paid = Paid(task_id, self.account, submit, dict(body), key, now - self.behind, now + lateness)
        self.paid.append(paid)
        if key is not None:
            self.keys[key] = paid
        return paid

    def _conflict(self, key: str | None, accident: Accident) -> Reply | None:
        if key is None:
            return None
        if accident == "key used up":
            self.used_up.add(key)
        if key in self.used_up:
            return _reply(409, {}, {"x-comfy-error-type": "idempotency_consumed"})
        if accident == "key in flight":
            return _reply(409, {}, {"x-comfy-error-type": "idempotency_in_flight", "retry-after": "2"})
        return None

    def _answer(self, paid: Paid, accident: Accident) -> Reply:
        if accident == "answer lost":
            raise ExchangeError("no answer came", sent=True)
        if accident == "error after":
            return _reply(502, "bad gateway")
        if accident == "empty answer":
            return Reply(200, {}, b"")
        member = "id" if self.provider == "skills_video" else "task_id"
        whole = json.dumps({member: paid.task_id, "state": "created", "status": "IN_QUEUE", "credits": 5}).encode()
        place = whole.index(paid.task_id.encode())
        ends = {"cut within the id": place + 3, "cut behind the id": place + len(paid.task_id) + 3}
        return Reply(200, {}, whole[: ends.get(accident, len(whole))])

    # -- reads --------------------------------------------------------------------------------------------------------

    def _read(self, call: Call) -> Reply:
        if call.operation == "listTasks":
            return _reply(200, self._page(call.request["params"]))
        if call.operation == "listRunningGenerations":
            return _reply(200, [_generation(paid) for paid in self._listed() if paid.state == "processing"])
        task_id = cast("str", call.request["url"]).removesuffix("/creations").rpartition("/")[2]
        paid = next((task for task in self.paid if task.task_id == task_id), None)
        if paid is None:
            return _reply(404, {"reason": "TaskNotFound"})
        return _reply(200, self._status(paid))

    def _listed(self) -> Iterator[Paid]:
        shown = (paid for paid in self.paid if paid.listed_from <= self.clock())
        return iter(sorted(shown, key=lambda paid: paid.created, reverse=self.newest_first))

    def _page(self, parameters: Mapping[str, Any]) -> Object:
        since = self.clock() - self.behind - LOOKS_BACK
        if written := parameters.get("created_at.from"):
            since = datetime.fromisoformat(written).timestamp() - BEGAN + self.zone
        rows = [self._row(paid) for paid in self._listed() if paid.created >= since]
        first = int(parameters.get("pager.page_token", "0"))
        following = str(first + PAGE) if first + PAGE < len(rows) else ""
        return {"tasks": [*rows[first : first + PAGE]], "next_page_token": following}

    def _row(self, paid: Paid) -> Object:
        created = datetime.fromtimestamp(BEGAN + paid.created, UTC).isoformat()
        echoed = {name: value for name, value in paid.body.items() if name != "payload" or self.shows_payload}
        return {**echoed, "id": paid.task_id, "state": paid.state, "created_at": created}

    def _status(self, paid: Paid) -> Object:
        status = {"processing": "IN_PROGRESS", "success": "COMPLETED", "failed": "FAILED"}[paid.state]
        return {"id": paid.task_id, "state": paid.state, "status": status, "payload": paid.body.get("payload"), "creations": []}


def _generation(paid: Paid) -> Object:
    defaults: Object = {"resolution": "720p", "aspect_ratio": "16:9"}
    return {"id": paid.task_id, "status": "IN_PROGRESS", "input": {**defaults, **paid.body}}


def _refusal(accident: Accident) -> Reply | None:
    status = {"error before": 500, "busy": 429, "key refused": 401, "no credits": 402, "invalid": 400}.get(accident)
    return None if status is None else _reply(status, {"message": accident}, {"retry-after": "3"} if status == 429 else None)


def _reply(status: int, body: Json, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, dict(headers or {}), json.dumps(body).encode())
