"""The tasks of a provider, and the answers that it gives without faults.

It plays any provider with a spec as far as the tests need it, knows nothing of vidu_ext, and checks nothing but the API key: the
tests read its ledger.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, cast
from urllib.parse import parse_qs, urlsplit

from attrs import Factory, define, evolve, field
from provider_forms import (
    FAILURES,
    FILM_ROUTE,
    ID_PREFIXES,
    VIDUS_PREFIX,
    Act,
    Answer,
    Form,
    Json,
    Object,
    Paid,
    Route,
    Seen,
    form_of,
    json_answer,
    moment_in,
    page_of,
)

SIGNATURE: Final = "Expires=1767225600&Signature=a%2Fb%2Bc~-_&Key-Pair-Id=K"
ETAG: Final = '"film-1"'
MISMATCH: Final = Answer(409, b'{"error": "idempotency_mismatch"}', {"x-comfy-error-type": "idempotency_mismatch"})
USUAL_LIST_SECONDS: Final = 7 * 24 * 3600.0
"""How far back Vidu's list goes if the query names no time."""


def film_of(name: str) -> bytes:
    """Return the bytes of the film of a task."""
    return bytes(4) + (f"film of {name}. " * 2000).encode()


def usual_film_url(origin: str, name: str) -> str:
    return f"{origin}/films/{name}.mp4?{SIGNATURE}"


