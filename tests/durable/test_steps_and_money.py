"""What becomes of a job and of its money by what its provider answers, step by step in this process."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from job_store_rig import ACCOUNTS, REFERENCE, planned, running

from vidu_ext import RetryPolicy
from vidu_ext.client.session import Settings
from vidu_ext.durable import Job, Patience
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.reports import progress
from vidu_ext.durable.workers.steps import FETCH_TRIES, Steps
from vidu_ext.flows.policy import PollPolicy
from vidu_ext.values.submission import Submission

pytest_plugins = ["batch_fixtures"]

TASK: Final = REFERENCE.partition(":")[2]
FILM: Final = b"\0\0\0\x18ftypisom" + b"a paper bird" * 99
FILE_URL: Final = "https://files.example/film.mp4"
BOUND: Final = 60.0


@pytest.fixture
def database(sqlite_database: str) -> str:
    return sqlite_database


def created() -> httpx.Response:
    return httpx.Response(200, json={"task_id": TASK, "state": "created"})


def task(state: str = "success", **members: Any) -> httpx.Response:
    ended = {"id": TASK, "state": state, "creations": [{"id": "2", "url": FILE_URL}], **members}
    return httpx.Response(200, json={"tasks": [ended], **ended})


class Provider:
    """Vidu with the storage of its files; what it answers to a create, to a question and to a download can be set."""

    def __init__(self) -> None:
        self.create: Callable[[], httpx.Response] = created
        self.status: Callable[[], httpx.Response] = task
        self.file: Callable[[], httpx.Response] = lambda: httpx.Response(200, content=FILM)
        self.asked: list[str] = []
        self.bodies: list[dict[str, Any]] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        if request.url.host == "files.example":
            return self.file()
        if request.url.path.endswith("/cancel"):
            return httpx.Response(200, json={})
        if request.method == "POST":
            self.bodies.append(json.loads(request.content))
            return self.create()
        return self.status()


def run(
    store: JobStore,
    provider: Provider,
    work: Callable[[Steps], Coroutine[object, object, object]],
    *,
    left_when: Callable[[], bool] = lambda: False,
    **more: Any,
) -> None:
    """Run a step of a worker until it ends, or until it is to be left."""

    async def run_it() -> None:
        usual: dict[str, Any] = {"on_fault": print, "can_send": lambda: True, "term": lambda: 0, "enqueue_again": print}
        steps = Steps(
            store=store,
            accounts=ACCOUNTS,
            settings=Settings(
                retry=RetryPolicy(budget=0.0),
                poll=PollPolicy(floor=0.01, ceiling=0.01),
                async_transport=httpx.MockTransport(provider),
            ),
            patience=Patience(settle=0.0, search=0.0, hold_pause=60.0, download=0.01),
            **{**usual, **more},
        )
        working = asyncio.ensure_future(work(steps))
        deadline = time.monotonic() + BOUND
        while not (working.done() or left_when()):
            assert time.monotonic() < deadline, "the step neither ends nor comes to where it is to be left"
            await asyncio.sleep(0.01)
        if working.done():
            working.result()
        working.cancel()
        await steps.client.close()

    asyncio.run(run_it())


def submitted(store: JobStore, provider: Provider, job: Job, **more: Any) -> Job:
    run(store, provider, lambda steps: steps.submit(job.id), **more)
    return store.job(job.id)


def waited(store: JobStore, provider: Provider, job: Job) -> Job:
    run(store, provider, lambda steps: steps.wait(job.id))
    return store.job(job.id)


def sums(store: JobStore) -> tuple[float, float, int]:
    """What is spent, what is reserved, and how many tasks run."""
    money = progress(store, "batch").money[""]
    return money.spent, money.reserved, running(store)


# -- submit ---------------------------------------------------------------------------------------------------------------


def no_route() -> httpx.Response:
    raise httpx.ConnectError("no route to host")


HOLDING: Final[dict[str, tuple[Callable[[], httpx.Response], str, str]]] = {
    "no connection": (no_route, "busy", "could not be reached"),
    "too many": (lambda: httpx.Response(429, json={"message": "later"}), "busy", "later"),
    "wrong key": (lambda: httpx.Response(401, json={"message": "who are you"}), "key", "who are you"),
    "no credits": (lambda: httpx.Response(402, json={"message": "top up"}), "credits", "top up"),
}


@pytest.mark.parametrize(("answer", "held", "said"), HOLDING.values(), ids=HOLDING)
def test_job_that_created_nothing_is_queued_again_with_the_reason(
    database: str, store: JobStore, tmp_path: Path, answer: Callable[[], httpx.Response], held: str, said: str
) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider = Provider()
    provider.create = answer
    found = submitted(store, provider, job, left_when=lambda: store.job(job.id).held is not None)
    assert (found.state, found.held, found.reserved, found.submission) == ("queued", held, 0.0, None)
    assert said in (found.note or "")
    assert sums(store) == (0.0, 0.0, 0)
    assert len(provider.asked) == 1


def test_refused_job_has_failed_and_is_not_paid(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider = Provider()
    provider.create = lambda: httpx.Response(400, json={"reason": "FieldInvalid", "message": "duration"})
    found = submitted(store, provider, job)
    assert (found.state, found.stage, found.reserved) == ("failed", "submit", 0.0)
    assert "duration" in (found.note or "")
    assert sums(store) == (0.0, 0.0, 0)


def test_job_is_sent_with_a_key_of_its_own_that_was_written_down_before(database: str, store: JobStore, tmp_path: Path) -> None:
    """By that key alone its task is found again, or proved absent, by a worker after this one."""
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider, written = Provider(), list[Submission]()

    def create() -> httpx.Response:
        written.append(Submission.parse(store.job(job.id).submission or ""))
        return created()

    provider.create = create
    assert submitted(store, provider, job).reference == REFERENCE
    key = job.idempotency_key(store.salt)
    assert [(one.idempotency_key, one.key_is_ours, one.body["payload"]) for one in written] == [(key, True, key)]
    assert provider.bodies[0]["payload"] == key
    assert sums(store) == (0.0, 4.0, 1)


def test_lost_answer_leaves_the_job_to_a_person_if_it_cannot_be_looked_for(
    database: str, store: JobStore, tmp_path: Path
) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider = Provider()
    provider.create = provider.status = lambda: httpx.Response(503, json={"message": "away"})
    found = submitted(store, provider, job)
    assert (found.state, found.reserved) == ("unknown", 4.0)
    assert "may or may not have" in (found.note or "")
    assert sums(store) == (0.0, 4.0, 0)
    assert provider.asked.count("POST /ent/v2/text2video") == 1


def test_job_is_not_sent_while_the_database_may_be_away(database: str, store: JobStore, tmp_path: Path) -> None:
    """Between the reservation and the request the lease was lost."""
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider, answers = Provider(), iter([True, False])
    found = submitted(
        store, provider, job, can_send=lambda: next(answers, False), left_when=lambda: store.job(job.id).held is not None
    )
    assert (found.state, found.held, sums(store)) == ("queued", "database", (0.0, 0.0, 0))
    assert not provider.asked


def test_job_that_is_cancelled_while_it_is_made_ready_is_not_sent(
    database: str, store: JobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    usual = store.begin

    def cancelled_before(one: Job, submission: str) -> object:
        store.request_cancel(one.id)
        return usual(one, submission)

    monkeypatch.setattr(store, "begin", cancelled_before)
    provider = Provider()
    assert submitted(store, provider, job).state == "canceled"
    assert (provider.asked, sums(store)) == ([], (0.0, 0.0, 0))


def test_task_of_a_job_that_is_cancelled_while_it_is_sent_is_cancelled(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider = Provider()

    def create() -> httpx.Response:
        store.request_cancel(job.id)
        return created()

    provider.create = create
    assert submitted(store, provider, job).reference == REFERENCE
    assert f"POST /ent/v2/tasks/{TASK}/cancel" in provider.asked


def test_cost_of_the_first_job_of_its_kind_is_learned_while_it_runs(database: str, store: JobStore, tmp_path: Path) -> None:
    """It had reserved all that the ceiling leaves, so every other job waited for the end of the first."""
    first, second = planned(database, tmp_path, 2, ceilings={"": 100.0})
    provider = Provider()
    provider.status = lambda: task("processing", credits=19, creations=[])
    assert submitted(store, provider, first).reserved == 19.0
    assert sums(store) == (0.0, 19.0, 1)
    assert store.begin(second, "x").moved == "moved"
    assert sums(store) == (0.0, 38.0, 2)


@pytest.mark.parametrize(("step", "state"), [("prepare", "failed"), ("send", "unknown")])
def test_error_that_nothing_foresees_ends_the_job_where_it_may_be_paid(
    database: str, store: JobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, state: str
) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of paper")

    monkeypatch.setattr(f"vidu_ext.client.async_vidu.AsyncVidu.{step}", broken)
    found = submitted(store, Provider(), job)
    assert (found.state, found.note) == (state, "RuntimeError: out of paper")
    assert found.reserved == (4.0 if state == "unknown" else 0.0)


# -- wait -----------------------------------------------------------------------------------------------------------------


def started(store: JobStore, job: Job) -> Job:
    store.begin(job, "x")
    store.accept(job, REFERENCE)
    return store.job(job.id)


def test_failed_task_says_why_and_at_which_stage(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider = Provider()
    provider.status = lambda: task("failed", err_code="TaskPromptPolicyViolation", creations=[])
    found = waited(store, provider, started(store, job))
    assert (found.state, found.stage, found.credits) == ("failed", "task", 0.0)
    assert "TaskPromptPolicyViolation" in (found.note or "")


def test_task_that_the_provider_does_not_know_is_left_to_a_person_with_its_words(
    database: str, store: JobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vidu_ext.flows.poll.NEWBORN_SECONDS", 0.0)
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider = Provider()
    provider.status = lambda: httpx.Response(404, json={"message": "never heard of it"})
    found = waited(store, provider, started(store, job))
    assert (found.state, found.reference, found.reserved) == ("unknown", REFERENCE, 4.0)
    assert "never heard of it" in (found.note or "")


def test_task_that_the_provider_cancelled_is_no_failure(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider = Provider()
    provider.status = lambda: task("failed", err_code="UserCancelled", creations=[])
    found = waited(store, provider, started(store, job))
    assert (found.state, found.stage, found.credits) == ("canceled", None, 0.0)


# -- the file -------------------------------------------------------------------------------------------------------------


def fetched(store: JobStore, provider: Provider, job: Job) -> Job:
    async def fetch(steps: Steps) -> None:
        await steps.download(job.id)

    run(store, provider, fetch)
    return store.job(job.id)


def nowhere() -> httpx.Response:
    """A film at an address that is refused without a request."""
    return task(creations=[{"id": "2", "url": "http://127.0.0.1/film.mp4"}])


def ended(store: JobStore, job: Job) -> Job:
    store.finish(started(store, job), "fetching", 4.0, None)
    return store.job(job.id)


def test_file_of_a_job_is_kept_under_its_name_with_its_sum(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    found = fetched(store, Provider(), ended(store, job))
    assert (found.state, found.size, found.sha256) == ("done", len(FILM), hashlib.sha256(FILM).hexdigest())
    assert found.file == str(tmp_path / f"{job.target}.mp4")
    assert (tmp_path / f"{job.target}.mp4").read_bytes() == FILM


def test_file_of_a_job_ends_as_its_address_does(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider = Provider()
    provider.status = lambda: task(creations=[{"id": "2", "url": "https://files.example/film.webm?sig=1"}])
    assert fetched(store, provider, ended(store, job)).file == str(tmp_path / f"{job.target}.webm")


def test_file_that_does_not_come_at_once_is_asked_for_again(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider = Provider()
    answers = iter([nowhere(), httpx.Response(503, json={"message": "away"})])
    provider.status = lambda: next(answers, task())
    assert fetched(store, provider, ended(store, job)).state == "done"


def test_job_whose_file_never_comes_stays_paid_and_says_why(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    provider = Provider()
    provider.status = nowhere
    found = fetched(store, provider, ended(store, job))
    assert (found.state, found.stage, found.credits) == ("failed", "fetch", 4.0)
    assert "not public" in (found.note or "")
    assert "download(" not in (found.note or "")  # `vidu batch retry` is what to do here
    assert len(provider.asked) >= FETCH_TRIES
    assert sums(store) == (4.0, 0.0, 0)
