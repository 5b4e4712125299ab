"""Batches from their rows to their files, with a worker: budgets, priorities, rates, retries and exports."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path

import pytest
from batch_provider import ProviderProcess, most_at_once, sha256_of
from batch_rig import Rig, rows

from vidu_ext.durable import Limits, batch_commands, reports
from vidu_ext.durable.dispatch import register_queue

pytest_plugins = ["batch_fixtures"]


@pytest.fixture
def rig(studio: Rig, provider: ProviderProcess, request: pytest.FixtureRequest) -> Rig:
    """A batch of its own in a database that a worker is running on."""
    del provider  # its fixture resets the ledger
    studio.batch = str(request.node.name)[:60]
    return studio


def limit(rig: Rig, limits: Limits) -> None:
    """Change the limits of the running worker, which reads them once per poll."""
    register_queue(rig.batches.store.client, "vidu", limits)
    time.sleep(1.0)


def test_batch_whose_budget_is_reached_leaves_the_account_to_another_batch(provider: ProviderProcess, rig: Rig) -> None:
    limit(rig, Limits(concurrency=2))
    poor, rich = f"{rig.batch}-poor", f"{rig.batch}-rich"
    rig.batch = poor
    rig.plan(rows(4, price=55.0), concurrency=2, ceilings={"": 60.0})
    rig.until(lambda: rig.progress().is_stuck)
    rig.batch = rich
    rig.plan(rows(2), concurrency=2)
    rig.finish()
    rig.batch = poor
    assert (rig.progress().counts["done"], rig.progress().counts["queued"]) == (1, 3)
    assert rig.progress().is_stuck
    batch_commands.set_ceilings(rig.batches, poor, {"": 1_000.0})
    rig.finish()
    assert rig.progress().counts["done"] == 4
    assert len(provider.ledger()["paid"]) == 6


def test_jobs_start_in_the_order_of_their_priority(provider: ProviderProcess, rig: Rig) -> None:
    limit(rig, Limits(concurrency=1))
    urgent, late = {"key": "urgent", "prompt": "now", "priority": 7}, {"key": "late", "prompt": "later", "priority": -7}
    rig.plan([*rows(1), urgent, late], concurrency=1)
    rig.finish()
    order = sorted(rig.jobs().values(), key=lambda job: job.submitted or 0.0)
    assert (order[0].key, order[-1].key) == ("urgent", "late")
    assert most_at_once(provider.ledger()["paid"], "vidu") == 1


def test_rate_of_an_account_is_kept(provider: ProviderProcess, rig: Rig) -> None:
    limits = Limits(concurrency=10, rate=2, period=1.0)
    limit(rig, limits)
    rig.plan(rows(3), limits={"vidu": limits})
    rig.finish()
    with rig.batches.store.writing() as connection:
        starts = connection.exec_driver_sql(
            "SELECT started_at_epoch_ms / 1000.0 FROM workflow_status WHERE workflow_uuid LIKE ? ORDER BY 1", (f"{rig.batch}/%",)
        )
        moments = [row[0] for row in starts]
    assert len(moments) == len(provider.ledger()["paid"]) == 3
    assert all(later - sooner >= 1.0 for sooner, later in zip(moments, moments[2:], strict=False)), moments


def test_retry_sends_a_failed_job_again_once(provider: ProviderProcess, rig: Rig) -> None:
    provider.set_rules(
        [
            {"kind": "task_fails", "operation": "create", "nth": 1},
            {"kind": "http_503", "operation": "download", "provider": "vidu"},
        ]
    )
    rig.plan(rows(2))
    rig.until(lambda: any(job.stage == "task" for job in rig.jobs().values()))
    failed = next(job for job in rig.jobs().values() if job.stage == "task")
    assert failed.credits == 0.0
    assert "ended as" in (failed.note or "")
    provider.set_rules([])
    assert batch_commands.retry(rig.batches, [failed]) == 1
    assert batch_commands.retry(rig.batches, [failed]) == 0
    rig.finish()
    now = rig.jobs()[failed.key]
    assert (now.state, now.attempt) == ("done", 2)
    assert now.reference != failed.reference
    assert len(provider.ledger()["paid"]) == 3


def test_retry_of_a_failed_download_pays_nothing(provider: ProviderProcess, rig: Rig) -> None:
    rig.plan(rows(1))
    rig.files.write_text("a file at the path of the folder")
    rig.finish()
    (job,) = rig.jobs().values()
    assert (job.state, job.stage) == ("failed", "fetch")
    assert "cannot be created" in (job.note or "")
    rig.files.unlink()
    assert batch_commands.retry(rig.batches, [job]) == 1
    rig.finish()
    (job,) = rig.jobs().values()
    assert (job.state, job.attempt) == ("done", 1)
    assert len(provider.ledger()["paid"]) == 1


def test_export_has_request_cost_file_and_times_of_each_job(rig: Rig) -> None:
    rig.plan(rows(2, name="=film {row:03}", values={"take": "001"}), template="{key}")
    rig.finish()
    lines, table = io.StringIO(), io.StringIO()
    for form, stream in (("jsonl", lines), ("csv", table)):
        assert reports.export(reports.every_job(rig.batches.store, rig.batch), stream, form=form) == 2
    documents = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [document["row"] for document in documents] == [1, 2]
    for document, cells in zip(documents, csv.DictReader(io.StringIO(table.getvalue())), strict=True):
        assert document["credits"] == 55.0
        assert document["state"] == cells["state"] == "done"
        assert sha256_of(Path(document["file"])) == document["sha256"] == cells["sha256"]
        assert document["submitted"] < document["finished"] < document["ended"]
        assert document["ended"].endswith("Z")
        assert document["batch"] == cells["batch"] == rig.batch
        assert document["prompt"] == cells["prompt"] != ""
        assert document["values"] == cells["values"] == '{"take": "001"}'
        assert document["model"] == (cells["model"] or None)
