"""A task whose answer was lost is found again, and paid once; the next account is asked only if nothing can be paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Final

import pytest
from attrs import evolve
from playing import PATIENCE, RETRY, Way, account, all_providers, both_ways, brief, check, client, request_for, run
from provider_forms import Act, Route
from server import Server

from vidu_ext import Submission, TaskRef, Vidu
from vidu_ext.values.errors import SubmissionUnknownError

# -- looking for a lost task -----------------------------------------------------------------------------------------------

LOST: Final = Act(ends="closed")
searched_providers = pytest.mark.parametrize("provider", ["vidu", "skills_video"])


@both_ways
def test_lost_task_is_looked_for_although_the_proxies_of_the_environment_became_unusable(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, the look-up of the proxy for the message replaced the lost answer by "nothing was sent"."""

    def break_proxies(_: Submission) -> None:
        monkeypatch.setenv("HTTP_PROXY", "ftp://proxy")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)

    with Server("vidu", plan={"create": [Act(), LOST]}) as server, client(way, [account(server)], brief()) as vidu:
        first = vidu.submit(request_for("vidu"))  # makes the connection
        second = vidu.submit(request_for("vidu"), on_submission=break_proxies)
    assert [first.ref.task_id, second.ref.task_id] == [task.id for task in server.paid]


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
        Server(provider, account="first", plan=plan, late_seconds=10**6, listens=act is not None) as first,
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


@both_ways
@pytest.mark.parametrize("provider", ["vidu", "comfy", "skills_video"])
def test_lost_task_is_found_by_another_process_later(provider: str, way: Way) -> None:
    plan: Mapping[Route, Iterable[Act]] = {"create": [LOST] * 6, "list": repeat(Act(status=500))}
    with Server(provider, plan=plan) as server:
        ended = run(way, [server], brief(retry=evolve(RETRY, budget=0.0), window=0.05))
        assert isinstance(ended.error, SubmissionUnknownError)
        server.plan.clear()
        text = ended.error.submission.to_text()
        with Vidu([account(server)], settings=brief()) as other:
            task = other.find(Submission.parse(text))
            assert task.ref == TaskRef(provider, server.paid[0].id)
            task.wait(timeout=5.0)
    assert len(server.paid) == 1
