"""What can go wrong between a client and a provider, on real sockets. The server's ledger is the judge.

Whatever happens there is at most one paid task for a submit, and the user has the film or one error that tells how to go on.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from itertools import repeat
from threading import Thread, Timer
from typing import Final, Literal

import pytest
from attrs import evolve, frozen
from playing import NEVER_COMES, PATIENCE, PROVIDERS, RETRY, WAYS, Way, account, body_for, brief, check, request_for, run
from server import FAILURES, Act, Route, Server, part_of

from vidu_ext import AsyncVidu, PollPolicy, Submission, TaskRef, Vidu
from vidu_ext.client import async_vidu, vidu
from vidu_ext.flows import poll
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import (
    BusyError,
    ConfigurationError,
    KeyRefusedError,
    NotSentError,
    RefusedError,
    ResultMissingError,
    SubmissionUnknownError,
    TaskCanceledError,
    TaskError,
    TaskFailedError,
    WaitRefusedError,
    WaitTimeoutError,
)

PAGE: Final = b"<!doctype html><html><head><title>Bad gateway</title></head><body>nginx</body></html>"
HTML: Final = {"content-type": "text/html; charset=utf-8"}
SILENCE: Final = 0.2
"""Seconds after which a hanging answer counts as lost, in tests with one."""

both_ways = pytest.mark.parametrize("way", WAYS)
all_providers = pytest.mark.parametrize("provider", PROVIDERS)


def past_the_id(body: bytes) -> bytes:
    """The beginning of an answer that ends behind the id, which is its first member."""
    return body[: body.index(b",")]


def within_the_id(body: bytes) -> bytes:
    return body[: body.index(b",") - 2]


def named_twice(body: bytes) -> bytes:
    return b"{" + past_the_id(body)[1:] + b", " + body[1:]


def named_twice_differently(body: bytes) -> bytes:
    return re.sub(rb'^\{("\w+"): "[^"]*"', rb'{\1: "123"', past_the_id(body)) + b", " + body[1:]


def without_id(body: bytes) -> bytes:
    return re.sub(rb'^\{("\w+"): "[^"]*"', rb"{\1: null", body)


def two_seconds_from_now() -> str:
    """At least one more, after the clock has reached the next: such a date has whole seconds only."""
    return formatdate(time.time() + 2.0, usegmt=True)


# -- a create goes wrong ---------------------------------------------------------------------------------------------------

Kind = Literal["accepted, id lost", "accepted, id readable", "maybe accepted", "certainly not accepted"]
FOUND_AGAIN: Final[Mapping[Kind, frozenset[str]]] = {
    "accepted, id lost": frozenset(name for name in PROVIDERS if provider_named(name).settlement != "none"),
    "accepted, id readable": frozenset(PROVIDERS),
    "maybe accepted": frozenset(name for name in PROVIDERS if provider_named(name).settlement == "idempotency-key"),
    "certainly not accepted": frozenset(PROVIDERS),
}
"""The providers at which a run must still end with the film. At the others it is unknown whether the task is paid."""


@frozen
class Accident:
    name: str
    kind: Kind
    acts: tuple[Act, ...]
    silence: float = 5.0
    pause: float = 0.0
    """Seconds that must lie between the first create and the second."""


def _accidents() -> Iterable[Accident]:
    lost: dict[str, Act] = {
        "connection closed without an answer": Act(ends="closed"),
        "connection reset without an answer": Act(ends="reset"),
        "gateway gives up with 504": Act(status=504, body=PAGE, headers=HTML),
        "gateway answers 502 with a web page": Act(status=502, body=PAGE, headers=HTML),
        "front end answers 520": Act(status=520, body=b"error code: 520", headers={"content-type": "text/plain"}),
        "server answers 500": Act(status=500, body=b'{"code": 500, "reason": "InternalServiceFailure", "message": "oops"}'),
        "server answers 503 and asks to come back": Act(status=503, body=b"{}", headers={"retry-after": "0.05"}),
        "front end answers 408": Act(status=408, body=b""),
        "web page in place of the answer": Act(body=PAGE, headers=HTML),
        "empty answer": Act(body=b""),
        "answer is null": Act(body=b"null"),
        "success with an error of the server in its body": Act(body=b'{"code": 500, "reason": "InternalServiceFailure"}'),
    }
    for name, act in lost.items():
        yield Accident(f"{name}, and the task was made", "accepted, id lost", (act,))
        yield Accident(f"{name}, and no task was made", "maybe accepted", (evolve(act, accepts=False),))
    hangs = Act(ends="hangs")
    yield Accident("answer never comes, and the task was made", "accepted, id lost", (hangs,), SILENCE)
    yield Accident("answer never comes, and no task was made", "maybe accepted", (evolve(hangs, accepts=False),), SILENCE)
    yield Accident("answer hangs within the id", "accepted, id lost", (Act(ends="hangs", sends=within_the_id),), SILENCE)
    yield Accident("answer hangs behind the id", "accepted, id readable", (Act(ends="hangs", sends=past_the_id),), SILENCE)
    broken: dict[str, Act] = {
        "connection reset within the id": Act(ends="reset", sends=within_the_id),
        "connection closed within the id": Act(ends="closed", sends=within_the_id),
        "answer cut within the id by a proxy": Act(body=within_the_id),
        "two ids that differ": Act(body=named_twice_differently),
        "id is null": Act(body=without_id),
        "lost twice": Act(ends="reset"),
    }
    for name, act in broken.items():
        yield Accident(name, "accepted, id lost", (act, act) if name == "lost twice" else (act,))
    readable: dict[str, Act] = {
        "connection reset behind the id": Act(ends="reset", sends=past_the_id),
        "connection closed behind the id": Act(ends="closed", sends=past_the_id),
        "answer cut behind the id by a proxy": Act(body=past_the_id),
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


@all_providers
@both_ways
@pytest.mark.parametrize("accident", ACCIDENTS, ids=lambda accident: accident.name)
def test_failed_create_is_paid_once_or_unknown(accident: Accident, provider: str, way: Way) -> None:
    is_found = provider in FOUND_AGAIN[accident.kind]
    settings = brief(silence=accident.silence, retry=evolve(RETRY, budget=PATIENCE), window=PATIENCE if is_found else 0.06)
    with Server(provider, plan={"create": accident.acts}) as server:
        ended = run(way, [server], settings)
    check(ended, server)
    if is_found:
        assert ended.error is None
        assert len(ended.accepted) == 1
    else:
        assert isinstance(ended.error, SubmissionUnknownError)
        assert ended.accepted == ()
        assert len(server.calls("create")) == 1, "sent again although it may have been accepted"
    if accident.pause:
        first, second = server.calls("create")
        assert second.moment - first.moment >= accident.pause


@pytest.mark.parametrize("usual", [{}, {"date": ""}], ids=["with the time of the answer", "without it"])
@both_ways
def test_retry_after_as_a_date_is_kept(way: Way, usual: Mapping[str, str]) -> None:
    act = Act(accepts=False, status=429, headers={"retry-after": two_seconds_from_now, **usual})
    with Server("vidu", plan={"create": [act]}) as server:
        ended = run(way, [server], brief(retry=evolve(RETRY, budget=PATIENCE)))
    check(ended, server)
    assert ended.error is None
    first, second = server.calls("create")
    assert second.moment - first.moment >= 0.99


REFUSALS: Final[Mapping[str, Act]] = {
    "400 with a code": Act(accepts=False, status=400),
    "400 with a web page": Act(accepts=False, status=400, body=PAGE, headers=HTML),
    "401": Act(accepts=False, status=401),
    "402": Act(accepts=False, status=402, body=b'{"code": "CreditInsufficient", "reason": "CreditInsufficient"}'),
    "403 without a body": Act(accepts=False, status=403, body=b""),
    "413 of a proxy": Act(accepts=False, status=413, body=PAGE, headers=HTML),
    "422": Act(accepts=False, status=422, body=b'{"detail": [{"msg": "duration"}]}'),
    "success with the caller's error in its body": Act(
        accepts=False, status=200, body=b'{"code": 400, "reason": "FieldInvalid"}'
    ),
}


@all_providers
@both_ways
@pytest.mark.parametrize("refusal", REFUSALS)
def test_refused_create_is_sent_once(refusal: str, provider: str, way: Way) -> None:
    with Server(provider, plan={"create": [REFUSALS[refusal]]}) as server:
        ended = run(way, [server])
    check(ended, server)
    assert isinstance(ended.error, RefusedError)
    assert isinstance(ended.error, KeyRefusedError) == (refusal[:3] in ("401", "403"))
    assert len(server.calls("create")) == 1


@all_providers
@both_ways
def test_submit_outlasts_connections_that_are_refused_at_first(provider: str, way: Way) -> None:
    with Server(provider, listens=False) as server:
        Timer(0.1, server.listen).start()
        ended = run(way, [server])
    check(ended, server)
    assert ended.error is None


@all_providers
@both_ways
def test_submit_to_a_provider_that_refuses_connections_is_not_sent(provider: str, way: Way) -> None:
    with Server(provider, listens=False) as server:
        ended = run(way, [server], brief(retry=evolve(RETRY, budget=0.1)))
    assert isinstance(ended.error, NotSentError)


@all_providers
@both_ways
def test_provider_that_stays_busy_ends_with_busy_error(provider: str, way: Way) -> None:
    with Server(provider, plan={"create": repeat(Act(accepts=False, status=429))}) as server:
        ended = run(way, [server], brief(retry=evolve(RETRY, budget=0.1)))
    check(ended, server)
    assert isinstance(ended.error, BusyError)


@all_providers
@both_ways
def test_lost_creates_are_found_or_unknown(provider: str, way: Way) -> None:
    """Vidu and skills.video are looked into; the key of Comfy is repeated until the time for that is over."""
    with Server(provider, plan={"create": repeat(Act(ends="reset"))}) as server:
        ended = run(way, [server], brief(retry=evolve(RETRY, budget=0.2)))
    check(ended, server)
    assert isinstance(ended.error, SubmissionUnknownError) == (provider_named(provider).settlement in ("idempotency-key", "none"))


# -- Comfy: the key comes again --------------------------------------------------------------------------------------------


@frozen
class Again:
    """The answer to a repeated key, and whether the run still ends with the film."""

    acts: tuple[Act | None, ...]
    has_film: bool
    creates: int


AGAIN: Final[Mapping[str, Again]] = {
    "first try still runs": Again((Act(ends="closed", key="running"),), True, 4),
    "first answer cannot be replayed": Again((Act(ends="closed", key="used up"),), False, 2),
    "store of keys is down": Again((Act(accepts=False, status=503, body=b"{}", headers={"retry-after": "0.05"}),), True, 2),
    "replay is lost too": Again((Act(ends="closed"), Act(status=504, body=PAGE), Act(ends="reset")), True, 4),
    "replay meets the rate limit": Again((Act(ends="closed"), Act(status=429, body=b"{}")), True, 3),
    "key of the account is withdrawn meanwhile": Again((Act(ends="closed"), Act(status=401, body=b"{}")), False, 2),
    "credits are gone meanwhile": Again((Act(ends="closed"), Act(status=402, body=b"{}")), False, 2),
}


@both_ways
@pytest.mark.parametrize("again", AGAIN)
def test_idempotency_key_is_repeated_until_its_answer_is_clear(again: str, way: Way) -> None:
    with Server("comfy", plan={"create": AGAIN[again].acts}) as server:
        ended = run(way, [server])
    check(ended, server)
    assert (ended.error is None) == AGAIN[again].has_film
    assert ended.error is None or isinstance(ended.error, SubmissionUnknownError)
    assert len(server.calls("create")) == AGAIN[again].creates
    assert len({call.headers["idempotency-key"] for call in server.calls("create")}) == 1


# -- looking for a lost task -----------------------------------------------------------------------------------------------

LOST: Final = Act(ends="closed")
SEARCHED: Final = pytest.mark.parametrize("provider", ["vidu", "skills_video"])


@both_ways
@SEARCHED
def test_lost_task_that_is_listed_late_is_found(provider: str, way: Way) -> None:
    with Server(provider, plan={"create": [LOST]}, late=3) as server:
        ended = run(way, [server], brief(window=PATIENCE))
    check(ended, server)
    assert ended.error is None


LISTS: Final[Mapping[str, Act]] = {
    "answers 500": Act(status=500),
    "answers with a web page": Act(body=PAGE, headers=HTML),
    "is lost": Act(ends="reset"),
    "asks to come back": Act(status=429, headers={"retry-after": "0.02"}),
}


@both_ways
@SEARCHED
@pytest.mark.parametrize("fault", LISTS)
def test_lost_task_is_found_although_the_list_fails_at_first(fault: str, provider: str, way: Way) -> None:
    with Server(provider, plan={"create": [LOST], "list": [LISTS[fault]] * 3}) as server:
        ended = run(way, [server], brief(window=PATIENCE))
    check(ended, server)
    assert ended.error is None


@both_ways
@pytest.mark.parametrize("provider", ["vidu", "comfy", "skills_video"])
def test_lost_task_is_found_by_another_process_later(provider: str, way: Way) -> None:
    plan: Mapping[Route, Iterable[Act]] = {"create": [LOST] * 6, "list": repeat(Act(status=500))}
    with Server(provider, plan=plan) as server:
        ended = run(way, [server], brief(retry=evolve(RETRY, budget=0.0), window=0.05))
        check(ended, server)
        assert isinstance(ended.error, SubmissionUnknownError)
        server.plan.clear()
        text = ended.error.submission.to_text()
        with Vidu([account(server)], settings=brief()) as other:
            task = other.find(Submission.parse(text))
            assert task.ref == TaskRef(provider, server.paid[0].name)
            task.wait(timeout=5.0)
    assert len(server.paid) == 1


@both_ways
def test_lost_task_is_found_although_the_status_of_another_fails(way: Way) -> None:
    """The other task was made with the same words; only its status answer would show that it is not ours."""
    with Server("vidu", plan={"create": [LOST]}) as server:
        stranger = server.make(body_for("vidu"))
        server.silent.add(stranger.name)
        ended = run(way, [server], brief(window=0.5))
        server.paid.remove(stranger)
    check(ended, server)
    assert ended.error is None


@both_ways
def test_lost_task_is_distinguished_from_an_equal_one_of_another_client(way: Way) -> None:
    """Vidu: the idempotency key distinguishes them."""
    with Server("vidu", plan={"create": [LOST]}) as server:
        stranger = server.make({**body_for("vidu"), "payload": "another key"})
        ended = run(way, [server])
        server.paid.remove(stranger)
    check(ended, server)
    assert ended.error is None


@both_ways
def test_neither_of_two_equal_generations_is_taken(way: Way) -> None:
    """skills.video: nothing distinguishes them, so neither is taken."""
    with Server("skills_video", plan={"create": [LOST]}) as server:
        stranger = server.make(body_for("skills_video"))
        ended = run(way, [server])
        server.paid.remove(stranger)
    check(ended, server)
    assert isinstance(ended.error, SubmissionUnknownError)
    assert "2 tasks fit" in str(ended.error)


@SEARCHED
def test_lost_answer_of_two_equal_submits_is_found(provider: str) -> None:
    """The task whose answer came belongs to its submit, so the search finds the other one."""
    plan: Mapping[Route, Iterable[Act]] = {"create": [Act(held=True), LOST]}
    settings = brief(window=PATIENCE)
    with Server(provider, plan=plan) as server, Vidu([account(server)], settings=settings) as vidu:
        found: list[TaskRef] = []
        unknown: list[SubmissionUnknownError] = []

        def submit() -> None:
            try:
                found.append(vidu.submit(request_for(provider)).ref)
            except SubmissionUnknownError as error:
                unknown.append(error)

        threads = [Thread(target=submit) for _ in range(2)]
        for thread in threads:
            thread.start()
        server.wait_for("list")
        server.release()
        for thread in threads:
            thread.join(PATIENCE)
    assert len(server.paid) == 2
    assert {ref.task_id for ref in found} == {task.name for task in server.paid}
    assert unknown == []


# -- several accounts ------------------------------------------------------------------------------------------------------


FAILOVERS: Final[Mapping[str, Act | None]] = {
    "connection closed": LOST,
    "busy": Act(accepts=False, status=429),
    "key refused": Act(accepts=False, status=401),
    "no connection": None,
}


@all_providers
@both_ways
@pytest.mark.parametrize("fault", FAILOVERS)
def test_next_account_is_asked_only_if_nothing_can_be_paid_at_the_first(fault: str, provider: str, way: Way) -> None:
    act = FAILOVERS[fault]
    settings = brief(retry=evolve(RETRY, budget=0.1), window=0.05)
    plan: Mapping[Route, Iterable[Act]] = {"create": repeat(act)} if act else {}
    with (
        Server(provider, account="first", plan=plan, late=10**6, listens=act is not None) as first,
        Server(provider, account="second") as second,
    ):
        ended = run(way, [first, second], settings)
    if act is LOST:
        check(ended, first)
        assert isinstance(ended.error, SubmissionUnknownError)
        assert second.seen == [], "asked although the first one may have taken it"
    else:
        check(ended, second)
        assert ended.error is None
        assert first.paid == []


# -- a status answer goes wrong --------------------------------------------------------------------------------------------


@frozen
class Trouble:
    """What happens to the status answers of a task that ends well."""

    acts: tuple[Act, ...] = ()
    life: tuple[str, ...] = ("queued", "done")
    silence: float = 5.0
    late: int = 0


TROUBLES: Final[Mapping[str, Trouble]] = {
    "connection closed": Trouble((Act(ends="closed"),) * 3),
    "connection reset": Trouble((Act(ends="reset"),) * 3),
    "connection reset within the answer": Trouble((Act(ends="reset", sends=within_the_id),) * 3),
    "answer never comes": Trouble((Act(ends="hangs"),), silence=SILENCE),
    "web page in place of the answer": Trouble((Act(body=PAGE, headers=HTML),) * 3),
    "empty answer": Trouble((Act(body=b""),) * 3),
    "answer cut by a proxy": Trouble((Act(body=within_the_id),) * 3),
    "answer is null": Trouble((Act(body=b"null"), Act(body=b"[]"), Act(body=b"{}"))),
    "success with an error of the server in its body": Trouble((Act(body=b'{"code": 500, "reason": "Unknown"}'),) * 3),
    "no such task, right after the create": Trouble((Act(status=404, body=b"{}"),) * 2),
    "server answers 500 five times": Trouble((Act(status=500),) * 5),
    "gateway answers 502, 503, 504": Trouble(tuple(Act(status=status, body=PAGE, headers=HTML) for status in (502, 503, 504))),
    "server asks to come back": Trouble((Act(status=503, headers={"retry-after": "0.05"}), Act(status=429, body=b"{}"))),
    "unknown word for a while": Trouble(life=("dreaming", "dreaming", "dreaming", "done")),
    "state moves backwards": Trouble(life=("running", "queued", "running", "queued", "done")),
    "every member is null": Trouble(life=("nulls", "nulls", "done")),
    "success without a file at first": Trouble(life=("running", "empty", "empty", "done")),
    "success, then running again, then success": Trouble(life=("empty", "running", "empty", "done")),
    "list shows the task late": Trouble(late=2),
}
ASKED: Final[Route] = "status"
"""The route that reports the state."""


@all_providers
@both_ways
@pytest.mark.parametrize("trouble", TROUBLES)
def test_wait_outlasts_failing_status_calls(trouble: str, provider: str, way: Way) -> None:
    it = TROUBLES[trouble]
    with Server(provider, plan={ASKED: it.acts}, life=it.life, late=it.late) as server:
        ended = run(way, [server], brief(silence=it.silence))
    check(ended, server)
    assert ended.error is None


@both_ways
@pytest.mark.parametrize("act", [*(Act(status=status) for status in (400, 403, 404, 500, 501)), Act(body=PAGE, headers=HTML)])
def test_wait_continues_without_a_list(act: Act, way: Way) -> None:
    with Server("vidu", plan={"list": repeat(act)}) as server:
        ended = run(way, [server])
    check(ended, server)
    assert ended.error is None


@both_ways
def test_wait_outlasts_failing_status_calls_of_an_unlisted_task(way: Way) -> None:
    with Server("vidu", late=10**6, plan={"status": [Act(ends="reset"), Act(status=500), Act(body=PAGE)]}) as server:
        ended = run(way, [server])
    check(ended, server)
    assert ended.error is None


# -- a task ends badly -----------------------------------------------------------------------------------------------------


@all_providers
@both_ways
def test_failed_task_ends_the_wait_with_its_code(provider: str, way: Way) -> None:
    with Server(provider, life=("queued", "failed")) as server:
        ended = run(way, [server])
    check(ended, server)
    assert isinstance(ended.error, TaskFailedError)
    assert ended.error.code == FAILURES[part_of(provider).is_vidus]


@all_providers
@both_ways
def test_cancelled_task_ends_the_wait(provider: str, way: Way) -> None:
    with Server(provider, life=("queued", "canceled")) as server:
        ended = run(way, [server])
    check(ended, server)
    assert isinstance(ended.error, TaskCanceledError)


@all_providers
@both_ways
def test_task_that_names_no_file_ends_with_result_missing(provider: str, way: Way) -> None:
    with Server(provider, life=("queued", "empty")) as server:
        ended = run(way, [server])
    check(ended, server)
    assert isinstance(ended.error, ResultMissingError)


@all_providers
@both_ways
@pytest.mark.parametrize("body", [None, b'{"code": 401, "reason": "Unauthorized"}'], ids=["401", "success that says 401"])
def test_refused_key_ends_the_wait(body: bytes | None, provider: str, way: Way) -> None:
    act = Act(status=401) if body is None else Act(body=body)
    with Server(provider, plan={ASKED: repeat(act)}) as server:
        ended = run(way, [server])
    check(ended, server)
    assert isinstance(ended.error, WaitRefusedError)
    assert ended.error.status == 401


@all_providers
@both_ways
def test_task_that_stays_unknown_ends_the_wait(provider: str, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "NEWBORN_SECONDS", 0.1)
    gone = Act(status=404, body=b"{}")
    with Server(provider, plan={"list": repeat(gone), "status": repeat(gone)}) as server:
        ended = run(way, [server])
    check(ended, server)
    assert isinstance(ended.error, WaitRefusedError)


# -- a wait has a deadline -------------------------------------------------------------------------------------------------

DEADLINE: Final = 0.1
LAST_POLL: Final = 0.15
NEVER: Final[Mapping[str, Trouble]] = {
    "connection closed": Trouble((Act(ends="closed"),)),
    "answer never comes": Trouble((Act(ends="hangs"),), silence=NEVER_COMES),
    "server answers 500": Trouble((Act(status=500),)),
    "web page in place of the answer": Trouble((Act(body=PAGE, headers=HTML),)),
    "unknown word": Trouble(life=("dreaming",)),
    "task goes on": Trouble(life=("running",)),
    "server asks to come back in an hour": Trouble((Act(status=429, headers={"retry-after": "3600"}),)),
}


@pytest.fixture
def short_last_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (vidu, async_vidu):
        monkeypatch.setattr(module, "LAST_POLL_SECONDS", LAST_POLL)


@all_providers
@both_ways
@pytest.mark.parametrize("trouble", NEVER)
@pytest.mark.usefixtures("short_last_poll")
def test_wait_ends_at_its_deadline(trouble: str, provider: str, way: Way) -> None:
    it = NEVER[trouble]
    plan: Mapping[Route, Iterable[Act]] = dict.fromkeys(("list", "status"), repeat(it.acts[0])) if it.acts else {}
    with Server(provider, plan=plan, life=it.life) as server:
        began = time.monotonic()
        ended = run(way, [server], brief(silence=it.silence), timeout=DEADLINE)
        took = time.monotonic() - began
    check(ended, server)
    assert isinstance(ended.error, WaitTimeoutError)
    assert took >= DEADLINE
    if it.acts and it.acts[0].ends != "hangs":
        assert "last status call failed" in str(ended.error)


@all_providers
@both_ways
def test_last_poll_at_the_deadline_counts(provider: str, way: Way) -> None:
    """One last question is asked at the deadline, and its answer counts."""
    slow = PollPolicy(floor=60.0, ceiling=60.0)
    with Server(provider, life=("done",)) as server:
        ended = run(way, [server], brief(poll=slow), timeout=0.05)
    check(ended, server)
    assert ended.error is None


@all_providers
@both_ways
@pytest.mark.parametrize("act", [None, Act(status=500), Act(ends="closed")], ids=["task goes on", "fault", "no answer"])
def test_wait_with_zero_timeout_asks_once(act: Act | None, provider: str, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """A running task is asked for once and given up: no waiting for a better answer."""
    for module in (vidu, async_vidu):
        monkeypatch.setattr(module, "LAST_POLL_SECONDS", NEVER_COMES)
    with Server(provider, life=("running",), plan={ASKED: [act]}) as server:
        ended = run(way, [server], timeout=0.0)
    check(ended, server)
    assert isinstance(ended.error, WaitTimeoutError)
    assert len(server.calls(ASKED)) == 1


# -- several waits at once -------------------------------------------------------------------------------------------------


@both_ways
def test_waits_for_other_tasks_end_although_an_answer_hangs(way: Way) -> None:
    """A wait for both returns the one that ends, long before the other's answer counts as lost."""
    with Server("comfy", plan={"status": [Act(ends="hangs")]}, life=("done",)) as server:
        refs = [TaskRef("comfy", server.make(body_for("comfy")).name) for _ in range(2)]

        def blocking() -> TaskRef:
            with Vidu([account(server)], settings=brief(silence=NEVER_COMES)) as vidu:
                return next(vidu.as_completed(refs)).ref

        async def awaited() -> TaskRef:
            async with AsyncVidu([account(server)], settings=brief(silence=NEVER_COMES)) as vidu:
                return (await anext(vidu.as_completed(refs))).ref

        first = blocking() if way == "blocking" else asyncio.run(awaited())
    assert first in refs