@define(eq=False, slots=False)
class ProviderTasks:
    """The tasks of one provider."""

    provider: str = "vidu"
    account: str = field(default=Factory(lambda self: self.provider, takes_self=True), kw_only=True)
    """The name of the account in the client."""
    key: str = field(default="key-of-the-test-0123456789", kw_only=True)
    _life: tuple[str, ...] = field(alias="life", default=("queued", "done"), converter=tuple[str, ...], kw_only=True)
    """The states in the successive status answers of a task; the last one stays."""
    _late_seconds: float = field(alias="late_seconds", default=0.0, kw_only=True)
    """How long all lists omit a new task."""
    ahead: float = field(default=0.0, kw_only=True)
    """Seconds by which the clock of the provider is ahead of ours: in `Date`, `created_at` and the filter of its list."""
    _film_url: Callable[[str, str], str] = field(alias="film_url", default=usual_film_url, kw_only=True)
    """Returns the URL of a film for the origin and the id of the task."""
    _ages: Mapping[str, float] = field(alias="ages", factory=dict[str, float], kw_only=True)
    """Members of all answers about a task that are times, as seconds before now."""

    origin: str = field(default="http://127.0.0.1", init=False)
    paid: list[Paid] = field(factory=list[Paid], init=False)
    film_urls: dict[str, str] = field(factory=dict[str, str], init=False)
    """URLs of films that are not at the usual URL, by the id of the task."""
    _kept: dict[str, tuple[bytes, Answer]] = field(factory=dict[str, tuple[bytes, Answer]], init=False)
    """Body and answer of the first create under each idempotency key."""
    _form: Form = field(default=Factory(lambda self: form_of(self.provider), takes_self=True), init=False)

    def route_of(self, call: str) -> tuple[Route, str]:
        """Return the route of a call, and the id in its path."""
        routes: dict[Route, str] = {**self._form.routes, "film": FILM_ROUTE}
        for route, pattern in routes.items():
            if found := re.fullmatch(pattern, call):
                return route, found.group(1) if found.groups() else ""
        return "other", ""

    def ordinary_answer(self, request: Seen, act: Act) -> Answer:
        """Carry the request out in the ledger, and return the answer of a provider without faults."""
        if request.route == "film":
            return self._film(request)
        header, scheme = self._form.key
        if request.headers.get(header) != scheme + self.key:
            return self._error(401, "Unauthorized", "unauthorized")
        name = self.route_of(f"{request.method} {request.target.partition('?')[0]}")[1]
        match request.route:
            case "create":
                return self._create(request, act)
            case "status":
                return self._status(name)
            case "list":
                return self._list(request)
            case "cancel":
                return json_answer({}) if self._paid(name) else self._error(404, "TaskNotFound", "task not found")
            case "credits":
                return json_answer({"remains": []} if self._form.is_vidus else {"total": 5})
            case _:
                return self._error(404, "NotFound", f"not found: {request.target}")

    def _create(self, request: Seen, act: Act) -> Answer:
        key = request.headers.get("idempotency-key") if self._form.replays_keys else None
        if key and key in self._kept:
            body, answer = self._kept[key]
            return evolve(answer, headers={"idempotent-replayed": "true"}) if body == request.body else MISMATCH
        if not act.accepts:
            return self._error(act.status or 503, "InternalServiceFailure", "not accepted")
        try:
            wanted = cast("Object", json.loads(request.body))
        except ValueError:
            return self._error(400, "CODEC", "the body is no JSON")
        task = self.make(wanted, key)
        state = {name: value for name, value in self._state("queued").items() if name != "err_code"}
        answer = json_answer({self._form.id_member: task.id, **self._echo(task), **state})
        if key:
            self._kept[key] = request.body, answer
        return answer

    def make(self, body: Object, key: str | None = None) -> Paid:
        """Add a task to the ledger, as a create does."""
        task = Paid(f"{ID_PREFIXES.get(self.provider, VIDUS_PREFIX)}{len(self.paid)}", body, key)
        self.paid.append(task)
        return task

    def _paid(self, name: str) -> Paid | None:
        return next((task for task in self.paid if task.id == name), None)

    def _status(self, name: str) -> Answer:
        task = self._paid(name)
        if task is None:
            return self._error(404, "TaskNotFound", "task not found")
        return json_answer(self._row(task, self._next_word(task), is_list=False))

    def now(self) -> float:
        """Return the time of the provider's clock, in seconds since the epoch."""
        return time.time() + self.ahead

    def _list(self, request: Seen) -> Answer:
        query = parse_qs(urlsplit(request.target).query)
        asked = query.get("task_ids")
        since, until = (moment_in(query, f"created_at.{end}") for end in ("from", "to"))
        rows: list[Json] = []
        for task in list(self.paid):
            if asked is not None and task.id not in asked:
                continue
            if not (since or self.now() - USUAL_LIST_SECONDS) <= task.made + self.ahead <= (until or self.now()):
                continue
            if time.time() < task.made + self._late_seconds:
                continue
            if self._form.is_vidus:
                word = self._next_word(task) if asked is not None else self._word(task)
                rows.append(self._row(task, word, is_list=True))
            elif self._word(task) not in ("done", "failed", "canceled", "empty"):
                rows.append(self._row(task, self._word(task), is_list=True))
        return json_answer(page_of(rows, query) if self._form.is_vidus else rows)

    def _next_word(self, task: Paid) -> str:
        task.polls += 1
        return self._word(task)

    def _word(self, task: Paid) -> str:
        return self._life[min(max(task.polls - 1, 0), len(self._life) - 1)]

    def _row(self, task: Paid, word: str, *, is_list: bool) -> Object:
        """Return a task as a status answer or a list shows it. The list of Vidu shows neither payload nor error code."""
        echo = self._echo(task)
        if self._form.is_vidus and not is_list:
            echo = {name: value for name, value in echo.items() if name in self._form.shown}
        row: Object = {"id": task.id, **echo, **self._state(word)}
        times = {name: datetime.fromtimestamp(self.now() - age, UTC).isoformat() for name, age in self._ages.items()}
        row |= times
        if not self._form.is_vidus:
            row["data"] = {"type": "video", "videos": [{"url": self.film_url(task)}]} if word == "done" else None
            return row
        if word == "done":
            row["creations"] = [{"id": "7", "url": self.film_url(task), "cover_url": "", "moderation_url": []}]
        if word == "nulls":
            row.update(dict.fromkeys(("err_code", "credits", "progress", "creations", "payload", "type")))
        if is_list:
            made = datetime.fromtimestamp(task.made + self.ahead, UTC).isoformat().replace("+00:00", "Z")
            shown = {name: value for name, value in row.items() if name not in ("payload", "err_code")}
            return {**shown, "created_at": made, **times}
        return row

    def _echo(self, task: Paid) -> Object:
        if not self._form.is_vidus:
            return {"input": task.body, "usage": {"total": 20, "subscription": 20, "permanent": 0}}
        return {**task.body, "credits": 60}

    def _state(self, word: str) -> Object:
        skills = not self._form.is_vidus
        member, blank = ("status", "code") if skills else ("state", "err_code")
        known = {"empty": "done", "nulls": "running"}.get(word, word)
        state: Object = {member: self._form.words.get(known, known)}
        if word == "failed":
            state[blank] = FAILURES[self._form.is_vidus]
        elif word == "canceled" and not skills:
            state[blank] = "UserCancelled"
        elif not skills:
            state[blank] = ""
        return state

    def film_url(self, task: Paid) -> str:
        """Return the signed URL of the film of a task."""
        return self.film_urls.get(task.id) or self._film_url(self.origin, task.id)

    def _film(self, request: Seen) -> Answer:
        film = film_of(request.target.removeprefix("/films/").partition("/")[0].partition(".")[0])
        headers = {"content-type": "video/mp4", "etag": ETAG}
        begin = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        if begin is None or request.headers.get("if-range") != ETAG:
            return Answer(200, film, headers)
        first = int(begin[1])
        return Answer(206, film[first:], {**headers, "content-range": f"bytes {first}-{len(film) - 1}/{len(film)}"})

    def _error(self, status: int, reason: str, message: str) -> Answer:
        if not self._form.is_vidus:
            return Answer(status, json.dumps({"code": "VIDEO_GENERATION_" + reason.upper(), "message": message}).encode())
        return Answer(status, json.dumps({"code": status, "reason": reason, "message": message, "metadata": {}}).encode())
