"""Batches from their rows to their files: budgets, priorities, second tries, wishes to cancel, and manifests run twice."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from batch_provider import ProviderProcess, most_at_once, sha256_of
from batch_rig import Rig

from vidu_ext.client.vidu import Vidu
from vidu_ext.durable import (
    Batches,
    BatchOptions,
    DatabaseError,
    Limits,
    ManifestError,
    Patience,
    WorkerOptions,
    batch_commands,
    reports,
)
from vidu_ext.durable.database.tables import database_url, shown_database
from vidu_ext.durable.dispatch import enqueue, register_queues
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.requests import Request

pytest_plugins = ["batch_fixtures"]


@pytest.fixture
def rig(studio: Rig, provider: ProviderProcess, request: pytest.FixtureRequest) -> Rig:
    """A batch of its own in a database with a worker at it."""
    del provider  # which forgets the test before
    studio.batch = str(request.node.name)[:60]
    return studio


def limit(rig: Rig, limits: Limits) -> None:
    """Have a worker that is at work already obey other limits; it looks at them once between two looks for jobs."""
    register_queues(rig.batches.client, "vidu", limits)
    time.sleep(1.0)


def rows(number: int, **members: Any) -> list[dict[str, Any]]:
    return [{"key": f"k{index:02}", "prompt": f"a bird, {index}", **members} for index in range(number)]


def test_budget_is_exceeded_or_forgotten(provider: ProviderProcess, rig: Rig) -> None:
    """One job is sent first to learn the cost; at the ceiling the others stay queued, and a higher one lets them go."""
    rig.plan(rows(8, duration=6), ceilings={"": 200.0})  # of Vidu's 66 credits each
    rig.until(lambda: rig.progress().is_stuck)
    stuck = rig.progress()
    assert (stuck.counts["done"], stuck.counts["queued"]) == (3, 5)
    assert stuck.money[""].spent == 198.0
    assert stuck.held == {"vidu": "the budget is reached"}
    assert sum(provider.ledger()["spent"].values()) == 198.0
    batch_commands.set_ceilings(rig.batches, rig.batch, {"": 528.0})
    rig.finish()
    assert rig.progress().counts["done"] == 8
    assert sum(provider.ledger()["spent"].values()) == 528.0


def test_batch_without_credits_keeps_the_account_from_another(provider: ProviderProcess, rig: Rig) -> None:
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


def test_error_that_nobody_foresaw_stops_the_batch(provider: ProviderProcess, rig: Rig) -> None:
    rig.plan(rows(1))
    rig.finish()
    rig.batch += "-broken"
    with rig.batches.store.writing() as connection:
        change = "UPDATE vidu_jobs SET request = '5' WHERE key = 'k00' AND batch = new.batch;"
        connection.exec_driver_sql(f"CREATE TRIGGER broken AFTER INSERT ON vidu_jobs BEGIN {change} END")
    rig.plan(rows(2))
    rig.finish()
    with rig.batches.store.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER broken")
    broken = rig.jobs()["k00"]
    assert (broken.state, broken.stage, rig.states()["k01"]) == ("failed", "submit", "done")
    assert "AttributeError" in (broken.note or "")
    assert len(provider.ledger()["paid"]) == 2


def a_hundred_at_vidu(request: Request, account: str) -> float | None:
    return 100.0 if account == "vidu" and request.duration else None


def test_price_of_the_user_is_not_asked(provider: ProviderProcess, sqlite_database: str, tmp_path: Path) -> None:
    with Rig(provider, sqlite_database, tmp_path) as rig:
        rig.plan(
            rows(4),
            ceilings={"vidu": 200.0},
            price=a_hundred_at_vidu,
        )
        assert {job.price for job in rig.jobs().values()} == {100.0}
        first = rig.jobs()["k00"]
        assert rig.batches.store.begin(first, "x").moved == "moved"
        assert rig.progress().money["vidu"].reserved == 100.0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (-100.0, "row 2: the result of the price function must be a finite number of credits, at least 0; it is -100.0"),
        ("11", "it is '11'"),
        (float("inf"), "it is inf"),
        (float("nan"), "it is nan"),
        (True, "it is True"),
        (KeyError("bird"), "row 2: the price function raised KeyError: 'bird'"),
    ],
)
def test_nonsense_is_reserved_for_a_job(provider: ProviderProcess, tmp_path: Path, given: Any, said: str) -> None:
    def price(_request: Request, _account: str) -> float | None:
        if isinstance(given, Exception):
            raise given
        found: float = given
        return found

    with Rig(provider, f"sqlite:///{tmp_path}/none.sqlite", tmp_path) as rig, pytest.raises(ManifestError) as caught:
        rig.plan([{"prompt": "a bird", "price": 5}, {"prompt": "a fish"}], price=price)
    assert [fault.row for fault in caught.value.faults] == [2]
    assert said in str(caught.value)


def test_same_manifest_pays_again(provider: ProviderProcess, rig: Rig) -> None:
    rig.plan(rows(3))
    rig.finish()
    again = rig.plan([*rows(3), {"key": "new", "prompt": "another"}])
    assert (again.new, again.known) == (1, 3)
    rig.finish()
    assert len(provider.ledger()["paid"]) == 4
    assert len(list(rig.files.iterdir())) == 4


def test_rows_that_were_not_written_are_forgotten(
    provider: ProviderProcess, sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_killed_at_the_fourth(*arguments: Any) -> None:
        enqueue(*arguments)
        if arguments[2].key == "k03":
            raise KeyboardInterrupt

    monkeypatch.setattr("vidu_ext.durable.batches.ROWS_AT_ONCE", 2)
    with Rig(provider, sqlite_database, tmp_path) as rig:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("vidu_ext.durable.dispatch.enqueue", is_killed_at_the_fourth)
            rig.plan(rows(5))
        assert (rig.progress().total, rig.progress().planned) == (2, 5)
        again = rig.plan(rows(5))
        assert (again.new, again.known, rig.progress().total, rig.progress().planned) == (3, 2, 5, None)


def nothing_yet(_batch: str) -> set[str]:
    """The keys that are known a moment before another process has planned."""
    return set()


def test_row_that_another_process_wrote_is_counted_as_new(
    provider: ProviderProcess, sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Rig(provider, sqlite_database, tmp_path) as rig:
        rig.plan(rows(1))
        monkeypatch.setattr(rig.batches, "_known", nothing_yet)
        again = rig.plan(rows(2))
        assert (again.new, again.known, rig.progress().total) == (1, 1, 2)


def test_urgent_job_waits_behind_the_others(provider: ProviderProcess, rig: Rig) -> None:
    limit(rig, Limits(concurrency=1))
    rig.plan(
        [*rows(1), {"key": "urgent", "prompt": "now", "priority": 7}, {"key": "late", "prompt": "later", "priority": -7}],
        concurrency=1,
    )
    rig.finish()
    order = sorted(rig.jobs().values(), key=lambda job: job.submitted or 0.0)
    assert (order[0].key, order[-1].key) == ("urgent", "late")
    assert most_at_once(provider.ledger()["paid"], "vidu") == 1


def test_rate_of_an_account_is_exceeded(provider: ProviderProcess, rig: Rig) -> None:
    limits = Limits(concurrency=10, rate=2, period=1.0)
    limit(rig, limits)
    rig.plan(rows(3), limits={"vidu": limits})
    rig.finish()
    with rig.batches.store.writing() as connection:
        started = connection.exec_driver_sql(
            "SELECT started_at_epoch_ms / 1000.0 FROM workflow_status WHERE workflow_uuid LIKE ? ORDER BY 1", (f"{rig.batch}/%",)
        )
        moments = [row[0] for row in started]
    assert len(moments) == len(provider.ledger()["paid"]) == 3
    assert all(later - sooner >= 1.0 for sooner, later in zip(moments, moments[2:], strict=False)), moments


def test_failed_job_is_paid_again_or_never_tried_again(provider: ProviderProcess, rig: Rig) -> None:
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


def test_result_that_was_not_downloaded_is_paid_again(provider: ProviderProcess, rig: Rig) -> None:
    rig.plan(rows(1))
    rig.files.write_text("a file is where the folder should be")
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


def test_file_that_was_there_is_replaced(rig: Rig) -> None:
    rig.files.mkdir()
    (rig.files / "k00.mp4").write_text("cut by hand")
    rig.plan(rows(1))
    rig.finish()
    (job,) = rig.jobs().values()
    assert job.file == str(rig.files / "k00~2.mp4")
    assert sha256_of(rig.files / "k00~2.mp4") == job.sha256
    assert (rig.files / "k00.mp4").read_text() == "cut by hand"
    assert len(list(rig.files.iterdir())) == 2


def test_file_that_was_not_recorded_is_kept_twice(provider: ProviderProcess, rig: Rig) -> None:
    """Its worker died between file and record, so it is downloaded once more, and known by its bytes."""
    rig.plan(rows(1))
    rig.finish()
    (before,) = rig.jobs().values()
    with rig.batches.store.writing() as connection:
        change = "UPDATE vidu_jobs SET state = 'fetching', file = NULL, sha256 = NULL WHERE id = ?"
        connection.exec_driver_sql(change, (before.id,))
    rig.until(lambda: batch_commands.requeue_lost(rig.batches, rig.batch) == 1)  # once its workflow has ended
    rig.finish()
    (job,) = rig.jobs().values()
    assert (job.file, job.sha256) == (before.file, before.sha256)
    assert [str(path) for path in rig.files.iterdir()] == [before.file]
    assert len(provider.ledger()["paid"]) == 1


def test_wish_to_cancel_is_lost(provider: ProviderProcess, sqlite_database: str, tmp_path: Path) -> None:
    with Rig(provider, sqlite_database, tmp_path) as rig, Vidu(rig.accounts) as vidu:
        rig.plan(rows(3))
        before = batch_commands.cancel(rig.batches, batch_commands.select_jobs(rig.batches, "batch", ["k00"]), vidu)
        assert before.before_sending == 1
        with pytest.raises(ConfigurationError, match="no job 'k99'"):
            batch_commands.select_jobs(rig.batches, "batch", ["k99"])
        assert rig.states() == {"k00": "canceled", "k01": "queued", "k02": "queued"}
        (workflow,) = rig.batches.client.list_workflows(workflow_ids=[rig.jobs()["k00"].workflow])
        assert workflow.status == "CANCELLED"
        assert batch_commands.requeue_lost(rig.batches, "batch") == 0


def test_task_is_not_cancelled_at_the_provider(sqlite_database: str, tmp_path: Path) -> None:
    with (
        ProviderProcess(queue_seconds=30.0, processing_seconds=30.0, concurrency=1) as provider,
        Rig(provider, sqlite_database, tmp_path) as rig,
        Vidu(rig.accounts) as vidu,
    ):
        rig.plan(rows(2))
        rig.work()
        rig.until(lambda: set(rig.states().values()) == {"running"})
        done = batch_commands.cancel(rig.batches, batch_commands.select_jobs(rig.batches, "batch", []), vidu)
        assert done.at_provider == 2
        rig.finish()
        assert set(rig.states().values()) == {"canceled"}
        assert rig.progress().money[""].spent == 0.0
        assert sum(provider.ledger()["spent"].values()) == 0.0


def test_worker_takes_jobs_of_an_account_that_it_has_no_key_for(
    provider: ProviderProcess, sqlite_database: str, tmp_path: Path
) -> None:
    with Rig(provider, sqlite_database, tmp_path, providers=("vidu", "comfy")) as rig:
        rig.plan([{"key": "v", "prompt": "a", "account": "vidu"}, {"key": "c", "prompt": "b", "account": "comfy"}])
        rig.work(accounts=["comfy"])
        rig.until(lambda: rig.states()["c"] == "done")
        assert rig.states()["v"] == "queued"
        rig.work(accounts=["vidu"])
        rig.finish()


def test_workflow_that_was_lost_is_never_missed(provider: ProviderProcess, sqlite_database: str, tmp_path: Path) -> None:
    with Rig(provider, sqlite_database, tmp_path) as rig:
        rig.plan(rows(2))
        rig.batches.client.delete_workflow(rig.jobs()["k00"].workflow)
        rig.batches.client.cancel_workflow(rig.jobs()["k01"].workflow)
        assert batch_commands.requeue_lost(rig.batches, "batch") == 2
        rig.work()
        rig.finish()
        assert set(rig.states().values()) == {"done"}
        assert len(provider.ledger()["paid"]) == 2


def test_export_hides_what_a_job_cost_or_where_its_file_is(rig: Rig) -> None:
    rig.plan(rows(2, name="=film {row:03}", values={"take": "001"}), template="{key}")
    rig.finish()
    lines, table = io.StringIO(), io.StringIO()
    assert reports.export_jsonl(reports.every_job(rig.batches.store, rig.batch), lines) == 2
    assert reports.export_csv(reports.every_job(rig.batches.store, rig.batch), table) == 2
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


def test_equal_rows_get_a_word(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    row = {"prompt": "a bird"}
    rig.plan([row, {"prompt": "another"}, row, {**row, "key": "mine"}, {**row, "key": "yours"}])
    (line,) = [one.getMessage() for one in caplog.records if "equal" in one.getMessage()]
    assert line.startswith("rows 1 and 3 are equal, and each is generated and paid")


def test_different_rows_get_no_word(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.plan([{"prompt": "a bird"}, {"prompt": "a bird", "seed": 2}])
    assert not [one for one in caplog.records if "equal" in one.getMessage()]


# -- what is refused ------------------------------------------------------------------------------------------------------


def test_manifest_with_faults_changes_something(provider: ProviderProcess, tmp_path: Path) -> None:
    database = tmp_path / "none.sqlite"
    wrong: list[dict[str, Any]] = [
        {"prompt": "fine"},
        {"prompt": "too long", "duration": 99},
        {"prompt": "x", "account": "nobody"},
        {"prompt": "x", "modl": "x"},
        {"image": "missing.png"},
        {"prompt": "x", "payload": "mine"},
        {"prompt": "x", "name": "../x"},
        {"prompt": "x", "name": "same"},
        {"prompt": "y", "name": "SAME"},
    ]
    with Rig(provider, f"sqlite:///{database}", tmp_path) as rig, pytest.raises(ManifestError) as caught:
        rig.plan(wrong)
    assert [fault.row for fault in caught.value.faults] == [2, 3, 4, 5, 6, 7, 9]
    assert "#/duration: 99 is more than " in caught.value.faults[0].message
    assert not database.exists()
    assert provider.ledger()["counts"] == {}


def test_key_stands_for_another_request_than_before(provider: ProviderProcess, sqlite_database: str, tmp_path: Path) -> None:
    with Rig(provider, sqlite_database, tmp_path) as rig:
        rig.plan([{"key": "k", "prompt": "one"}], template="{row}")
        with pytest.raises(ManifestError, match="with another request; choose a new key"):
            rig.plan([{"key": "k", "prompt": "two"}], template="{row}")
        with pytest.raises(ManifestError, match="belongs to job 'k'"):
            rig.plan([{"key": "other", "prompt": "two"}], template="{row}")
        assert len(rig.jobs()) == 1


def test_two_jobs_are_given_one_file(provider: ProviderProcess, sqlite_database: str, tmp_path: Path) -> None:
    with Rig(provider, sqlite_database, tmp_path) as rig:
        with pytest.raises(ManifestError, match="is also that of row 1"):
            rig.plan([{"key": "shot", "prompt": "one"}, {"key": "Shot.mp4", "prompt": "two"}])
        rig.plan([{"key": "shot", "prompt": "one"}], folder=tmp_path / "out")
        with pytest.raises(ManifestError, match="belongs to job 'shot'; use"):
            rig.plan([{"key": "two", "name": "SHOT.MP4", "prompt": "two"}])
        rig.batch = "other"
        with pytest.raises(ManifestError, match="belongs to job 'shot' of batch 'batch' in the same folder"):
            rig.plan([{"key": "SHOT.mp4", "prompt": "two"}], folder=tmp_path / "x" / ".." / "out")
        assert rig.plan([{"key": "shot", "prompt": "two"}], template="{batch}/{key}", folder=tmp_path / "out").new == 1
        assert rig.plan([{"key": "shot", "prompt": "two"}], template="{batch}/{key}", folder=tmp_path / "out").known == 1


def test_rows_without_account_all_go_to_one(provider: ProviderProcess, sqlite_database: str, tmp_path: Path) -> None:
    with Rig(provider, sqlite_database, tmp_path, providers=("vidu", "comfy")) as rig:
        limits = {"vidu": Limits(concurrency=6), "comfy": Limits(concurrency=2)}
        rig.plan(rows(8), limits=limits, spread=True)
        found = [job.account for job in rig.jobs().values()]
        assert (found.count("vidu"), found.count("comfy")) == (6, 2)


def test_batch_that_is_not_there_is_a_trace(sqlite_database: str) -> None:
    with Batches(sqlite_database) as batches:
        assert reports.names(batches.store) == []
        with pytest.raises(ConfigurationError, match="has no batch 'films'; it has: none"):
            reports.resolve_name(batches.store, "films")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://x",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
        "postgres",
        "postgresql://vidu:sec@ret@host/name",
        "postgresql://vi/du:secret@host/na@me",
        "postgresql://vidu:secret@host:port/name",
    ],
)
def test_database_that_makes_no_sense_is_tried(url: str) -> None:
    with pytest.raises(DatabaseError, match="database") as caught:
        Batches(url)
    assert "ret" not in str(caught.value)


def test_password_among_the_options_of_a_database_is_shown() -> None:
    url = database_url("postgresql://vidu:secret@host:5/name?password=secret")
    assert shown_database(url) == "postgresql+psycopg://vidu:***@host:5/name"


def test_options_make_no_sense() -> None:
    with pytest.raises(ConfigurationError):
        Limits(concurrency=0)
    with pytest.raises(ConfigurationError):
        Limits(rate=0)
    for name in ("ep1/s1", "../x", "..", ".", "", " ", "x\n", "\x7f", " x", "a\\b", "x" * 201):
        with pytest.raises(ConfigurationError, match="a batch cannot be called"):
            BatchOptions(name=name, folder=Path())
    assert BatchOptions(name="x", folder=Path()).ceilings == {}


@pytest.mark.parametrize("member", ["settle", "search", "resend", "yield_after", "hold_pause", "download"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, "x", True])
def test_worker_waits_for_a_time_that_is_none(member: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=rf"Patience\.{member} must be a finite number of seconds"):
        Patience(**{member: value})


def test_worker_that_is_taken_for_dead_still_sends() -> None:
    with pytest.raises(ConfigurationError, match=r"WorkerOptions\.lease \(10\) must be longer than Patience\.resend \(15\)"):
        WorkerOptions(lease=10.0)
