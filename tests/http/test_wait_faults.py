"""Faults in status answers: a wait ends with its task, at a lasting refusal or at its deadline, and loses nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any, Final

import pytest
from accidents import HTML, PAGE, SILENCE, cut_within_id
from attrs import evolve, frozen
from playing import NEVER_COMES, Way, account, all_providers, both_ways, brief, call_client, crossed, run, task_at
from provider_forms import FAILURES, Act, Route, form_of
from server import Server

from vidu_ext import PollPolicy
from vidu_ext.client import async_vidu, vidu
from vidu_ext.values.errors import ResultMissingError, TaskCanceledError, TaskError, TaskFailedError, WaitTimeoutError

# -- a status answer goes wrong --------------------------------------------------------------------------------------------


@frozen
class Trouble:
    """What goes wrong with the status answers of a task."""

    acts: tuple[Act, ...] = ()
    life: tuple[str, ...] = ("queued", "done")
    silence: float = 5.0


TROUBLES: Final[Mapping[str, Trouble]] = {
    "connection closed": Trouble((Act(ends="closed"),) * 3),
    "connection reset within the answer": Trouble((Act(ends="reset", sends=cut_within_id),) * 3),
    "answer never comes": Trouble((Act(ends="hangs"),), silence=SILENCE),
    "answer cut by a proxy": Trouble((Act(body=cut_within_id),) * 3),
    "answer is null": Trouble((Act(body=b"null"), Act(body=b"[]"), Act(body=b"{}"))),
    "no such task, right after the create": Trouble((Act(status=404, body=b"{}"),) * 2),
    "gateway answers 502, 503, 504": Trouble(tuple(Act(status=status, body=PAGE, headers=HTML) for status in (502, 503, 504))),
    "server asks to come back": Trouble((Act(status=503, headers={"retry-after": "0.05"}), Act(status=429, body=b"{}"))),
    "every member is null": Trouble(life=("nulls", "nulls", "done")),
    "success, then running again, then success": Trouble(life=("empty", "running", "empty", "done")),
}


@crossed("trouble", TROUBLES)
def test_wait_outlasts_failing_status_calls(trouble: str, provider: str, way: Way) -> None:
    case = TROUBLES[trouble]
    with Server(provider, plan={"status": case.acts}, life=case.life) as server:
        ended = run(way, [server], brief(silence=case.silence))
    assert ended.error is None


# -- a task ends badly -----------------------------------------------------------------------------------------------------


@all_providers
@both_ways
@pytest.mark.parametrize(
    ("word", "kind"), [("failed", TaskFailedError), ("canceled", TaskCanceledError), ("empty", ResultMissingError)]
)
def test_task_without_a_result_ends_the_wait_with_its_error(word: str, kind: type[TaskError], provider: str, way: Way) -> None:
    with Server(provider, life=("queued", word)) as server:
        ended = run(way, [server])
    assert type(ended.error) is kind
    if word == "failed":
        assert vars(ended.error)["code"] == FAILURES[form_of(provider).is_vidus]


# -- a wait has a deadline -------------------------------------------------------------------------------------------------

DEADLINE: Final = 0.1
LAST_POLL: Final = 0.15
UNENDING: Final[Mapping[str, Trouble]] = {
    "connection closed": Trouble((Act(ends="closed"),)),
    "answer never comes": Trouble((Act(ends="hangs"),), silence=NEVER_COMES),
    "web page in place of the answer": Trouble((Act(body=PAGE, headers=HTML),)),
    "task goes on": Trouble(life=("running",)),
    "server asks to come back in an hour": Trouble((Act(status=429, headers={"retry-after": "3600"}),)),
}


@pytest.fixture
def short_last_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (vidu, async_vidu):
        monkeypatch.setattr(module, "LAST_POLL_SECONDS", LAST_POLL)


@crossed("trouble", UNENDING)
@pytest.mark.usefixtures("short_last_poll")
def test_wait_ends_at_its_deadline(trouble: str, provider: str, way: Way) -> None:
    case = UNENDING[trouble]
    plan: Mapping[Route, Iterable[Act]] = dict.fromkeys(("list", "status"), repeat(case.acts[0])) if case.acts else {}
    with Server(provider, plan=plan, life=case.life) as server:
        began = time.monotonic()
        ended = run(way, [server], brief(silence=case.silence), timeout=DEADLINE)
        took = time.monotonic() - began
    assert isinstance(ended.error, WaitTimeoutError)
    assert took >= DEADLINE
    if case.acts and case.acts[0].ends != "hangs":
        assert "last status call failed" in str(ended.error)


@all_providers
@both_ways
def test_result_of_the_last_poll_at_the_deadline_is_returned(provider: str, way: Way) -> None:
    slow = PollPolicy(floor=60.0, ceiling=60.0)
    with Server(provider, life=("done",)) as server:
        ended = run(way, [server], brief(poll=slow), timeout=0.05)
    assert ended.error is None


@all_providers
@both_ways
@pytest.mark.parametrize("act", [None, Act(status=500), Act(ends="closed")], ids=["task goes on", "fault", "no answer"])
def test_wait_with_zero_timeout_polls_once(act: Act | None, provider: str, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (vidu, async_vidu):
        monkeypatch.setattr(module, "LAST_POLL_SECONDS", NEVER_COMES)
    with Server(provider, life=("running",), plan={"status": [act]}) as server:
        ended = run(way, [server], timeout=0.0)
    assert isinstance(ended.error, WaitTimeoutError)
    assert len(server.calls("status")) == 1


@both_ways
@pytest.mark.usefixtures("short_last_poll")
def test_waits_end_at_their_deadline_although_the_only_request_in_flight_hangs(way: Way) -> None:
    with Server("comfy", plan={"status": repeat(Act(ends="hangs"))}) as server:
        accounts = [evolve(account(server), max_in_flight=1)]
        refs = [task_at(server) for _ in range(3)]

        def wait(client: Any) -> Any:
            return client.wait_all(refs, timeout=DEADLINE, errors="return")

        errors = call_client(way, accounts, wait, brief(silence=NEVER_COMES))
    assert [type(error) for error in errors] == [WaitTimeoutError] * 3
