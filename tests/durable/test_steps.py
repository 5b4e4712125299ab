"""Submits and waits of a job: what its row says, and what is reserved and spent, after each answer of the provider."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Final
from unittest.mock import AsyncMock, Mock

import httpx
import pytest
from job_store_rig import REFERENCE, Plan, begin, set_rows, started, sums
from steps_rig import TASK, Provider, run, run_step

from vidu_ext.durable import Job, StorageFullError
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import jobs
from vidu_ext.durable.job import OPEN
from vidu_ext.durable.reports import progress
from vidu_ext.durable.workers.steps import REFUSALS
from vidu_ext.values.errors import CallError
from vidu_ext.values.submission import Submission

pytest_plugins = ["batch_fixtures"]
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def no_route() -> httpx.Response:
    raise httpx.ConnectError("no route to host")


def answer(status: int, message: str) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(status, json={"message": message})


# -- submit ---------------------------------------------------------------------------------------------------------------

HOLDING: Final[dict[str, tuple[Callable[[], httpx.Response], str, str]]] = {
    "no connection": (no_route, "busy", "did not reach"),
    "too many": (answer(429, "later"), "busy", "later"),
    "wrong key": (answer(401, "who are you"), "key", "who are you"),
    "no credits": (answer(402, "top up"), "credits", "top up"),
}


@pytest.mark.parametrize(("create", "held", "reason"), HOLDING.values(), ids=HOLDING)
def test_job_whose_request_created_nothing_is_queued_again_with_the_reason(
    store: JobStore, job: Job, create: Callable[[], httpx.Response], held: str, reason: str
) -> None:
    provider = Provider()
    provider.create = create
    after = run_step(store, provider, job, stop_when=lambda: store.job(job.id).held is not None)
    assert (after.state, after.held, after.reserved, after.submission) == ("queued", held, 0.0, None)
    assert reason in (after.note or "")
    assert sums(store) == (0.0, 0.0, 0)
    assert len(provider.requests) == 1


@pytest.mark.parametrize(("status", "seconds"), [(401, 5.0), (402, 5.0), (429, 0.5)])
def test_job_held_by_its_account_is_tried_again_after_the_pause_of_accounts(
    store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch, status: int, seconds: float
) -> None:
    monkeypatch.setattr("vidu_ext.durable.workers.submit_step.ACCOUNT_PAUSE", 0.01)
    provider, end = Provider(), time.monotonic() + seconds
    provider.create = answer(status, "no")
    run_step(store, provider, job, stop_when=lambda: len(provider.requests) > 1 or time.monotonic() > end)
    assert (len(provider.requests) > 1) is (status != 429)


@pytest.mark.parametrize(("unlisted", "state", "paid"), [(True, "running", 1), (False, "failed", 0)])
def test_job_with_a_model_that_is_not_listed_is_sent_only_if_its_batch_allows_that(
    store: JobStore, job: Job, unlisted: bool, state: str, paid: int
) -> None:
    provider = Provider()
    request = {**json.loads(job.request), "model": "viduq9", "unlisted": unlisted}
    set_rows(store, jobs, request=json.dumps(request))
    after = run_step(store, provider, job)
    assert (after.state, provider.paid, "viduq9" in (after.note or "")) == (state, paid, not unlisted)


def test_refused_job_fails_and_is_not_paid(store: JobStore, job: Job) -> None:
    provider = Provider()
    provider.create = lambda: httpx.Response(400, json={"reason": "FieldInvalid", "message": "duration"})
    after = run_step(store, provider, job)
    assert (after.state, after.stage, after.reserved, after.submission) == ("failed", "submit", 0.0, None)
    assert "duration" in (after.note or "")
    assert sums(store) == (0.0, 0.0, 0)


def test_idempotency_key_is_recorded_before_the_request_is_sent(store: JobStore, job: Job) -> None:
    """Only by this key can a later worker find the task, or prove that there is none."""
    provider, recorded = Provider(), list[Submission]()

    def create() -> httpx.Response:
        recorded.append(Submission.parse(store.job(job.id).submission or ""))
        return provider.created()

    provider.create = create
    assert run_step(store, provider, job).reference == REFERENCE
    key = job.idempotency_key(store.salt)
    (submission,) = recorded
    assert (submission.idempotency_key, submission.key_is_ours, submission.body["payload"]) == (key, True, key)
    assert provider.bodies[0]["payload"] == key
    assert sums(store) == (0.0, 4.0, 1)


def test_reference_that_cannot_be_recorded_is_logged(
    store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, a full disk lost the references of paid tasks; those of Zenlayer are in no list."""
    monkeypatch.setattr(JobStore, "accept", Mock(side_effect=StorageFullError("the disk of the database is full")))
    run(store, Provider(), lambda steps: steps.submit(job), stop_when=lambda: REFERENCE in caplog.text)
    assert f"vidu batch settle {job.batch} --key {job.key} --reference {REFERENCE}" in caplog.text