@both_ways
def test_wait_ends_at_its_deadline_although_its_only_request_hangs(way: Way) -> None:
    """The deadline is still kept."""
    with Server("comfy", plan={"status": repeat(Act(ends="hangs"))}) as server:
        only = evolve(account(server), max_in_flight=1, key=server.key)
        refs = [TaskRef("comfy", server.make(body_for("comfy")).name) for _ in range(3)]
        settings = brief(silence=NEVER_COMES)

        def blocking() -> list[object]:
            with Vidu([only], settings=settings) as vidu:
                return list(vidu.wait_all(refs, timeout=0.1, errors="return"))

        async def awaited() -> list[object]:
            async with AsyncVidu([only], settings=settings) as vidu:
                return list(await vidu.wait_all(refs, timeout=0.1, errors="return"))

        with pytest.MonkeyPatch.context() as patch:
            for module in (vidu, async_vidu):
                patch.setattr(module, "LAST_POLL_SECONDS", LAST_POLL)
            errors = blocking() if way == "blocking" else asyncio.run(awaited())
    assert [type(error) for error in errors] == [WaitTimeoutError] * 3


@both_ways
def test_failure_of_the_poll_loop_ends_the_waits_and_the_next_wait_works(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """No wait hangs without a poll loop; the next wait starts a new one."""

    def broken(*_: object, **__: object) -> list[poll.PollRequest]:
        monkeypatch.undo()
        raise RuntimeError("a bug")

    monkeypatch.setattr(poll.PollQueue, "take_due", broken)
    with Server("comfy", life=("done",)) as server:
        ref = TaskRef("comfy", server.make(body_for("comfy")).name)

        def blocking() -> TaskRef:
            with Vidu([account(server)], settings=brief()) as vidu:
                with pytest.raises(TaskError, match="a bug") as caught:
                    vidu.wait(ref, timeout=NEVER_COMES)
                assert caught.value.ref == ref
                return vidu.wait(ref, timeout=PATIENCE).ref

        async def awaited() -> TaskRef:
            async with AsyncVidu([account(server)], settings=brief()) as vidu:
                with pytest.raises(TaskError, match="a bug") as caught:
                    await vidu.wait(ref, timeout=NEVER_COMES)
                assert caught.value.ref == ref
                return (await vidu.wait(ref, timeout=PATIENCE)).ref

        assert (blocking() if way == "blocking" else asyncio.run(awaited())) == ref


def test_wait_outlasts_a_machine_without_free_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked again later, and the wait neither hangs nor ends."""

    def refused(_: Thread) -> None:
        monkeypatch.undo()
        raise RuntimeError("can't start new thread")

    with Server("comfy", life=("done",)) as server, Vidu([account(server)], settings=brief()) as vidu:
        ref = TaskRef("comfy", server.make(body_for("comfy")).name)
        monkeypatch.setattr(Thread, "start", refused)
        assert vidu.wait(ref, timeout=PATIENCE).ref == ref


def test_deadline_in_one_thread_does_not_wait_for_the_pause_of_another() -> None:
    """The last question is asked at once, not when the other thread's pause is over."""
    slow = PollPolicy(floor=NEVER_COMES, ceiling=NEVER_COMES)
    with Server("comfy", life=("running", "done")) as server, Vidu([account(server)], settings=brief(poll=slow)) as vidu:
        refs = [TaskRef("comfy", server.make(body_for("comfy")).name) for _ in range(2)]
        leader = Thread(target=lambda: vidu.wait_all(refs[:1], errors="return"))
        leader.start()
        server.wait_for("status")
        assert vidu.wait(refs[1], timeout=1.0).ref == refs[1]
        assert leader.is_alive()
        vidu.close()
        leader.join()


def test_another_thread_takes_over_the_poll_loop() -> None:
    """Thirty threads wait at one client, most of them for longer than the one that asks for all."""
    with Server("vidu", life=("running",) * 5 + ("done",)) as server, Vidu([account(server)], settings=brief()) as vidu:
        refs = [TaskRef("vidu", server.make(body_for("vidu")).name) for _ in range(30)]
        ended: list[TaskRef] = []
        impatient = Thread(target=lambda: vidu.wait_all(refs, timeout=0.01, errors="return"))

        def wait(ref: TaskRef) -> None:
            ended.append(vidu.wait(ref, timeout=10.0).ref)

        threads = [impatient, *(Thread(target=wait, args=(ref,)) for ref in refs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(15.0)
    assert set(ended) == set(refs)
    assert len(server.calls("list")) < 60, "each thread asks for itself"


@both_ways
def test_call_of_a_closed_client_is_refused_at_once(way: Way) -> None:
    """An error at once: nothing hangs, and no request counts as sent."""
    with Server("vidu") as server:
        ref = TaskRef("vidu", server.make(body_for("vidu")).name)

        def blocking() -> None:
            vidu = Vidu([account(server)], settings=brief())
            vidu.close()
            with pytest.raises(ConfigurationError, match="closed"):
                vidu.submit(request_for("vidu"))
            with pytest.raises(TaskError, match="closed"):
                vidu.wait(ref)

        async def awaited() -> None:
            vidu = AsyncVidu([account(server)], settings=brief())
            await vidu.close()
            with pytest.raises(ConfigurationError, match="closed"):
                await vidu.submit(request_for("vidu"))
            with pytest.raises(TaskError, match="closed"):
                await vidu.wait(ref)

        blocking() if way == "blocking" else asyncio.run(awaited())
    assert server.seen == []
