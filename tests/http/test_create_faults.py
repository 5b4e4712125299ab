"""Faults of a create on real sockets: at most one task is paid, and the user has the film or one error."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from itertools import repeat
from threading import Timer
from typing import Final, Literal

from accidents import HTML, PAGE, SILENCE, cut_after_id, cut_within_id
from attrs import evolve, frozen
from playing import (
    PATIENCE,
    PROVIDERS,
    RETRY,
    Way,
    account,
    all_providers,
    body_for,
    both_ways,
    brief,
    client,
    crossed,
    request_for,
    run,
)
from provider_forms import Act
from server import Server

from vidu_ext import TaskRef
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import SubmissionUnknownError


def named_twice(body: bytes) -> bytes:
    return b"{" + cut_after_id(body)[1:] + b", " + body[1:]


def named_twice_differently(body: bytes) -> bytes:
    return re.sub(rb'^\{("\w+"): "[^"]*"', rb'{\1: "123"', cut_after_id(body)) + b", " + body[1:]


def without_id(body: bytes) -> bytes:
    return re.sub(rb'^\{("\w+"): "[^"]*"', rb"{\1: null", body)


def two_seconds_from_now() -> str:
    """Return an HTTP date, which has whole seconds only: it is more than one second ahead."""
    return formatdate(time.time() + 2.0, usegmt=True)


Kind = Literal["accepted, id lost", "accepted, id readable", "maybe accepted", "certainly not accepted"]
FOUND_AGAIN: Final[Mapping[Kind, frozenset[str]]] = {
    "accepted, id lost": frozenset(name for name in PROVIDERS if provider_named(name).settlement != "none"),
    "accepted, id readable": frozenset(PROVIDERS),
    "maybe accepted": frozenset(name for name in PROVIDERS if provider_named(name).settlement == "idempotency-key"),
    "certainly not accepted": frozenset(PROVIDERS),
}
"""Providers at which the run still ends with the film. At the others it stays unknown whether the task is paid."""


@frozen
class Accident:
    name: str
    kind: Kind
    acts: tuple[Act, ...]
    silence: float = 5.0
    pause: float = 0.0
    """Least seconds between the first create and the second."""


def _accidents() -> Iterable[Accident]:
    lost: dict[str, Act] = {
        "connection closed without an answer": Act(ends="closed"),
        "connection reset without an answer": Act(ends="reset"),
        "gateway answers 502 with a web page": Act(status=502, body=PAGE, headers=HTML),
        "server answers 500": Act(status=500, body=b'{"code": 500, "reason": "InternalServiceFailure", "message": "oops"}'),
        "server answers 503 and asks to come back": Act(status=503, body=b"{}", headers={"retry-after": "0.05"}),
        "web page in place of the answer": Act(body=PAGE, headers=HTML),
        "empty answer": Act(body=b""),
        "redirect to an address that httpx cannot join": Act(status=303, headers={"location": "mailto:a@b.example"}),
        "success with an error of the server in its body": Act(body=b'{"code": 500, "reason": "InternalServiceFailure"}'),
    }
    for name, act in lost.items():
        yield Accident(f"{name}, and the task was made", "accepted, id lost", (act,))
        yield Accident(f"{name}, and no task was made", "maybe accepted", (evolve(act, accepts=False),))
    hangs = Act(ends="hangs")
    yield Accident("answer never comes, and the task was made", "accepted, id lost", (hangs,), SILENCE)
    yield Accident("answer never comes, and no task was made", "maybe accepted", (evolve(hangs, accepts=False),), SILENCE)
    yield Accident("answer hangs within the id", "accepted, id lost", (Act(ends="hangs", sends=cut_within_id),), SILENCE)
    yield Accident("answer hangs behind the id", "accepted, id readable", (Act(ends="hangs", sends=cut_after_id),), SILENCE)
    broken: dict[str, Act] = {
        "connection reset within the id": Act(ends="reset", sends=cut_within_id),
        "connection closed within the id": Act(ends="closed", sends=cut_within_id),
        "answer cut within the id by a proxy": Act(body=cut_within_id),
        "two ids that differ": Act(body=named_twice_differently),
        "id is null": Act(body=without_id),
        "too many requests, but the answer names the task": Act(status=429),
        "conflict, but the answer names the task": Act(status=409),
        "lost twice": Act(ends="reset"),
    }
    for name, act in broken.items():
        yield Accident(name, "accepted, id lost", (act, act) if name == "lost twice" else (act,))
    readable: dict[str, Act] = {
        "connection reset behind the id": Act(ends="reset", sends=cut_after_id),
        "connection closed behind the id": Act(ends="closed", sends=cut_after_id),
        "answer cut behind the id by a proxy": Act(body=cut_after_id),
        "same id twice": Act(body=named_twice),
        "answer calls itself a web page": Act(headers=HTML),
        "accepted with 202": Act(status=202),
    }
    for name, act in readable.items():
        yield Accident(name, "accepted, id readable", (act,))
    busy = Act(accepts=False, status=429, body=b"{}")
    yield Accident("too many requests", "certainly not accepted", (busy, busy))
    yield Accident("too many requests, a web page says", "certainly not accepted", (evolve(busy, body=PAGE, headers=HTML),))
    in_seconds = evolve(busy, headers={"retry-after": "0.2"})
    yield Accident("too many requests, come back in some seconds", "certainly not accepted", (in_seconds,), pause=0.2)
    past = evolve(busy, headers={"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"})
    yield Accident("too many requests, come back at a time that is past", "certainly not accepted", (past,))


ACCIDENTS: Final = tuple(_accidents())


@crossed("accident", ACCIDENTS, ids=lambda accident: accident.name)
def test_failed_create_is_paid_once_or_unknown(accident: Accident, provider: str, way: Way) -> None:
    is_found = provider in FOUND_AGAIN[accident.kind]
    settings = brief(silence=accident.silence, retry=evolve(RETRY, budget=PATIENCE), window=PATIENCE if is_found else 0.06)
    with Server(provider, plan={"create": accident.acts}) as server:
        ended = run(way, [server], settings)
    if is_found:
        assert ended.error is None
        assert len(ended.accepted) == 1
    else:
        assert isinstance(ended.error, SubmissionUnknownError)
        assert ended.accepted == ()
        assert len(server.calls("create")) == 1, "sent again although the first may have been accepted"
    if accident.pause:
        first, second = server.calls("create")
        assert second.moment - first.moment >= accident.pause


def test_create_is_not_repeated_before_the_date_in_retry_after() -> None:
    """Also if the answer does not say when it was written."""
    act = Act(accepts=False, status=429, headers={"retry-after": two_seconds_from_now, "date": ""})
    with Server("vidu", plan={"create": [act]}) as server:
        ended = run("blocking", [server], brief(retry=evolve(RETRY, budget=PATIENCE)))
    assert ended.error is None
    first, second = server.calls("create")
    assert second.moment - first.moment >= 0.99


@all_providers
@both_ways
def test_submit_outlasts_connections_that_are_refused_at_first(provider: str, way: Way) -> None:
    with Server(provider, listens=False) as server:
        Timer(0.1, server.listen).start()
        ended = run(way, [server])
    assert ended.error is None


@all_providers
@both_ways
def test_submit_whose_every_answer_is_lost_finds_its_task_in_the_list_or_stays_unknown(provider: str, way: Way) -> None:
    """Comfy has no such list: its idempotency key is repeated until the budget is spent."""
    with Server(provider, plan={"create": repeat(Act(ends="reset"))}) as server:
        ended = run(way, [server], brief(retry=evolve(RETRY, budget=0.2)))
    assert isinstance(ended.error, SubmissionUnknownError) == (provider_named(provider).settlement in ("idempotency-key", "none"))


@both_ways
def test_bytes_behind_an_earlier_answer_are_not_read_as_the_answer_to_a_create(way: Way) -> None:
    """RFC 9112, 9.2: what comes while no request is outstanding is no answer. Once, the id in it was taken for the task."""
    status, left = b'{"state": "processing"}', b'{"task_id": "123", "state": "created"}'
    body = b"%sHTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (status, len(left), left)
    with Server("vidu", plan={"status": [Act(body=body, headers={"content-length": str(len(status))})]}) as server:
        earlier = TaskRef("vidu", server.make(body_for("vidu")).id)
        with client(way, [account(server)]) as vidu:
            vidu.status(earlier)
            task = vidu.submit(request_for("vidu"))
        assert task.ref.task_id == server.paid[-1].id
        assert len(server.paid) == 2
