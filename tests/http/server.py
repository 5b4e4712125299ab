"""A provider on the loopback interface that keeps a ledger and breaks, on request, every promise a server can break.

    with Server("comfy", plan={"create": [Act(ends="closed")]}) as server:
        ...                                     # the first create makes a task, its answer is lost
    assert len(server.paid) == 1

It plays Vidu, Comfy, Zenlayer or skills.video as far as the tests need it, over raw sockets, one thread a connection, and
ends with the test. It knows nothing of vidu_ext and checks nothing but the key: the tests read its ledger.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import formatdate
from typing import BinaryIO, Final, Self, cast
from urllib.parse import parse_qs, urlsplit

from attrs import evolve
from provider_forms import (
    FAILURES,
    FILM_ROUTE,
    IN_FLIGHT,
    NAMES_BEGIN,
    Act,
    Answer,
    Json,
    Kept,
    Object,
    Paid,
    Route,
    Seen,
    head_of,
    json_answer,
    moment_in,
    page_of,
    part_of,
)

LONGEST_HANG: Final = 3600.0
"""Seconds that a hanging answer hangs unless the server is ended."""
REACH: Final = 0.25
"""Seconds that sent bytes get to reach the client before the connection is torn down behind them."""
RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER that makes close() send a reset."""
SIGNATURE: Final = "Expires=1767225600&Signature=a%2Fb%2Bc~-_&Key-Pair-Id=K"
ETAG: Final = '"film-1"'
USUAL_LIST_SECONDS: Final = 7 * 24 * 3600.0
"""How far back Vidu's list goes if no time is asked for."""


def film_of(name: str) -> bytes:
    """Return the bytes of the film that a task makes."""
    return (f"film of {name}. " * 2000).encode()


def usual_film_url(origin: str, name: str) -> str:
    return f"{origin}/films/{name}.mp4?{SIGNATURE}"


