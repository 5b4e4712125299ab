"""Two submits of one client whose tasks could be taken for each other's, and what of a request travels to find its task again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pytest
from attrs import evolve
from paid import STEADY, UNREACHED, attempt, busy, created, offer, page, reply, row, settle, without_key
from scripted import Answer, Scripted

from vidu_ext.flows.attempt import Attempt, Claims, attempt_of, create_flow
from vidu_ext.flows.effects import Flow, Now, Send
from vidu_ext.flows.outcome import NotSent, Unknown
from vidu_ext.flows.policy import RetryPolicy, SettlePolicy
from vidu_ext.flows.submit import submit_flow
from vidu_ext.providers import provider_named
from vidu_ext.providers.offers import Offer
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Json

ONE_LOOK: Final = SettlePolicy(window=0.0)


def again(made: Attempt) -> Attempt:
    """Return the attempt of a submission that was kept as text, with the key that we made."""
    return evolve(made, submission=Submission.parse(made.submission.to_text()))


def test_absence_is_not_proved_while_the_submission_is_sent_twice_at_once() -> None:
    """Its key is ours, so the whole list proves absence; but the task is there, and either of the two may take it."""
    claims, made = Claims(), attempt()
    twin = again(made)
    for one in (made, twin):
        claims.begin(one.submission)
    driver = Scripted(page([row("9401", payload=made.submission.idempotency_key)]))
    found = settle(driver, made, claims, settle=ONE_LOOK)
    assert isinstance(found, Unknown)
    assert not found.absent


def test_both_threads_that_send_a_submission_may_get_its_task() -> None:
    """An error at the end of the second one would have thrown away its paid reference."""
    claims, made = Claims(), attempt()
    claims.begin(made.submission)
    claims.begin(made.submission)
    claims.end(made.submission)
    claims.end(made.submission)
    assert not claims.has_twin(again(made).submission)


# -- what travels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "operation", "members"),
    [
        ("comfy", None, {}),
        ("zenlayer", None, {}),
        ("skills_video", None, {}),
        ("vidu", "createAdFilm", {"images": ["https://example.com/a.png"]}),
    ],
)
def test_body_of_a_route_without_a_payload_is_sent_unchanged(
    provider: str, operation: str | None, members: dict[str, Any]
) -> None:
    wanted = offer(provider, operation=operation, **members)
    assert attempt_of(wanted, provider_named(provider), None, 0.0).submission.body == wanted.body


@pytest.mark.parametrize("payload", ["", 5, None, ["job-1"]])
def test_payload_that_is_not_a_text_is_not_an_idempotency_key(payload: Json) -> None:
    wanted = offer("zenlayer", payload=payload)
    assert attempt_of(wanted, provider_named("zenlayer"), None, 0.0).submission.idempotency_key is None


def test_route_of_one_object_is_sent_to_that_object() -> None:
    wanted = Offer("vidu", "vidu", "updateSubject", {"name": "bird"}, path_id="77")
    made = attempt_of(wanted, provider_named("vidu"), None, 0.0)
    assert made.submission.path_id == "77"
    assert "/77" in made.call.request["url"]


# -- how long a try may take ----------------------------------------------------------------------------------------------


def test_pause_that_ends_just_within_the_budget_is_followed_by_a_try() -> None:
    """Only a pause that lasted far beyond the budget means that the process was suspended."""
    driver = Scripted(UNREACHED, created())
    assert not isinstance(driver.run(create_flow(attempt(), retry=evolve(STEADY, budget=1.5))), NotSent)
    assert len(driver.of(Send)) == 2


def test_files_for_all_but_the_last_account_are_uploaded_without_a_second_try() -> None:
    """While another account is left, a busy storage is not waited for."""
    offers = [(Offer("one", "vidu"), False), (Offer("two", "vidu"), True)]
    budgets: list[float] = []

    def prepare(wanted: Offer, retry: RetryPolicy) -> Flow[Attempt]:
        budgets.append(retry.budget)
        yield Now()
        return attempt(account=wanted.account)

    driver = Scripted(busy(), created())
    flow = submit_flow(offers, prepare, retry=STEADY, settle=ONE_LOOK, claims=Claims(), observe=lambda _account, _outcome: None)
    driver.run(flow)
    assert budgets == [0.0, STEADY.budget]


# -- how far back the looks between the first and the last one go ---------------------------------------------------------

DATE: Final = {"date": "Tue, 14 Nov 2023 22:13:20 GMT"}
"""The scripted driver's time of day."""


@pytest.mark.parametrize(
    "answers",
    [
        [evolve(page([], "two"), headers=DATE), evolve(page([], "three"), headers=DATE)],
        [reply(500, {}, DATE)],
        [evolve(page([], "two"), headers=DATE), UNREACHED],
        [evolve(page([row("9401")]), headers=DATE), UNREACHED],
    ],
    ids=["too many pages", "server error", "the second page fails", "a candidate without an answer"],
)
def test_look_after_a_failed_one_asks_only_for_young_tasks(answers: Sequence[Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of a hundred pages would be read anew after each server error."""
    monkeypatch.setattr("vidu_ext.flows.settle.MOST_PAGES", 2)
    made = without_key(attempt())
    nothing = evolve(page([]), headers=DATE)
    driver = Scripted(*answers, nothing, nothing)
    settle(driver, made, settle=SettlePolicy(window=2.0))
    asked = [send.call.request["params"].get("created_at.from") for send in driver.of(Send) if send.call.operation == "listTasks"]
    between = asked[-2]
    assert asked[0] is None
    assert between is not None
