"""What each provider adapter sends, and how it reads the answers, for tasks, searches, balances and uploads."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import httpx
import pytest
from adapters import COMFY, NOON, REF, SKILLS, SKILLS_SUBMISSION, SUBMISSION, VIDU, ZENLAYER, A, B, by_name, present
from attrs import evolve

from vidu_ext.providers import provider_named
from vidu_ext.providers.base import Provider
from vidu_ext.providers.generated import GeneratedClient
from vidu_ext.providers.reading import rfc3339
from vidu_ext.providers.records import Balance, TaskFilter, UploadPlace
from vidu_ext.providers.search import search_page
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.submission import Submission
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
        *((poll, f"{poll} is not a status call") for poll in ("cancelTask", "listTasks")),
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


@pytest.mark.parametrize("provider", [VIDU, SKILLS], ids=by_name)
@pytest.mark.parametrize("word", ["success", "failed", "completed", " Processing ", "in_queue", "new_word", "", 5, None])
def test_state_of_a_row_is_that_of_its_snapshot(provider: Provider, word: Json) -> None:
    """A poll reads only the state until the task has ended, so both readings must agree."""
    row: Object = {"id": "1", provider.state_member: word}
    snapshot = provider.snapshot(TaskRef("mine", "1"), row)
    assert provider.state_in(row) == (None if snapshot is None else snapshot.state)


def test_filter_becomes_parameters_of_the_list_call() -> None:
    since, until, sizes = (
        "2026-01-01T00:00:00Z",
        "2026-01-02T00:00:00Z",
        dict.fromkeys(("pager.pagesz", "paper.pagesz"), VIDU.list_size),
    )
    assert present(VIDU.tasks_call(TaskFilter(), None)).request["params"] == sizes
    call = present(VIDU.tasks_call(TaskFilter(since, until, states=("success", "failed"), models=("viduq2",)), "token-2"))
    assert call.request["params"] == {
        "created_at.from": since,
        "created_at.to": until,
        "states": ["success", "failed"],
        "model_versions": ["q2"],
        "pager.page_token": "token-2",
        **sizes,
    }


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"since": "yesterday"}, "TaskFilter.since needs a time"),
        ({"until": datetime(2026, 1, 1)}, "TaskFilter.until needs a time, not datetime.datetime(2026"),  # noqa: DTZ001
        # outside the years of datetime once it is in UTC
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
    "time", ["2026-01-01 12:00:00.9", datetime(2026, 1, 1, 4, 0, 0, 1, tzinfo=timezone(-timedelta(hours=8)))]
)
def test_times_of_a_filter_become_whole_seconds_in_utc(time: datetime | str) -> None:
    assert TaskFilter(since=time, until=time) == TaskFilter(since="2026-01-01T12:00:00Z", until="2026-01-01T12:00:00Z")


def test_states_of_a_filter_are_sent_in_the_words_of_the_provider_or_refused() -> None:
    filter_ = TaskFilter(states=(TaskState.SUCCEEDED, TaskState.QUEUED, "a word of its own"))
    call = present(VIDU.tasks_call(filter_, None))
    assert call.request["params"]["states"] == ["success", "queueing", "a word of its own"]
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
    assert VIDU.cancel_call(evolve(REF, poll="getMusicVideo")) is None, "it is documented for tasks of the usual kind alone"


def test_key_of_a_drama_route_is_sent_with_the_word_of_its_documents() -> None:
    """Its page writes `Bearer`, that of the others `Token`."""
    assert {call.operation: call.key_prefix for call in VIDU.free_calls() if call.key_prefix} == {"listDramaTasks": "Bearer"}


# -- balances and uploads -------------------------------------------------------------------------------------------------


def test_balance_is_read_under_both_documented_names() -> None:
    remains: Json = [{"type": "metered", "credit_remain": 9, "concurrency_limit": 5, "current_concurrency": 1, "queue_count": 0}]
    expected = (Balance("metered", 9.0, running=1, limit=5, queued=0),)
    assert VIDU.balances({"remains": remains}) == expected
    assert VIDU.balances({"remains": None, "remaining_credits": remains}) == expected


def test_balance_of_an_undocumented_form_keeps_its_numbers_by_name() -> None:
    assert SKILLS.balances({"total": 12, "plan": "pro", "permanent": "3"}) == (Balance("total", 12.0), Balance("permanent", 3.0))


def test_upload_place_hides_its_signed_url() -> None:
    place = UploadPlace("https://s.example/p?sig=1", "9", "https://s.example/g?sig=2")
    assert "sig" not in repr(place)


# -- searches for a lost task ---------------------------------------------------------------------------------------------


def candidates(submission: Submission, *rows: Json, since: float | None = NOON - 300.0) -> list[tuple[str, str | None]]:
    provider = provider_named(submission.provider) if submission.settlement == "payload" else SKILLS
    page = present(search_page(provider, submission, {"tasks": list(rows)} if provider is VIDU else list(rows), since=since))
    assert {candidate.ref.account for candidate in page.candidates} <= {submission.account}
    return [(candidate.ref.task_id, candidate.idempotency_key) for candidate in page.candidates]


def row(**members: Json) -> Object:
    return {"id": "1", "state": "created", "created_at": "2026-01-01T12:00:01.368745805Z", **members}


def test_search_asks_for_tasks_since_a_time_or_for_all() -> None:
    since, of_all = VIDU.search_call(None, since=NOON - 300.0), VIDU.search_call(None, since=None)
    sizes = dict.fromkeys(("pager.pagesz", "paper.pagesz"), VIDU.list_size)
    assert since.request["params"] == {"created_at.from": "2026-01-01T11:55:00Z", **sizes}
    assert of_all.request["params"] == sizes
    assert not since.creates


def test_time_outside_the_calendar_is_sent_as_its_nearest_end() -> None:
    """A saved submission may have the time of any wrong clock."""
    asked = [VIDU.search_call(None, since=since).request["params"]["created_at.from"] for since in (-1e300, 1e300)]
    assert asked == ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]


def test_search_returns_the_token_of_the_next_page() -> None:
    for token, following in {"abc": "abc", "": None, 7: "7", 0: None, None: None}.items():
        page = present(search_page(VIDU, SUBMISSION, {"tasks": [], "next_page_token": token}, since=None))
        assert page.next_page == following


def test_tasks_that_agree_with_the_request_come_first() -> None:
    """Each without a key is polled until the lost one is found."""
    other, like = row(id="1", model="another"), row(id="2")
    mine = evolve(SUBMISSION, key_is_ours=True)
    assert [name for name, _ in candidates(mine, other, like, other | {"id": "3"})] == ["2", "1", "3"]


@pytest.mark.parametrize(
    ("rows", "is_readable"), [([row(), None], True), ([row(), row(id="")], False), ([row(id={"value": "1"})], False)]
)
def test_page_is_readable_if_each_of_its_tasks_has_an_id(rows: list[Json], is_readable: bool) -> None:
    assert present(search_page(VIDU, SUBMISSION, {"tasks": rows}, since=None)).is_readable is is_readable


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change its time zone while it runs")
def test_times_are_sent_in_utc_and_read_as_utc_in_every_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a time nine hours off, the list would begin after the lost task."""
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        assert candidates(SUBMISSION, row(created_at="2026-01-01T12:00:00"))
        assert rfc3339(1_700_000_000.9) == "2023-11-14T22:13:20Z"
    time.tzset()


