"""A short run of endurance.py: workers killed at random moments, connections cut, the provider restarted."""

from __future__ import annotations

from pathlib import Path

from endurance import Outcome, Trial, go_through
from postgres import Postgres

pytest_plugins = ["batch_fixtures"]


def said(outcome: Outcome, folder: Path) -> str:
    return f"{outcome}\n{(folder / 'workers.log').read_text(encoding='utf-8', errors='replace')[-3000:]}"


def test_killed_workers_on_postgresql_lose_no_job_and_pay_once(postgres: Postgres, tmp_path: Path) -> None:
    trial = Trial(jobs=30, kills=2, cuts=1, restarts=1, workers=2, concurrency=20, processing=0.3, scatter=0.5, film_bytes=50_000)
    outcome = go_through(postgres.create("kills"), trial, tmp_path, server=postgres)
    assert outcome.is_right, said(outcome, tmp_path)
    assert outcome.kills >= 1, said(outcome, tmp_path)  # the second may come too late on a fast machine


def test_killed_worker_on_sqlite_loses_no_job_and_keeps_the_budget(tmp_path: Path) -> None:
    """The ceiling stops the batch before its end, whenever the worker is killed."""
    trial = Trial(
        jobs=16,
        kills=1,
        restarts=0,
        workers=1,
        ceiling=250.0,
        providers=("vidu",),
        processing=0.3,
        scatter=0.3,
        film_bytes=50_000,
        stops_when_stuck=True,
    )
    outcome = go_through(f"sqlite:///{tmp_path}/batches.sqlite", trial, tmp_path)
    assert set(outcome.states) == {"done", "queued"}, said(outcome, tmp_path)
    assert outcome.done == outcome.paid == outcome.files
    assert 250.0 - 88.0 < outcome.spent == outcome.booked <= 250.0
    assert (outcome.twice, outcome.lost, outcome.wrong_files, outcome.running, outcome.notes) == (0, 0, 0, 0, ())
