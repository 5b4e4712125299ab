"""A task whose answer was lost is found again, and paid once; the next account is asked only if nothing can be paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Final

import pytest
from accidents import HTML, PAGE
from attrs import evolve, frozen
from playing import PATIENCE, RETRY, Way, account, all_providers, body_for, both_ways, brief, check, request_for, run
from provider_forms import Act, Route
from server import Server

from vidu_ext import Submission, TaskRef, Vidu
from vidu_ext.values.errors import SubmissionUnknownError

# -- Comfy: a repeated idempotency key -------------------------------------------------------------------------------------


@frozen
class Repetition:
    """The answers to a key that is repeated, and how the run ends."""

    acts: tuple[Act | None, ...]
    has_film: bool
    creates: int


REPETITIONS: Final[Mapping[str, Repetition]] = {
    "first try still runs": Repetition((Act(ends="closed", key="running"),), True, 4),
    "first answer cannot be replayed": Repetition((Act(ends="closed", key="used up"),), False, 2),
    "store of keys is down": Repetition((Act(accepts=False, status=503, body=b"{}", headers={"retry-after": "0.05"}),), True, 2),
    "replay is lost too": Repetition((Act(ends="closed"), Act(status=504, body=PAGE), Act(ends="reset")), True, 4),
    "replay meets the rate limit": Repetition((Act(ends="closed"), Act(status=429, body=b"{}")), True, 3),
    "key of the account is withdrawn meanwhile": Repetition((Act(ends="closed"), Act(status=401, body=b"{}")), False, 2),
    "credits are gone meanwhile": Repetition((Act(ends="closed"), Act(status=402, body=b"{}")), False, 2),
}


@both_ways
@pytest.mark.parametrize("repetition", REPETITIONS)
def test_idempotency_key_is_repeated_until_its_answer_is_clear(repetition: str, way: Way) -> None:
    case = REPETITIONS[repetition]
    with Server("comfy", plan={"create": case.acts}) as server:
        ended = run(way, [server])
    check(ended, server)
    assert (ended.error is None) == case.has_film
    assert ended.error is None or isinstance(ended.error, SubmissionUnknownError)
    assert len(server.calls("create")) == case.creates
    assert len({call.headers["idempotency-key"] for call in server.calls("create")}) == 1


# -- looking for a lost task -----------------------------------------------------------------------------------------------

LOST: Final = Act(ends="closed")
searched_providers = pytest.mark.parametrize("provider", ["vidu", "skills_video"])


@both_ways
@searched_providers
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
@searched_providers
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
            assert task.ref == TaskRef(provider, server.paid[0].id)
            task.wait(timeout=5.0)
    assert len(server.paid) == 1


@both_ways
def test_lost_task_is_found_although_the_status_of_another_fails(way: Way) -> None:
    """The request of the other task is the same; only its status answer would show that its payload is another."""
    with Server("vidu", plan={"create": [LOST]}) as server:
        stranger = server.make(body_for("vidu"))
        server.silent.add(stranger.id)
        ended = run(way, [server], brief(window=0.5))
        server.paid.remove(stranger)
    check(ended, server)
    assert ended.error is None


@both_ways
def test_lost_task_is_distinguished_by_its_payload_from_an_equal_one_of_another_client(way: Way) -> None:
    with Server("vidu", plan={"create": [LOST]}) as server:
        stranger = server.make({**body_for("vidu"), "payload": "another key"})
        ended = run(way, [server])
        server.paid.remove(stranger)
    check(ended, server)
    assert ended.error is None


@both_ways
def test_lost_generation_stays_unknown_if_another_is_equal(way: Way) -> None:
    """skills.video shows nothing that distinguishes them."""
    with Server("skills_video", plan={"create": [LOST]}) as server:
        stranger = server.make(body_for("skills_video"))
        ended = run(way, [server])
        server.paid.remove(stranger)
    check(ended, server)
    assert isinstance(ended.error, SubmissionUnknownError)
    assert "2 tasks fit" in str(ended.error)


@searched_providers
def test_both_tasks_of_two_equal_submits_are_found_if_one_answer_is_lost(provider: str) -> None:
    """The search excludes the task whose answer came."""
    plan: Mapping[Route, Iterable[Act]] = {"create": [Act(held=True), LOST]}
    settings = brief(window=PATIENCE)
    with Server(provider, plan=plan) as server, Vidu([account(server)], settings=settings) as vidu:
        with ThreadPoolExecutor(2) as pool:
            submits = [pool.submit(vidu.submit, request_for(provider)) for _ in range(2)]
            server.wait_for("list")
            server.release()
        found = {submit.result().ref.task_id for submit in submits}
    assert len(server.paid) == 2
    assert found == {task.id for task in server.paid}


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
        assert second.seen == [], "called although the first may have accepted it"
    else:
        check(ended, second)
        assert ended.error is None
        assert first.paid == []