def test_candidate_has_the_key_that_the_list_shows_and_without_a_time_any_age() -> None:
    old = row(id="3", created_at="2019-01-01T00:00:00Z")
    rows = row(payload="m-1"), row(id="2", payload=""), old
    assert candidates(SUBMISSION, *rows) == [("1", "m-1"), ("2", None)]
    assert candidates(SUBMISSION, *rows, since=None) == [("1", "m-1"), ("2", None), ("3", None)]


def test_settlement_follows_from_what_the_lists_of_a_provider_show() -> None:
    """A film of several shots is not listed, so its absence from the list would prove nothing; speech starts no task."""
    assert [VIDU.settlement_of(operation) for operation in ("createMusicVideo", "textToSpeech")] == ["none", "none"]
    assert [VIDU.settlement_of(operation) for operation in ("textToVideo", "lipSync")] == ["payload", "payload"]
    assert COMFY.settlement_of("textToVideo") == "idempotency-key"


def test_key_of_a_task_is_the_payload_of_its_status_answer() -> None:
    snapshot = present(VIDU.snapshot(REF, {"state": "created", "payload": "m-1"}))
    assert VIDU.idempotency_key_of(snapshot) == "m-1"
    assert [provider.idempotency_key_of(snapshot) for provider in (COMFY, ZENLAYER, SKILLS)] == [None, None, None]
    assert VIDU.idempotency_key_of(evolve(snapshot, raw={"payload": ""})) is None


# -- which of the tasks that are found may be the lost one ---------------------------------------------------------------

OURS: Final = evolve(SUBMISSION, key_is_ours=True)
"""A submission with a key made for it alone, so that the key of a task decides."""
KEYLESS: Final = evolve(SUBMISSION, idempotency_key=None)
FILM: Final[Object] = {"images": [A], "duration": 15}
INLINE: Final = "data:image/png;base64,AA=="
FRAME: Final = evolve(SKILLS_SUBMISSION, body={"prompt": "a bird", "first_frame_url": A, "seed": None})


