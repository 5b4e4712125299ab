"""What each provider adapter sends, and how it reads the answers, for tasks, balances and uploads."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import httpx
import pytest
from adapters import COMFY, REF, SKILLS, VIDU, ZENLAYER, by_name, present

from vidu_ext.providers.base import Provider
from vidu_ext.providers.generated import GeneratedClient
from vidu_ext.providers.records import Balance, TaskFilter, UploadPlace
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.tasks import Json, Object, TaskRef, TaskState

# -- generated clients ----------------------------------------------------------------------------------------------------


BODY: Final[Object] = {"model": "viduq3-turbo", "prompt": "a paper bird"}


@pytest.mark.parametrize(
    ("schema", "reason"), [("NoSuchRequest", "no attribute 'NoSuchRequest'"), ("LipSyncRequest", "KeyError: 'video_url'")]
)
def test_body_without_a_schema_or_of_another_one_is_refused(schema: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        GeneratedClient("vidu").body(schema, BODY)


def test_parameters_are_named_as_in_the_generated_function_or_refused() -> None:
    client, listing = GeneratedClient("vidu"), VIDU.contract.operation("listSubjects")
    assert client.parameters(listing, {"Next-Page-Token": "a"}) == {"next_page_token": "a"}
    with pytest.raises(ConfigurationError, match=r"no parameter 'next_page_tokn'; it takes .*\. Did you mean 'next_page_token'"):
        client.parameters(listing, {"next_page_tokn": "a"})
    with pytest.raises(ConfigurationError, match="getCreations has no parameter 'page'; it takes none"):
        client.parameters(VIDU.contract.operation("getCreations"), {"page": "a"})


# -- tasks ----------------------------------------------------------------------------------------------------------------


CALLS: Final[dict[str, tuple[Callable[[Provider], object], list[Provider]]]] = {
    "poll many tasks": (lambda provider: provider.list_size or None, [VIDU]),
    "list tasks": (lambda provider: provider.tasks_call(TaskFilter(), None), [VIDU, SKILLS]),
    "cancel a task": (lambda provider: provider.cancel_call(REF), [VIDU]),
    "read the balance": (Provider.credits_call, [VIDU, SKILLS]),
    "upload a file": (lambda provider: provider.upload_call("a.png", "image/png"), [VIDU, COMFY]),
}
"""What is sent for a purpose, and the providers that have a route for it."""


@pytest.mark.parametrize("purpose", CALLS)
def test_only_providers_with_a_route_for_a_purpose_have_a_call(purpose: str) -> None:
    call_of, providers = CALLS[purpose]
    assert [provider for provider in (VIDU, COMFY, ZENLAYER, SKILLS) if call_of(provider) is not None] == providers


@pytest.mark.parametrize(
    ("poll", "reason"),
    [
        *((poll, f"{poll} is not a status call") for poll in ("cancelTask", "listTasks", "textToVideo", "getCredits")),
        ("nothing", r"vidu has no operation 'nothing'\. It has "),
    ],
)
def test_reference_with_an_operation_that_is_not_a_status_call_is_refused(poll: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        VIDU.status_call(TaskRef("vidu", "1", poll))


def test_list_call_repeats_its_parameter_for_as_many_tasks_as_a_page_holds() -> None:
    names = [str(number) for number in range(VIDU.list_size)]
    call = VIDU.list_call(names)
    query = httpx.QueryParams(call.request["params"])
    assert query.get_list("task_ids") == names
    # The API documents both spellings.
    assert query["pager.pagesz"] == query["paper.pagesz"] == str(VIDU.list_size)
    assert call.request["url"] == "/ent/v2/tasks"


@pytest.mark.parametrize("answer", [{}, {"code": 400, "reason": "BadRequest"}, [], None, {"tasks": {}}], ids=str)
def test_answer_that_holds_no_list_is_not_read_as_a_page(answer: Json) -> None:
    assert VIDU.rows(answer) is None
    assert VIDU.tasks_page("mine", answer) is None


@pytest.mark.parametrize("provider", [VIDU, SKILLS], ids=by_name)
@pytest.mark.parametrize("word", ["success", "failed", "completed", " Processing ", "in_queue", "new_word", "", 5, None])
def test_state_of_a_row_is_that_of_its_snapshot(provider: Provider, word: Json) -> None:
    """A poll reads only the state until the task has ended, so both readings must agree."""
    row: Object = {"id": "1", provider.state_member: word}
    snapshot = provider.snapshot(TaskRef("mine", "1"), row)
    assert provider.state_in(row) == (None if snapshot is None else snapshot.state)


@pytest.mark.parametrize(
    ("filter_", "page", "parameters"),
    [
        (TaskFilter(), None, {}),
        (
            TaskFilter(since="2026-01-01T00:00:00Z", states=("success", "failed"), models=("q2",), resolutions=("720p",)),
            "token-2",
            {
                "created_at.from": "2026-01-01T00:00:00Z", "states": ["success", "failed"], "model_versions": ["q2"],
                "resolutions": ["720p"], "pager.page_token": "token-2",
            },
        ),
    ],
    ids=["empty", "full"],
)  # fmt: skip
def test_filter_becomes_parameters_of_the_list_call(filter_: TaskFilter, page: str | None, parameters: Object) -> None:
    call = present(VIDU.tasks_call(filter_, page))
    assert call.request["params"] == {**parameters, "pager.pagesz": VIDU.list_size, "paper.pagesz": VIDU.list_size}


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"since": "yesterday"}, "TaskFilter.since needs a time"),
        ({"until": datetime(2026, 1, 1)}, "TaskFilter.until needs a time, not datetime.datetime(2026"),  # noqa: DTZ001
        # outside the years of datetime once it is in UTC
        ({"since": "9999-12-31T23:59:59-10:00"}, "TaskFilter.since needs a time"),
        ({"until": datetime.max.replace(tzinfo=timezone(-timedelta(hours=10)))}, "TaskFilter.until needs a time"),
        ({"states": 5}, "TaskFilter.states needs a text or several, not (5,)"),
        ({"models": ("viduq2", 3)}, "TaskFilter.models needs"),
    ],
    ids=str,
)
def test_wrong_filter_is_refused(members: Any, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(reason)):
        TaskFilter(**members)


@pytest.mark.parametrize(
    "time",
    [
        "2026-01-01T12:00:00Z",
        "2026-01-01 12:00:00.9",
        datetime(2026, 1, 1, 12, tzinfo=UTC),
        datetime(2026, 1, 1, 4, 0, 0, 1, tzinfo=timezone(-timedelta(hours=8))),
    ],
    ids=str,
)
def test_times_of_a_filter_become_whole_seconds_in_utc(time: datetime | str) -> None:
    assert TaskFilter(since=time, until=time) == TaskFilter(since="2026-01-01T12:00:00Z", until="2026-01-01T12:00:00Z")


def test_states_of_a_filter_are_sent_in_the_words_of_the_provider() -> None:
    filter_ = TaskFilter(states=(TaskState.SUCCEEDED, TaskState.QUEUED, "a word of its own"))
    call = present(VIDU.tasks_call(filter_, None))
    assert call.request["params"]["states"] == ["success", "queueing", "a word of its own"]


def test_state_without_a_word_at_the_provider_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"Vidu has no word for the state canceled: .*success, failed"):
        VIDU.tasks_call(TaskFilter(states=TaskState.CANCELED), None)


def test_skills_video_lists_unfinished_tasks_and_refuses_a_filter() -> None:
    call = present(SKILLS.tasks_call(TaskFilter(), None))
    limit = SKILLS.contract.maximum("listRunningGenerations", "limit")
    assert (call.request["url"], call.request["params"]) == ("/generations/running", {"limit": limit})
    with pytest.raises(ConfigurationError, match="ask without a filter or page"):
        SKILLS.tasks_call(TaskFilter(states=("FAILED",)), None)


def test_cancel_call_names_the_task_in_its_path_and_body() -> None:
    call = present(VIDU.cancel_call(REF))
    assert (call.request["url"], call.request["json"]) == (f"/ent/v2/tasks/{REF.task_id}/cancel", {"id": REF.task_id})
    assert not call.creates


# -- balances and uploads -------------------------------------------------------------------------------------------------


def test_balance_is_read_under_both_documented_names() -> None:
    remains: Json = [{"type": "metered", "credit_remain": 9, "concurrency_limit": 5, "current_concurrency": 1, "queue_count": 0}]
    expected = (Balance("metered", 9.0, running=1, limit=5, queued=0),)
    assert VIDU.balances({"remains": remains}) == expected
    assert VIDU.balances({"remains": None, "remaining_credits": remains}) == expected


def test_empty_balance_is_read_and_another_answer_is_not_one() -> None:
    assert VIDU.balances({"remains": []}) == ()
    assert VIDU.balances({"code": 401, "reason": "Unauthorized"}) is None
    assert SKILLS.balances([]) is None


def test_balance_of_an_undocumented_form_keeps_its_numbers_by_name() -> None:
    assert SKILLS.balances({"total": 12, "plan": "pro", "permanent": "3"}) == (Balance("total", 12.0), Balance("permanent", 3.0))


def test_upload_place_hides_its_signed_url() -> None:
    place = UploadPlace("https://s.example/p?sig=1", "9", "https://s.example/g?sig=2")
    assert "sig" not in repr(place)
