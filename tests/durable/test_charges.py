"""Charges that providers report: which ones enter the sums of a batch, and which ones are replaced by the estimate."""

from __future__ import annotations

import json
import logging
from typing import Any, Final

import httpx
import pytest
from job_store_rig import Plan, begin, money, set_rows
from steps_rig import TASK, Provider, run_all, run_step

from vidu_ext.client.settings import Settings
from vidu_ext.client.vidu import Vidu
from vidu_ext.durable import Job, Patience
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import budgets, jobs
from vidu_ext.durable.reports import exported
from vidu_ext.values.tasks import Snapshot

pytest_plugins = ["batch_fixtures"]

ODD: Final = (
    "-1000", "-0.01", "NaN", "Infinity", "-Infinity", "1e300", "1e9", "true", "false", "[60]", '{"amount": 60}', "1" + "0" * 400,
    '"-3"', '"1e9"', '"inf"', '"nan"', '"many"',
)  # fmt: skip
"""Impossible charges, as JSON."""
WITHOUT_RESULT: Final = ("CreationPolicyViolation", "UserCancelled")


@pytest.fixture
def database(sqlite_database: str) -> str:
    return sqlite_database


@pytest.mark.parametrize("charge", ["-1000", "1e300", "true", "null", "0", '"0"', "-0.0"])
def test_impossible_or_missing_charge_is_booked_as_the_estimate(store: JobStore, plan: Plan, charge: str) -> None:
    """Once, a charge of -1000 credits widened a budget of 20 by 1000 with every task."""
    provider = Provider(charge=charge)
    run_all(store, provider, plan(4, price=10.0, ceilings={"": 20.0}))
    assert (provider.paid, money(store)) == (2, (20.0, 0.0))


def test_job_beyond_the_budget_is_not_sent_and_makes_room_for_a_batch_that_waits(
    store: JobStore, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its step ends while it is queued, so that it goes to the end of the queue."""
    provider = Provider()
    first, second = plan(2, price=15.0, ceilings={"": 20.0})
    run_step(store, provider, first)

    def is_waiting(_job: Job) -> bool:
        return True

    monkeypatch.setattr(store, "other_batch_waits", is_waiting)
    after = run_step(store, provider, second, patience=Patience(hold_pause=0.01, yield_after=0.01))
    assert (after.state, after.held, after.run, provider.paid) == ("queued", "budget", 2, 1)


def test_job_whose_task_is_that_of_another_job_is_unknown(store: JobStore, plan: Plan) -> None:
    """One of the two has no task, or is paid under an id that no answer had."""
    provider = Provider()
    first, second = plan(2, price=4.0)
    run_step(store, provider, first)
    provider.create = lambda: httpx.Response(200, json={"task_id": TASK, "state": "created"})
    after = run_step(store, provider, second)
    assert (after.state, after.note) == ("unknown", "the task that was found belongs to another job")


@pytest.mark.parametrize("charge", ["-1000", "1e300", "true", "null", "0"])
def test_impossible_or_missing_charge_of_a_probe_is_all_that_it_reserved_and_is_not_learned(
    store: JobStore, plan: Plan, charge: str
) -> None:
    """Once, a learned cost of -1000 became the estimate of the next jobs."""
    first, second = plan(2, ceilings={"": 20.0})
    run_all(store, Provider(charge=charge), [first])
    assert money(store) == (20.0, 0.0)
    assert begin(store, second) == "budget"


@pytest.mark.parametrize("code", WITHOUT_RESULT)
@pytest.mark.parametrize(("charge", "spent"), [("0", 0.0), ("4", 4.0), ('"15"', 15.0), ("null", 0.0), ("-5", 10.0)])
def test_task_without_result_costs_what_is_reported_and_the_estimate_if_that_is_impossible(
    store: JobStore, plan: Plan, code: str, charge: str, spent: float
) -> None:
    (job,) = plan(1, price=10.0, ceilings={"": 20.0})
    run_all(store, Provider(charge=charge, state="failed", err_code=code), [job])
    assert money(store) == (spent, 0.0)
    assert ("reports an impossible charge of -5" in (store.job(job.id).note or "")) == (charge == "-5")


@pytest.mark.parametrize("provider", ["comfy", "skills_video", "zenlayer"])
def test_failed_task_costs_the_estimate_if_no_document_says_that_it_is_free(store: JobStore, plan: Plan, provider: str) -> None:
    """Vidu's page of prices says so for Vidu; nothing is documented about the others."""
    (job,) = plan(1, price=10.0, ceilings={"": 20.0})
    set_rows(store, jobs, provider=provider)
    set_rows(store, budgets, budgets.c.scope == "vidu", scope=provider)
    run_all(store, Provider(state="failed", err_code="CreationPolicyViolation"), [job])
    assert money(store) == (10.0, 0.0)
    assert "whether it is charged is not documented" in (store.job(job.id).note or "")


def test_impossible_charge_is_logged_and_noted_in_the_export(
    store: JobStore, plan: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    (job,) = plan(1, price=10.0)
    with caplog.at_level(logging.WARNING):
        run_all(store, Provider(charge="-1000"), [job])
    row = exported(store.job(job.id))
    assert "-1000" in str(row["note"])
    assert row["credits"] == 10.0
    warnings = [record for record in caplog.records if "-1000" in record.getMessage()]
    assert [record.name for record in warnings] == ["vidu_ext", "vidu_ext.durable"]
    assert job.id in warnings[-1].getMessage()


def snapshot_of(provider: str, answer: dict[str, Any]) -> Snapshot:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=json.dumps(answer)))
    with Vidu({provider: "key"}, settings=Settings(transport=transport)) as vidu:
        return vidu.status(f"{provider}:1")


@pytest.mark.parametrize("charge", ODD)
def test_snapshot_has_an_impossible_charge_as_odd_charge_and_no_credits(charge: str) -> None:
    reported = json.loads(charge)
    for provider, answer in {
        "vidu": {"id": "1", "state": "success", "credits": reported},
        "zenlayer": {"id": "1", "state": "success", "credits": reported},
        "skills_video": {"id": "1", "status": "COMPLETED", "usage": {"total": reported}},
    }.items():
        snapshot = snapshot_of(provider, answer)
        assert snapshot.credits is None
        assert snapshot.odd_charge
        assert len(snapshot.odd_charge) <= 40


@pytest.mark.parametrize("reported", [None, ""])
def test_snapshot_without_a_charge_has_no_odd_charge(reported: None | str) -> None:
    snapshot = snapshot_of("vidu", {"id": "1", "state": "processing", "credits": reported})
    assert (snapshot.credits, snapshot.odd_charge) == (None, None)