def test_job_becomes_unknown_if_its_answer_is_lost_and_the_provider_cannot_be_searched(store: JobStore, job: Job) -> None:
    provider = Provider()
    provider.create = provider.status = answer(503, "away")
    after = run_step(store, provider, job)
    assert (after.state, after.reserved) == ("unknown", 4.0)
    assert "may or may not have" in (after.note or "")
    assert sums(store) == (0.0, 4.0, 0)
    assert provider.requests.count("POST /ent/v2/text2video") == 1


def test_job_whose_task_cannot_be_searched_for_becomes_unknown_at_once(store: JobStore, job: Job) -> None:
    """This operation sends no idempotency key back, and its tasks are in no list."""
    song = "https://example.com/song.mp3"
    request = {"kind": "vidu.createMusicVideo", "images": ["https://example.com/a.png"], "audio_url": song}
    set_rows(store, jobs, request=json.dumps(request))
    provider = Provider()
    provider.create = answer(503, "away")
    after = run_step(store, provider, job)
    assert (after.state, after.reserved, len(provider.requests)) == ("unknown", 4.0, 1)
    assert (after.note or "").startswith("vidu may or may not have accepted the request: HTTP 503, away.")


def test_job_whose_files_cannot_be_uploaded_is_held_with_the_reason(
    store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = AsyncMock(side_effect=CallError("vidu", "createUpload", "the storage is away"))
    monkeypatch.setattr("vidu_ext.client.async_vidu.AsyncVidu.prepare", failing)
    after = run_step(store, Provider(), job, stop_when=lambda: store.job(job.id).held is not None)
    assert (after.state, after.held, after.reserved) == ("queued", "busy", 0.0)
    assert "the storage is away" in (after.note or "")


def test_job_is_not_sent_if_the_lease_is_lost_after_the_reservation(store: JobStore, job: Job) -> None:
    provider, answers = Provider(), iter([True, False])
    held = run_step(
        store, provider, job, can_send=lambda: next(answers, False), stop_when=lambda: store.job(job.id).held is not None
    )
    assert (held.state, held.held, sums(store)) == ("queued", "database", (0.0, 0.0, 0))
    assert not provider.requests


def test_job_that_is_cancelled_while_it_is_prepared_is_not_sent(
    store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = store.begin

    def cancelled_before(queued: Job, submission: str) -> object:
        set_rows(store, jobs, cancel=True)
        return begin(queued, submission)

    monkeypatch.setattr(store, "begin", cancelled_before)
    provider = Provider()
    assert run_step(store, provider, job).state == "canceled"
    assert (provider.requests, sums(store)) == ([], (0.0, 0.0, 0))


@pytest.mark.parametrize("state", sorted(OPEN))
def test_job_is_left_to_its_newer_workflow(store: JobStore, job: Job, state: str) -> None:
    """A job that was held, cancelled and retried has two. Once, one sent what the other had on the wire."""
    provider = Provider()
    set_rows(store, jobs, state=state, run=2)
    run(store, provider, lambda steps: steps.run(job.id, job.workflow))
    assert (store.job(job.id).state, provider.requests) == (state, [])


def test_cost_of_a_probe_is_learned_while_it_runs(store: JobStore, plan: Plan) -> None:
    """Once, it had reserved the whole budget, so every other job waited for its end."""
    first, second = plan(2, ceilings={"": 100.0})
    provider, probe = Provider(state="processing", credits=19, creations=[]), started(store, first)
    run(store, provider, lambda steps: steps.wait(probe), stop_when=lambda: store.job(first.id).reserved == 19.0)
    assert sums(store) == (0.0, 19.0, 1)
    assert begin(store, second) == "sending"
    assert sums(store) == (0.0, 38.0, 2)


@pytest.mark.parametrize(("step", "state", "reserved"), [("prepare", "failed", 0.0), ("send", "unknown", 4.0)])
def test_unexpected_error_fails_the_job_or_makes_it_unknown_if_it_may_be_paid(
    store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch, step: str, state: str, reserved: float
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of paper")

    monkeypatch.setattr(f"vidu_ext.client.async_vidu.AsyncVidu.{step}", broken)
    run(store, Provider(), lambda steps: steps.run(job.id, job.workflow))
    after = store.job(job.id)
    assert (after.state, after.note, after.reserved) == (state, "RuntimeError: out of paper", reserved)


def test_unexpected_error_of_an_older_workflow_leaves_the_job_to_the_newer_one(
    store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, the running task of the newer one became unknown."""

    async def overtaken(*_: object, **__: object) -> None:
        set_rows(store, jobs, run=2)
        started(store, store.job(job.id))
        raise RuntimeError("out of paper")

    monkeypatch.setattr("vidu_ext.client.async_vidu.AsyncVidu.prepare", overtaken)
    run(store, Provider(), lambda steps: steps.run(job.id, job.workflow))
    assert (store.job(job.id).state, store.job(job.id).note) == ("running", None)


# -- wait -----------------------------------------------------------------------------------------------------------------


def test_job_that_was_cancelled_while_it_was_sent_is_cancelled_at_the_provider(store: JobStore, job: Job) -> None:
    """By the step that waits, in any worker: once, it was paid if its worker died right after its task was known."""
    provider = Provider()
    set_rows(store, jobs, state="sending", cancel=True)
    store.accept(job, REFERENCE)
    run_step(store, provider, store.job(job.id))
    assert provider.requests[0] == f"POST /ent/v2/tasks/{TASK}/cancel"


@pytest.mark.parametrize(
    ("code", "state", "stage"), [("TaskPromptPolicyViolation", "failed", "task"), ("UserCancelled", "canceled", None)]
)
def test_task_without_result_ends_the_job_with_its_code_and_costs_nothing(
    store: JobStore, job: Job, code: str, state: str, stage: str | None
) -> None:
    after = run_step(store, Provider(state="failed", err_code=code, creations=[]), started(store, job))
    assert (after.state, after.stage, after.credits) == (state, stage, 0.0)
    assert code in (after.note or "")


def test_job_becomes_unknown_if_the_provider_does_not_know_its_task(
    store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vidu_ext.flows.poll.NEWBORN_SECONDS", 0.0)
    provider = Provider()
    provider.status = answer(404, "never heard of it")
    runs = started(store, job)
    after = run_step(store, provider, runs)
    assert (after.state, after.reference, after.reserved) == ("unknown", runs.reference, 4.0)
    assert "never heard of it" in (after.note or "")
    assert len(provider.requests) == REFUSALS


@pytest.mark.parametrize("status", [401, 403])
def test_running_job_waits_until_a_refused_key_is_accepted_again(
    store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr("vidu_ext.durable.workers.steps.ACCOUNT_PAUSE", 0.01)
    monkeypatch.setattr("vidu_ext.flows.poll.NEWBORN_SECONDS", 0.0)
    provider, held_reasons = Provider(charge="5"), list[dict[str, str]]()

    def refuse() -> httpx.Response:
        held_reasons.append(dict(progress(store, "batch").held))
        if len(held_reasons) == 9:
            provider.status = None
        return answer(status, "no")()

    provider.status = refuse
    after = run_step(store, provider, started(store, job))
    assert (after.state, after.held, after.credits) == ("fetching", None, 5.0)
    assert held_reasons == [{}] + [{"vidu": "the account's key is refused"}] * 8


def test_wait_for_an_earlier_task_of_a_job_continues_with_its_latest_task(store: JobStore, job: Job) -> None:
    provider = Provider(charge="3")
    runs = started(store, job)

    def failed() -> httpx.Response:
        set_rows(store, jobs, reference=f"{REFERENCE}2", attempt=2)
        provider.status = None
        return httpx.Response(200, json={"state": "failed"})

    provider.status = failed
    after = run_step(store, provider, runs)
    assert (after.state, after.reference, after.credits) == ("fetching", f"{REFERENCE}2", 3.0)


def test_task_that_succeeded_without_a_file_is_paid_and_its_file_is_requested_later(store: JobStore, job: Job) -> None:
    """Once, the job became unknown, although its task had succeeded and its charge was known."""
    after = run_step(store, Provider(charge="3", creations=[]), started(store, job))
    assert (after.state, after.credits) == ("fetching", 3.0)