def sent(body: Object, *, like: Submission = KEYLESS) -> Submission:
    return evolve(like, body=body)


def shown(value: Json) -> Object:
    """Return an unfinished generation whose input is shown so."""
    return {"id": "gen_1", "status": "IN_QUEUE", "input": value}


CANDIDATES: Final[dict[str, tuple[Submission, Object, bool]]] = {
    "our key, whatever else it shows": (OURS, row(prompt="another", duration="5000", payload="m-1"), True),
    "our key, and too old": (OURS, row(created_at="2026-01-01T11:54:59Z", payload="m-1"), True),
    "another key": (OURS, row(duration="5000", payload="m-2"), False),
    "young, and shows no key": (OURS, row(duration="5000"), True),
    "young by an unreadable time": (OURS, row(prompt="a golden bird in the evening light", created_at="soon"), True),
    "old, other, and shows no key": (OURS, row(duration="5000", created_at="2026-01-01T11:54:59Z"), False),
    "old, alike, and shows no key": (OURS, row(created_at="2026-01-01T11:54:59Z"), True),
    "the user's key, and another prompt": (SUBMISSION, row(prompt="another", payload="m-1"), False),
    "nothing else": (SUBMISSION, row(), True),
    "empty members": (SUBMISSION, row(model="", prompt=" a bird\n", duration=0, resolution="720p"), True),
    "a number as text": (SUBMISSION, row(duration="5"), True),
    "another number": (SUBMISSION, row(duration=8), False),
    "a copy of the picture": (SUBMISSION, row(images=["https://cdn.example/copy.png"]), True),
    "just young enough": (SUBMISSION, row(created_at="2026-01-01T11:55:00Z"), True),
    "too old": (SUBMISSION, row(created_at="2026-01-01T11:54:59Z"), False),
    "too old elsewhere": (SUBMISSION, row(created_at="2026-01-01T19:54:59+08:00"), False),
    "no time": (SUBMISSION, row(created_at=None), True),
    "no id": (SUBMISSION, row(id=""), False),
    "a prompt that is rewritten": (sent({"is_rec": True, "prompt": "a"}, like=SUBMISSION), row(prompt="a golden bird"), True),
    "what the service chooses": (
        sent({"prompt": "a", "aspect_ratio": "auto", "resolution": ""}, like=SUBMISSION),
        row(prompt="a", aspect_ratio="3:2", resolution="1080p"), True,
    ),
    "a picture sent inline": (sent({"images": [INLINE, B]}), row(images=[A, B]), True),
    "another picture beside it": (sent({"images": [INLINE, B]}), row(images=[A, A]), False),
    "one picture more": (sent({"images": [INLINE, B]}), row(images=[A, B, B]), False),
    "without a key the same pictures": (sent(FILM), row(images=[A], duration=15), True),
    "without a key other pictures": (sent(FILM), row(images=[B], duration=15), False),
    "without a key no pictures": (sent(FILM), row(duration=15), False),
    "without a key all sent inline": (sent({"images": [INLINE]}), row(images=[A]), False),
    "without a key nothing to compare": (sent({"video_url": A, "text": "hello"}), row(), False),
    "the same input": (SKILLS_SUBMISSION, shown({"prompt": "a bird", "duration": 5, "aspect_ratio": "16:9", "n": 1}), True),
    "an input of another length": (SKILLS_SUBMISSION, shown({"prompt": "a bird", "duration": 8}), False),
    "an input without the prompt": (SKILLS_SUBMISSION, shown({"duration": 5}), False),
    "a switch that was off": (
        sent({"prompt": "a bird", "audio": False}, like=SKILLS_SUBMISSION), shown({"prompt": "a bird", "audio": True}), False,
    ),
    "no input": (SKILLS_SUBMISSION, shown(None), False),
    "a picture that was not sent": (SKILLS_SUBMISSION, shown({"prompt": "a bird", "reference_image_urls": [A]}), False),
    "no pictures": (SKILLS_SUBMISSION, shown({"prompt": "a bird", "reference_image_urls": []}), True),
    "the same first frame": (FRAME, shown({"prompt": "a bird", "first_frame_url": A, "seed": 5}), True),
    "another first frame": (FRAME, shown({"prompt": "a bird", "first_frame_url": B}), False),
    "no first frame": (FRAME, shown({"prompt": "a bird"}), False),
}  # fmt: skip


@pytest.mark.parametrize("case", CANDIDATES)
def test_task_is_a_candidate_unless_it_contradicts_what_was_sent(case: str) -> None:
    """Lists need not show the key. Once, a young task without one counted as absent, and a batch paid for a second one."""
    submission, task, fits = CANDIDATES[case]
    assert bool(candidates(submission, task)) is fits