class Server:
    """One provider at one port of 127.0.0.1."""

    def __init__(
        self,
        provider: str = "vidu",
        *,
        account: str | None = None,
        key: str = "key-of-the-test-0123456789",
        life: Iterable[str] = ("queued", "done"),
        plan: Mapping[Route, Iterable[Act | None]] | None = None,
        late: int = 0,
        late_seconds: float = 0.0,
        ahead: float = 0.0,
        lists_payload: bool = False,
        film_url: Callable[[str, str], str] | None = None,
        ages: Mapping[str, float] | None = None,
        listens: bool = True,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """A server that takes connections at once, unless it only `listens` later; encrypted ones if it has `tls`.

        `account` is what the client calls its account here. `life` is what the status answers of a task say, one after the
        other; the last one stays. `plan` is what the nth call of a route meets, None for an ordinary answer. So many lists
        as `late` says leave a new task out, and all lists for `late_seconds`. `ahead` is by how many seconds its clock is
        ahead of ours, in its `Date` as in `created_at` and the filter of its list. `lists_payload` has Vidu's list show it,
        which no document says. `ages` are times that all answers about a task show, as seconds before now. `film_url`
        makes the address of a film, from the origin and the task's id.
        """
        self.provider: Final = provider
        self.account: Final = account or provider
        self.key: Final = key
        self.paid: Final[list[Paid]] = []
        self.seen: Final[list[Seen]] = []
        self.faults: Final[list[BaseException]] = []
        """What went wrong in the server itself."""
        self.film_urls: Final[dict[str, str]] = {}
        """Addresses of films that are other than usual, by the id of the task."""
        self.silent: Final[set[str]] = set()
        """Tasks whose status answer is always an error."""
        self.late: Final = late
        self._late_seconds: Final = late_seconds
        self.ahead = ahead
        self._ages: Final = ages or {}
        self._unlisted: Final = ("err_code",) if lists_payload else ("payload", "err_code")
        self.plan: Final[dict[Route, Iterator[Act | None]]] = {route: iter(acts) for route, acts in (plan or {}).items()}
        self._part: Final = part_of(provider)
        self._life: Final = tuple(life)
        self._film_url: Final = film_url or usual_film_url
        self._kept: Final[dict[str, Kept]] = {}
        self._news: Final = threading.Condition()
        self._ending: Final = threading.Event()
        self._released: Final = threading.Event()
        self._sockets: Final[set[socket.socket]] = set()
        self._threads: Final[list[threading.Thread]] = []
        self._listener: Final = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", 0))
        self._tls: Final = tls
        self.origin: Final = f"{'https' if tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
        if listens:
            self.listen()

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return self.origin + self._part.prefix

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        if self.faults:
            raise self.faults[0]

    def listen(self) -> None:
        """Take connections; before that every attempt to connect is refused."""
        self._listener.listen(128)
        self._start(self._accept)

    def close(self) -> None:
        """End, with every answer that hangs."""
        self._ending.set()
        self.release()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for open_socket in list(self._sockets):
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5.0)

    def calls(self, route: Route) -> list[Seen]:
        """Return the requests of a route, in their order."""
        return [seen for seen in self.seen if seen.route == route]

    def wait_for(self, route: Route, times: int = 1, *, timeout: float = 60.0) -> None:
        """Return when a route was asked so often."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.calls(route)) >= times, timeout), f"{route} was not asked {times} times"

    def release(self) -> None:
        """Let the answers go that are held."""
        self._released.set()

    # -- sockets ------------------------------------------------------------------------------------------------------

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._sockets.add(connection)
                self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                self._sockets.discard(connection)
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._sockets.add(connection)
            with connection, connection.makefile("rb") as stream:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                peer = connection.getpeername()[1]
                while (request := self._read(stream, peer)) is not None and self._answer(connection, request):
                    pass
        except OSError:
            pass  # the client has gone
        except Exception as fault:
            self.faults.append(fault)
            raise
        finally:
            self._sockets.discard(connection)

    def _read(self, stream: BinaryIO, peer: int) -> Seen | None:
        line = stream.readline().decode("latin-1").split()
        if len(line) != 3:
            return None
        headers: dict[str, str] = {}
        while header := stream.readline().decode("latin-1").strip():
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
        method, target, _ = line
        route = self._route_of(f"{method} {target.partition('?')[0]}")[0]
        return Seen(route, method, target, headers, body, time.monotonic(), peer)

    def _route_of(self, call: str) -> tuple[Route, str]:
        """Return which route is asked, and the id in its path."""
        routes: dict[Route, str] = {**self._part.routes, "film": FILM_ROUTE}
        for route, pattern in routes.items():
            if found := re.fullmatch(pattern, call):
                return route, found.group(1) if found.groups() else ""
        return "other", ""

    def _answer(self, connection: socket.socket, request: Seen) -> bool:
        """Return whether the connection stays open."""
        with self._news:
            act = next(self.plan.get(request.route, iter(())), None) or Act()
            answer = self._meant(request, act)
            self.seen.append(request)
            self._news.notify_all()
        body = act.body if isinstance(act.body, bytes) else act.body(answer.body) if act.body else answer.body
        usual = {
            "date": formatdate(self._now(), usegmt=True),
            "content-type": "application/json",
            "content-length": str(len(body)),
        }
        own = {name: value if isinstance(value, str) else value() for name, value in act.headers.items()}
        head = head_of(act.status or answer.status, {**usual, **answer.headers, **own})
        if act.held:
            self._released.wait()
        self._ending.wait(act.delay)
        if act.ends == "whole":
            connection.sendall(head + body)
            if answer.task is not None:
                answer.task.is_answered = True
            return True
        if act.sends is not None:
            connection.sendall(head + act.sends(body))
            if act.ends == "reset":
                self._ending.wait(REACH)
        if act.ends == "hangs":
            self._ending.wait(LONGEST_HANG)
        elif act.ends == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return False

    # -- what is meant ------------------------------------------------------------------------------------------------

    def _meant(self, request: Seen, act: Act) -> Answer:
        """Return the answer that a server without faults would give. Writes the ledger."""
        if request.route == "film":
            return self._film(request)
        header, scheme = self._part.key
        if request.headers.get(header) != scheme + self.key:
            return self._error(401, "Unauthorized", "unauthorized")
        name = self._route_of(f"{request.method} {request.target.partition('?')[0]}")[1]
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
                return json_answer({"remains": []} if self._part.is_vidus else {"total": 5})
            case _:
                return self._error(404, "NotFound", f"not found: {request.target}")

    def _create(self, request: Seen, act: Act) -> Answer:
        key = request.headers.get("idempotency-key") if self._part.replays_keys else None
        kept = self._kept.get(key) if key else None
        if kept is not None:
            return self._replayed(kept, request)
        if not act.accepts:
            return self._error(act.status or 503, "InternalServiceFailure", "not accepted")
        try:
            body = cast("Object", json.loads(request.body))
        except ValueError:
            return self._error(400, "CODEC", "the body is no JSON")
        task = self.make(body, key)
        state = {name: value for name, value in self._state("queued").items() if name != "err_code"}
        answer = evolve(json_answer({self._part.id_member: task.name, **self._echo(task), **state}), task=task)
        if key:
            left = None if act.key == "used up" else answer
            self._kept[key] = Kept(request.body, left, 2 if act.key == "running" else 0)
        return answer

    def make(self, body: Object, key: str | None = None) -> Paid:
        """Return a new task, as if a client had asked for it."""
        task = Paid(f"{NAMES_BEGIN.get(self.provider, '94010792363009638')}{len(self.paid)}", body, key)
        self.paid.append(task)
        return task

    def _replayed(self, kept: Kept, request: Seen) -> Answer:
        if kept.body != request.body:
            return self._conflict("idempotency_mismatch")
        if kept.busy:
            kept.busy -= 1
            return evolve(self._conflict("idempotency_in_flight"), headers={**IN_FLIGHT, "retry-after": "0.05"})
        if kept.answer is None:
            return self._conflict("idempotency_consumed")
        return evolve(kept.answer, headers={"idempotent-replayed": "true"})

    def _conflict(self, word: str) -> Answer:
        return Answer(409, json.dumps({"error": word, "message": word}).encode(), {"x-comfy-error-type": word})

    def _paid(self, name: str) -> Paid | None:
        return next((task for task in self.paid if task.name == name), None)

    def _status(self, name: str) -> Answer:
        task = self._paid(name)
        if task is None:
            return self._error(404, "TaskNotFound", "task not found")
        if task.name in self.silent:
            return self._error(500, "InternalServiceFailure", "internal service failure")
        return json_answer(self._row(task, self._next_word(task), is_list=False))

    def _now(self) -> float:
        """Seconds since the epoch by the server's own clock."""
        return time.time() + self.ahead

    def _list(self, request: Seen) -> Answer:
        query = parse_qs(urlsplit(request.target).query)
        asked = query.get("task_ids")
        since, until = (moment_in(query, f"created_at.{end}") for end in ("from", "to"))
        rows: list[Json] = []
        for task in list(self.paid):
            if asked is not None and task.name not in asked:
                continue
            if not (since or self._now() - USUAL_LIST_SECONDS) <= task.made + self.ahead <= (until or self._now()):
                continue
            task.lists += 1
            if task.lists <= self.late or time.time() < task.made + self._late_seconds:
                continue
            if self._part.is_vidus:
                word = self._next_word(task) if asked is not None else self._word(task)
                rows.append(self._row(task, word, is_list=True))
            elif self._word(task) not in ("done", "failed", "canceled", "empty"):
                rows.append(self._row(task, self._word(task), is_list=True))
        return json_answer(page_of(rows, query) if self._part.is_vidus else rows)

    def _next_word(self, task: Paid) -> str:
        task.looks += 1
        return self._word(task)

    def _word(self, task: Paid) -> str:
        return self._life[min(max(task.looks - 1, 0), len(self._life) - 1)]

    def _row(self, task: Paid, word: str, *, is_list: bool) -> Object:
        """Return what a status answer or a list says of a task. The list of Vidu shows neither payload nor error code."""
        echo = self._echo(task)
        if self._part.is_vidus and not is_list:
            echo = {name: value for name, value in echo.items() if name in self._part.told}
        row: Object = {"id": task.name, **echo, **self._state(word)}
        times = {name: datetime.fromtimestamp(self._now() - age, UTC).isoformat() for name, age in self._ages.items()}
        row |= times
        if not self._part.is_vidus:
            row["data"] = {"type": "video", "videos": [{"url": self.film_url(task)}]} if word == "done" else None
            return row
        if word == "done":
            row["creations"] = [{"id": "7", "url": self.film_url(task), "cover_url": "", "moderation_url": []}]
        if word == "nulls":
            row.update(dict.fromkeys(("err_code", "credits", "progress", "creations", "payload", "type")))
        if is_list:
            made = datetime.fromtimestamp(task.made + self.ahead, UTC).isoformat().replace("+00:00", "Z")
            return {**{name: value for name, value in row.items() if name not in self._unlisted}, "created_at": made, **times}
        return row

    def _echo(self, task: Paid) -> Object:
        if not self._part.is_vidus:
            return {"input": task.body, "usage": {"total": 20, "subscription": 20, "permanent": 0}}
        return {**task.body, "credits": 60}

    def _state(self, word: str) -> Object:
        skills = not self._part.is_vidus
        member, blank = ("status", "code") if skills else ("state", "err_code")
        known = {"empty": "done", "nulls": "running"}.get(word, word)
        state: Object = {member: self._part.words.get(known, known)}
        if word == "failed":
            state[blank] = FAILURES[self._part.is_vidus]
        elif word == "canceled" and not skills:
            state[blank] = "UserCancelled"
        elif not skills:
            state[blank] = ""
        return state

    def film_url(self, task: Paid) -> str:
        """Return the signed address of what a task made."""
        return self.film_urls.get(task.name) or self._film_url(self.origin, task.name)

    def _film(self, request: Seen) -> Answer:
        film = film_of(request.target.removeprefix("/films/").partition("/")[0].partition(".")[0])
        headers = {"content-type": "video/mp4", "etag": ETAG}
        begin = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        if begin is None or request.headers.get("if-range") != ETAG:
            return Answer(200, film, headers)
        first = int(begin[1])
        return Answer(206, film[first:], {**headers, "content-range": f"bytes {first}-{len(film) - 1}/{len(film)}"})

    def _error(self, status: int, reason: str, message: str) -> Answer:
        if not self._part.is_vidus:
            return Answer(status, json.dumps({"code": "VIDEO_GENERATION_" + reason.upper(), "message": message}).encode())
        return Answer(status, json.dumps({"code": status, "reason": reason, "message": message, "metadata": {}}).encode())
