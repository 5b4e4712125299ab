"""What a task costs by the word of its provider, and what of that goes into the sums of a batch."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from job_store_rig import ACCOUNTS, planned

from vidu_ext.client.session import Settings
from vidu_ext.client.vidu import Vidu
from vidu_ext.durable import Batches
from vidu_ext.durable.batch_commands import set_ceilings
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.job import Job
from vidu_ext.durable.reports import every_job, exported, progress
from vidu_ext.durable.workers.steps import Patience, Steps
from vidu_ext.flows.policy import PollPolicy
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.tasks import Snapshot

pytest_plugins = ["batch_fixtures"]

ODD: Final = (
    "-1000", "-0.01", "NaN", "Infinity", "-Infinity", "1e300", "1e9", "true", "false", "[60]", '{"amount": 60}', "1" + "0" * 400,
    '"-3"', '"1e9"', '"inf"', '"nan"', '"many"',
)  # fmt: skip
"""What no task costs, as JSON."""

CHARGES: Final = {"60": 60.0, "0": 0.0, "7.5": 7.5, '"15"': 15.0, "100000": 100_000.0}
"""What a task may cost, as JSON; one provider writes it as a text."""


class Provider:
    """Takes every request; each task has ended when it is asked for, at the charge given."""

    def __init__(self, charge: str, *, state: str = "success", code: str = "") -> None:
        self.charge = charge
        self.ending = f'"state": "{state}", "err_code": "{code}", "creations": [{{"id": "2", "url": "https://f.example/a.mp4"}}]'
        self.paid = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.paid += 1
            return httpx.Response(200, json={"task_id": f"94010792363009{self.paid:04}", "state": "created"})
        ids = request.url.params.get_list("task_ids")
        if not ids:
            return self.json(self.task(request.url.path.split("/")[-2]))
        return self.json(f'{{"tasks": [{", ".join(map(self.task, ids))}]}}')

    def task(self, name: str) -> str:
        return f'{{"id": "{name}", {self.ending}, "credits": {self.charge}}}'

    def json(self, text: str) -> httpx.Response:
        return httpx.Response(200, content=text, headers={"content-type": "application/json"})


def settings(provider: Provider) -> Settings:
    return Settings(poll=PollPolicy(floor=0.01, ceiling=0.01), async_transport=httpx.MockTransport(provider))


def run(store: JobStore, provider: Provider, jobs: list[Job]) -> None:
    """Run jobs one after the other, to the end of their tasks, as far as the budget lets them."""
    steps = Steps(
        store=store,
        accounts=ACCOUNTS,
        settings=settings(provider),
        patience=Patience(),
        on_fault=print,
        can_send=lambda: True,
        term=lambda: 0,
        enqueue_again=print,
    )

    async def run_all() -> None:
        for job in jobs:
            if store.budget_hold(job) is None:
                await steps.submit(job.id)
                await steps.wait(job.id)
        await steps.client.close()

    asyncio.run(run_all())


def found(store: JobStore) -> list[Job]:
    return list(every_job(store, "batch"))


@pytest.mark.parametrize("charge", ODD)
def test_a_charge_that_can_be_none_is_booked_as_the_estimate(sqlite_database: str, tmp_path: Path, charge: str) -> None:
    """A charge of -1000 credits widened a budget of 20 by 1000 with every task."""
    jobs = planned(sqlite_database, tmp_path, 6, price=10.0, ceilings={"": 20.0})
    store, provider = JobStore(sqlite_database), Provider(charge)
    run(store, provider, jobs)
    money = progress(store, "batch").money[""]
    assert (provider.paid, money.spent, money.reserved) == (2, 20.0, 0.0)
    store.close()


@pytest.mark.parametrize("charge", ["-1000", "1e300", "true"])
def test_an_odd_charge_teaches_no_cost_where_nobody_has_said_one(sqlite_database: str, tmp_path: Path, charge: str) -> None:
    """A cost of -1000 that was learned of one job became the estimate of the next ones."""
    jobs = planned(sqlite_database, tmp_path, 3, ceilings={"": 20.0})
    store, provider = JobStore(sqlite_database), Provider(charge)
    run(store, provider, jobs[:1])
    assert progress(store, "batch").money[""].spent == 20.0
    assert store.begin(jobs[1], "x").held == "budget"
    store.close()


@pytest.mark.parametrize(("state", "code"), [("failed", "CreationPolicyViolation"), ("failed", "UserCancelled")])
def test_a_task_without_result_is_booked_as_the_estimate_where_its_charge_is_odd(
    sqlite_database: str, tmp_path: Path, state: str, code: str
) -> None:
    (job,) = planned(sqlite_database, tmp_path, 1, price=10.0, ceilings={"": 20.0})
    store = JobStore(sqlite_database)
    run(store, Provider("-5", state=state, code=code), [job])
    assert progress(store, "batch").money[""].spent == 10.0
    assert "reports an impossible charge of -5" in (found(store)[0].note or "")
    store.close()


@pytest.mark.parametrize("code", ["CreationPolicyViolation", "UserCancelled"])
@pytest.mark.parametrize(("charge", "spent"), [("0", 0.0), ("4", 4.0), ("null", 0.0)])
def test_a_task_without_result_costs_what_is_told_of_it(
    sqlite_database: str, tmp_path: Path, code: str, charge: str, spent: float
) -> None:
    (job,) = planned(sqlite_database, tmp_path, 1, price=10.0, ceilings={"": 20.0})
    store = JobStore(sqlite_database)
    run(store, Provider(charge, state="failed", code=code), [job])
    assert progress(store, "batch").money[""].spent == spent
    store.close()


def test_a_film_whose_charge_is_not_told_is_booked_as_the_estimate(sqlite_database: str, tmp_path: Path) -> None:
    """Booked as nothing, it would have left room for one more in a budget that is spent."""
    jobs = planned(sqlite_database, tmp_path, 3, price=10.0, ceilings={"": 20.0})
    store, provider = JobStore(sqlite_database), Provider("null")
    run(store, provider, jobs)
    assert (provider.paid, progress(store, "batch").money[""].spent) == (2, 20.0)
    store.close()


def test_an_odd_charge_is_said_aloud_and_in_the_report(
    sqlite_database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (job,) = planned(sqlite_database, tmp_path, 1, price=10.0)
    store = JobStore(sqlite_database)
    with caplog.at_level(logging.WARNING):
        run(store, Provider("-1000"), [job])
    (reported,) = found(store)
    assert "-1000" in str(exported(reported)["note"])
    assert exported(reported)["credits"] == 10.0
    assert [record.name for record in caplog.records if "-1000" in record.getMessage()] == ["vidu_ext", "vidu_ext.durable"]
    store.close()


@pytest.mark.parametrize(("charge", "booked"), CHARGES.items())
def test_a_charge_that_can_be_one_is_booked_as_it_is(sqlite_database: str, tmp_path: Path, charge: str, booked: float) -> None:
    (job,) = planned(sqlite_database, tmp_path, 1, price=10.0)
    store = JobStore(sqlite_database)
    run(store, Provider(charge), [job])
    (job,) = found(store)
    assert (job.credits, job.note) == (booked, None)
    store.close()


@pytest.mark.parametrize("ceiling", [float("nan"), float("inf"), -1.0, 1e300, True, "20"], ids=repr)
def test_a_ceiling_that_is_no_number_of_credits_is_refused(sqlite_database: str, tmp_path: Path, ceiling: Any) -> None:
    """SQLite keeps NaN as NULL, which is no ceiling at all."""
    planned(sqlite_database, tmp_path, 1, ceilings={"": 20.0})
    with Batches(sqlite_database, ACCOUNTS) as batches:
        with pytest.raises(ConfigurationError, match="a ceiling must be"):
            set_ceilings(batches, "batch", {"": ceiling})
        assert progress(batches.store, "batch").money[""].ceiling == 20.0


def status(provider: str, answer: dict[str, Any]) -> Snapshot:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=json.dumps(answer)))
    with Vidu({provider: "key"}, settings=Settings(transport=transport)) as vidu:
        return vidu.status(f"{provider}:1")


@pytest.mark.parametrize("charge", ODD)
def test_no_snapshot_has_a_charge_that_can_be_none(charge: str) -> None:
    told = json.loads(charge)
    for provider, answer in {
        "vidu": {"id": "1", "state": "success", "credits": told},
        "comfy": {"id": "1", "state": "success", "credits": told},
        "zenlayer": {"id": "1", "state": "success", "credits": told},
        "skills_video": {"id": "1", "status": "COMPLETED", "usage": {"total": told}},
    }.items():
        found = status(provider, answer)
        assert found.credits is None
        assert found.odd_charge
        assert len(found.odd_charge) <= 40


@pytest.mark.parametrize("told", [None, ""])
def test_a_charge_that_is_not_told_is_not_odd(told: None | str) -> None:
    found = status("vidu", {"id": "1", "state": "processing", "credits": told})
    assert (found.credits, found.odd_charge) == (None, None)
