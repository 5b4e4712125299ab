"""A worker that is killed in the middle of steps: nothing is paid twice and nothing is lost.

The worker of one batch is killed while requests are being sent and a file is half downloaded, and another worker finishes the
batch. Each test looks at the outcome of some of its jobs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from batch_provider import sha256_of
from batch_rig import Rig, own_rig
from endurance import run_trial
from postgres import Postgres

from vidu_ext.durable import Job, batch_commands
from vidu_ext.values.errors import ConfigurationError

pytest_plugins = ["batch_fixtures"]

HANGS: list[dict[str, Any]] = [
    {"kind": "hang", "provider": "vidu", "operation": "create", "nth": 1},
    {"kind": "hang", "provider": "vidu", "operation": "create", "nth": 2, "accepts": False},
    {"kind": "hang", "provider": "comfy", "operation": "create", "nth": 1},
    {"kind": "hang", "provider": "zenlayer", "operation": "create", "nth": 1},
    {"kind": "hang", "provider": "skills_video", "operation": "create", "nth": 1},
    {"kind": "slow_body", "operation": "download", "nth": 1, "pace": 20_000},
]
VIDU = ("vidu-1", "vidu-2", "vidu-3")


@frozen
class Aftermath:
    """The batch when the first worker was killed, and at the end."""

    rig: Rig
    at_death: dict[str, str]
    parts: int
    jobs: dict[str, Job]
    ledger: dict[str, Any]

    def paid(self, provider: str) -> list[dict[str, Any]]:
        return [task for task in self.ledger["paid"] if task["provider"] == provider]


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    folder = tmp_path_factory.mktemp("deaths")
    names = ("vidu", "comfy", "zenlayer", "skills_video")
    accounts = {**dict.fromkeys(VIDU, "vidu"), "comfy": "comfy", "zenlayer": "zenlayer", "skills": "skills_video"}
    rows: list[dict[str, Any]] = [{"key": key, "prompt": key, "account": accounts[key]} for key in accounts]
    rows[-1]["model"] = None
    with own_rig(folder, providers=names, speed={"resend": 0.5}, rules=HANGS, film_bytes=100_000) as rig:
        rig.plan(rows)
        first = rig.work()
        rig.until(lambda: set(rig.states().values()) == {"sending", "fetching"} and bool(list(folder.rglob("*.part*"))))
        at_death = rig.states()
        first.kill()
        parts = len(list(folder.rglob("*.part*")))
        with rig.working():
            rig.finish()
        yield Aftermath(rig, at_death, parts, rig.jobs(), rig.provider.ledger())


def test_job_of_a_killed_worker_keeps_the_state_in_which_it_was(aftermath: Aftermath) -> None:
    assert sorted(aftermath.at_death[key] for key in VIDU) == ["fetching", "sending", "sending"]
    assert {aftermath.at_death[key] for key in ("comfy", "zenlayer", "skills")} == {"sending"}


@pytest.mark.parametrize("row", [*VIDU, "comfy"])
def test_task_of_a_killed_sender_is_found_and_finished(aftermath: Aftermath, row: str) -> None:
    job = aftermath.jobs[row]
    key = job.idempotency_key(aftermath.rig.batches.store.salt)
    refs = [f"{job.account}:{task['id']}" for task in aftermath.ledger["paid"] if task["idempotency_key"] == key]
    assert (job.state, [job.reference]) == ("done", refs)


@pytest.mark.parametrize(
    ("account", "tasks", "requests", "ends"),
    [("vidu", 3, 4, ["done"]), ("zenlayer", 1, 1, ["unknown"]), ("skills_video", 1, 1, ["done", "unknown"])],
)
def test_only_a_request_that_created_no_task_is_sent_again(
    aftermath: Aftermath, account: str, tasks: int, requests: int, ends: list[str]
) -> None:
    sent = sum(aftermath.ledger["counts"].get(f"{account}/{operation}", 0) for operation in ("textToVideo", "createQ3Video"))
    assert (len(aftermath.paid(account)), sent) == (tasks, requests)
    assert {job.state for job in aftermath.jobs.values() if job.account == account} <= set(ends)


def test_partial_download_becomes_a_complete_file_without_leftovers(aftermath: Aftermath) -> None:
    assert aftermath.parts
    job = next(aftermath.jobs[key] for key in VIDU if aftermath.at_death[key] == "fetching")
    path = Path(job.file or "")
    assert (path.stat().st_size, sha256_of(path)) == (job.size, job.sha256)
    assert list(aftermath.rig.folder.rglob("*.part*")) == []


def test_only_unknown_jobs_keep_credits_reserved(aftermath: Aftermath) -> None:
    jobs, budgets = aftermath.jobs.values(), [budget for name, budget in aftermath.rig.progress().money.items() if name]
    unknown = sum(job.reserved for job in jobs if job.state == "unknown")
    assert sum(budget.reserved for budget in budgets) == pytest.approx(unknown)
    assert sum(budget.spent for budget in budgets) == pytest.approx(sum(job.credits or 0.0 for job in jobs))


def test_unknown_job_is_settled_with_its_own_task_only(aftermath: Aftermath) -> None:
    rig, job = aftermath.rig, aftermath.jobs["zenlayer"]
    with pytest.raises(ConfigurationError, match="belongs to account zenlayer"):
        batch_commands.settle(rig.batches, job, reference="vidu:940107923630096384")
    with pytest.raises(ConfigurationError, match="is done, not unknown"):
        batch_commands.settle(rig.batches, aftermath.jobs["vidu-1"], reference=None)
    (task,) = aftermath.paid("zenlayer")
    batch_commands.settle(rig.batches, job, reference=f"zenlayer:{task['id']}")
    with rig.working():
        rig.finish()
    assert rig.states()["zenlayer"] == "done"
    assert rig.paid == len(aftermath.ledger["paid"])


# -- endurance.py: workers killed at random moments, connections cut, the provider restarted ----------------


def test_killed_workers_on_postgresql_lose_no_job_and_pay_once(postgres: Postgres, tmp_path: Path) -> None:
    kills, faults = run_trial(postgres, tmp_path)
    assert faults == {}, (tmp_path / "workers.log").read_text(encoding="utf-8", errors="replace")[-3000:]
    assert kills >= 1  # the second may come too late on a fast machine
