"""The budgets of a batch: what a job reserves, is charged and releases, and how an unknown cost is learned."""

from __future__ import annotations

from typing import Literal

import pytest
import sqlalchemy as sa
from job_store_rig import REFERENCE, Plan, begin, money, running, set_rows, started, sums

from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import budgets, costs, jobs
from vidu_ext.durable.reports import progress

pytest_plugins = ["batch_fixtures"]


# -- charges --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["fetching", "failed"])
@pytest.mark.parametrize(("paid", "spent"), [(None, 4.0), (0.0, 0.0), (1.0, 1.0)])
def test_task_is_charged_what_is_reported_else_what_was_reserved(
    store: JobStore, plan: Plan, state: Literal["fetching", "failed"], paid: float | None, spent: float
) -> None:
    """Once, an unknown charge was booked as 0, so that every such task widened the budget by its price."""
    (job,) = plan(1, price=4.0, ceilings={"": 25.0})
    store.finish(started(store, job), state, paid, None)
    assert (money(store), store.job(job.id).credits) == ((spent, 0.0), spent)


def test_unknown_job_keeps_its_reservation_until_it_is_settled(store: JobStore, plan: Plan) -> None:
    (job,) = plan(1, price=4.0)
    store.begin(job, "x")
    store.mark_unknown(store.job(job.id), "no answer")
    assert sums(store) == (0.0, 4.0, 0)
    store.refuse(store.job(job.id), "settled as not paid")
    assert sums(store) == (0.0, 0.0, 0)


# -- ceilings -------------------------------------------------------------------------------------------------------------


def test_budget_hold_depends_on_what_is_spent_and_reserved(store: JobStore, plan: Plan) -> None:
    first, second, third = plan(3, price=4.0, ceilings={"": 9.0})
    assert store.budget_hold(first) is None
    store.finish(started(store, first), "fetching", 4.0, None)
    assert store.budget_hold(second) is None
    store.begin(second, "x")
    assert (store.budget_hold(third), begin(store, third)) == ("budget", "budget")


def test_ceiling_of_a_provider_counts_its_credits_and_that_of_the_total_counts_all(store: JobStore, plan: Plan) -> None:
    first, second, third = plan(3, price=10.0, ceilings={"": 100.0, "vidu": 50.0})
    with store.writing() as connection:
        row = {"batch": "batch", "scope": "comfy", "ceiling": None, "spent": 75.0, "reserved": 5.0}
        connection.execute(sa.insert(budgets).values(**row))
    assert [begin(store, job) for job in (first, second, third)] == ["sending", "sending", "budget"]
    store.accept(store.job(first.id), REFERENCE)
    store.finish(store.job(first.id), "fetching", 9.0, None)
    assert (money(store, "comfy"), money(store, "vidu")) == ((75.0, 5.0), (9.0, 10.0))
    set_rows(store, budgets, budgets.c.scope == "comfy", spent=0.0, reserved=0.0)
    assert begin(store, third) == "sending"


@pytest.mark.parametrize(("price", "known", "estimate"), [(4.0, 9.0, 9.0), (9.0, 4.0, 9.0), (4.0, None, 4.0), (None, 4.0, 4.0)])
def test_higher_of_price_and_last_cost_is_reserved(
    store: JobStore, plan: Plan, price: float | None, known: float | None, estimate: float
) -> None:
    (job,) = plan(1, price=price, ceilings={"": 100.0})
    if known is not None:
        with store.writing() as connection:
            connection.execute(sa.insert(costs).values(signature=job.signature, credits=known))
    assert (begin(store, job), store.job(job.id).reserved) == ("sending", estimate)


# -- unknown costs --------------------------------------------------------------------------------------------------------


def test_first_job_of_unknown_cost_reserves_the_whole_budget_until_its_cost_is_learned(store: JobStore, plan: Plan) -> None:
    first, second, third = plan(3, ceilings={"": 25.0})
    assert begin(store, first) == "sending"
    assert progress(store, "batch").money[""].left == 0.0
    assert begin(store, second) == "cost"
    store.accept(store.job(first.id), REFERENCE)
    store.record_cost(store.job(first.id), 19.0)
    assert progress(store, "batch").money[""].left == 6.0
    store.finish(store.job(first.id), "fetching", 20.0, None)
    assert begin(store, second) == "budget"
    store.refuse(second, "no")
    assert store.budget_hold(third) == "budget"


def test_job_of_unknown_cost_is_held_if_nothing_is_left(store: JobStore, plan: Plan) -> None:
    (job,) = plan(1, ceilings={"": 5.0})
    set_rows(store, budgets, spent=5.0)
    assert begin(store, job) == "budget"
    assert (store.job(job.id).state, running(store)) == ("queued", 0)


def test_job_of_unknown_cost_reserves_nothing_without_a_ceiling(store: JobStore, plan: Plan) -> None:
    (job,) = plan(1)
    assert (begin(store, job), store.job(job.id).reserved) == ("sending", 0.0)


@pytest.mark.parametrize("is_refused", [True, False], ids=["refused", "queued again"])
def test_next_job_becomes_the_probe_after_no_task_of_the_first_was_created(store: JobStore, plan: Plan, is_refused: bool) -> None:
    first, second = plan(2, ceilings={"": 25.0})
    store.begin(first, "x")
    now = store.job(first.id)
    store.refuse(now, "no") if is_refused else store.requeue(now, "busy", None)
    assert begin(store, second) == "sending"


def test_probe_that_became_unknown_holds_others_by_the_budget_and_not_by_the_cost(store: JobStore, plan: Plan) -> None:
    first, second = plan(2, ceilings={"": 25.0})
    store.begin(first, "x")
    store.mark_unknown(store.job(first.id), "no answer")
    assert begin(store, second) == "budget"
    assert progress(store, "batch").unsettled == (first.key,)
    set_rows(store, budgets, ceiling=100.0)
    assert begin(store, second) == "sending"


def test_job_of_known_cost_waits_for_the_probe_only_until_its_cost_is_learned(store: JobStore, plan: Plan) -> None:
    """What the probe has reserved may be enough once its cost is known."""
    probe, priced = plan(2, ceilings={"": 25.0})
    set_rows(store, jobs, jobs.c.id == priced.id, price=5.0, signature="another kind")
    waiting = store.job(priced.id)
    job = started(store, probe)
    assert (store.budget_hold(waiting), begin(store, waiting)) == ("cost", "cost")
    store.record_cost(job, 23.0)
    assert (store.budget_hold(waiting), begin(store, waiting)) == ("budget", "budget")


def test_cost_that_is_learned_after_the_end_changes_no_sum(store: JobStore, plan: Plan) -> None:
    (probe,) = plan(1, ceilings={"": 25.0})
    job = started(store, probe)
    store.finish(job, "fetching", 20.0, None)
    store.record_cost(job, 19.0)
    assert money(store) == (20.0, 0.0)
