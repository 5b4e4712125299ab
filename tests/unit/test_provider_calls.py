"""What the adapters ask about tasks, accounts and files, and how they look for a task that was lost."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import httpx
import pytest
from adapters import COMFY, REF, SKILLS, VIDU, ZENLAYER, A, B
from attrs import evolve

from vidu_ext.providers import provider_named
from vidu_ext.providers.base import Balance, Provider, TaskFilter
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Json, Object, TaskRef, TaskState

NOON: Final = 1767268800.0
"""2026-01-01T12:00:00Z."""
SUBMISSION: Final = Submission(
    account="mine",
    provider="vidu",
    operation="textToVideo",
    settlement="payload",
    idempotency_key="m-1",
    submitted_at=NOON,
    body={"model": "viduq2", "prompt": "a bird", "duration": 5, "payload": "m-1"},
)
SKILLS_SUBMISSION: Final = evolve(
    SUBMISSION,
    operation="createQ3Video",
    settlement="running-list",
    idempotency_key=None,
    body={"prompt": "a bird", "duration": 5},
)


# -- asking for tasks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "ref", "url"),
    [
        (VIDU, TaskRef("v", "1"), "/ent/v2/tasks/1/creations"),
        (VIDU, TaskRef("v", "1", "getCreations"), "/ent/v2/tasks/1/creations"),
        (VIDU, TaskRef("v", "1", "getMusicVideo"), "/ent/v2/one-click/mv/1"),
        (VIDU, TaskRef("v", "1", "getAdFilm"), "/ent/v2/ad-one-click/1"),
        (COMFY, TaskRef("c", "1"), "/proxy/vidu/tasks/1/creations"),
        (ZENLAYER, TaskRef("z", "1"), "/v1/vidu/tasks/1/creations"),
        (SKILLS, TaskRef("s", "gen_1"), "/generation/gen_1"),
        (SKILLS, TaskRef("s", "a:b=="), "/generation/a%3Ab%3D%3D"),
    ],
    ids=str,
)
def test_the_state_is_asked_for_at_the_address_of_the_task(provider: Provider, ref: TaskRef, url: str) -> None:
    call = provider.status_call(ref)
    assert not call.creates
    assert (call.request["method"], call.request["url"]) == ("get", url)


@pytest.mark.parametrize("provider", [VIDU, COMFY, ZENLAYER, SKILLS], ids=str)
def test_an_id_that_leads_elsewhere_is_put_into_no_address(provider: Provider) -> None:
    """Of `..` no quoting takes the meaning, and some servers undo that of a slash before they look for the route."""
    for task_id in ("..", "a/../credits?x#y", ""):
        with pytest.raises(ConfigurationError, match="Nothing was sent"):
            provider.status_call(TaskRef("a", task_id))


@pytest.mark.parametrize("poll", ["cancelTask", "listTasks", "textToVideo", "getCredits", "nothing"])
def test_a_reference_never_makes_another_call_than_one_for_the_state(poll: str) -> None:
    with pytest.raises(ConfigurationError):
        VIDU.status_call(TaskRef("vidu", "1", poll))


def test_a_hundred_tasks_are_asked_for_in_one_request_with_the_key_repeated() -> None:
    assert [provider.list_size for provider in (VIDU, COMFY, ZENLAYER, SKILLS)] == [100, 0, 0, 0]
    call = VIDU.list_call([str(number) for number in range(100)])
    query = httpx.QueryParams(call.request["params"])
    assert query.get_list("task_ids") == [str(number) for number in range(100)]
    assert query["pager.pagesz"] == query["paper.pagesz"] == "100"
    assert call.request["url"] == "/ent/v2/tasks"


def test_a_list_is_read_by_id_and_rows_that_cannot_be_used_are_passed_over() -> None:
    rows: Json = [
        {"id": "1", "state": "success"},
        {"id": 2, "state": "failed"},
        {"id": "", "state": "failed"},
        {"id": "4"},
        None,
        5,
    ]
    page = VIDU.tasks_page("mine", {"tasks": rows})
    assert page is not None
    assert {str(one.ref): one.state for one in page[0]} == {"mine:1": TaskState.SUCCEEDED, "mine:2": TaskState.FAILED}
    assert VIDU.rows({"tasks": None}) == []
    others: list[Json] = [{}, {"code": 400, "reason": "BadRequest"}, [], None, {"tasks": {}}]
    for other in others:
        assert VIDU.rows(other) is None
        assert VIDU.tasks_page("mine", other) is None


@pytest.mark.parametrize("provider", [VIDU, SKILLS], ids=lambda one: one.name)
@pytest.mark.parametrize("word", ["success", "failed", "completed", " Processing ", "in_queue", "new_word", "", 5, None])
def test_the_state_of_a_row_is_that_of_its_snapshot(provider: Provider, word: Json) -> None:
    """A poll reads the state alone, and the rest of a row once the task has ended."""
    row: Object = {"id": "1", provider.state_member: word}
    snapshot = provider.snapshot(TaskRef("mine", "1"), row)
    assert provider.state_in(row) == (None if snapshot is None else snapshot.state)


def test_a_listing_asks_for_what_is_wanted_and_nothing_else() -> None:
    wanted = TaskFilter(since="2026-01-01T00:00:00Z", states=("success", "failed"), models=("q2",), resolutions=("720p",))
    call = VIDU.tasks_call(wanted, "token-2")
    assert call is not None
    assert call.request["params"] == {
        "created_at.from": "2026-01-01T00:00:00Z",
        "states": ["success", "failed"],
        "model_versions": ["q2"],
        "resolutions": ["720p"],
        "pager.page_token": "token-2",
        "pager.pagesz": 100,
        "paper.pagesz": 100,
    }
    plain = VIDU.tasks_call(TaskFilter(), None)
    assert plain is not None
    assert set(plain.request["params"]) == {"pager.pagesz", "paper.pagesz"}
    assert COMFY.tasks_call(TaskFilter(), None) is None
    assert ZENLAYER.tasks_call(TaskFilter(), None) is None


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"since": "yesterday"}, "TaskFilter.since needs a time"),
        ({"until": "2026-13-01"}, "TaskFilter.until needs a time"),
        ({"since": ""}, "TaskFilter.since needs a time"),
        ({"since": 20260101}, "TaskFilter.since needs a time"),
        ({"until": datetime(2026, 1, 1)}, "TaskFilter.until needs a time, not datetime.datetime(2026"),  # noqa: DTZ001
        ({"since": "9999-12-31T23:59:59-10:00"}, "TaskFilter.since needs a time"),
        ({"until": datetime.max.replace(tzinfo=timezone(-timedelta(hours=10)))}, "TaskFilter.until needs a time"),
        ({"states": 5}, "TaskFilter.states needs a text or several, not (5,)"),
        ({"models": None}, "TaskFilter.models needs"),
        ({"models": ("viduq2", 3)}, "TaskFilter.models needs"),
        ({"resolutions": ("",)}, "TaskFilter.resolutions needs"),
        ({"templates": ""}, "TaskFilter.templates needs"),
    ],
    ids=str,
)
def test_a_filter_that_makes_no_sense_is_sent_and_finds_nothing(members: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(says)):
        TaskFilter(**members)


@pytest.mark.parametrize("given", ["viduq2", ["viduq2"], {"viduq2"}], ids=str)
def test_a_single_text_is_taken_for_its_letters(given: Any) -> None:
    assert TaskFilter(models=given) == TaskFilter(models=("viduq2",))


@pytest.mark.parametrize(
    "given",
    [
        "2026-01-01T12:00:00Z",
        "2026-01-01T13:00:00+01:00",
        "2026-01-01 12:00:00.9",
        datetime(2026, 1, 1, 12, tzinfo=UTC),
        datetime(2026, 1, 1, 4, 0, 0, 1, tzinfo=timezone(-timedelta(hours=8))),
    ],
    ids=str,
)
def test_a_time_is_sent_as_it_is_written(given: datetime | str) -> None:
    assert TaskFilter(since=given, until=given) == TaskFilter(since="2026-01-01T12:00:00Z", until="2026-01-01T12:00:00Z")


def test_a_state_is_sent_in_a_word_that_the_provider_does_not_know() -> None:
    wanted = TaskFilter(states=(TaskState.SUCCEEDED, TaskState.QUEUED, "a word of its own"))
    call = VIDU.tasks_call(wanted, None)
    assert call is not None
    assert call.request["params"]["states"] == ["success", "queueing", "a word of its own"]
    with pytest.raises(ConfigurationError, match=r"Vidu has no word for the state canceled: .*success, failed"):
        VIDU.tasks_call(TaskFilter(states=TaskState.CANCELED), None)


def test_skills_video_lists_what_is_unfinished_and_says_that_it_cannot_filter() -> None:
    call = SKILLS.tasks_call(TaskFilter(), None)
    assert call is not None
    assert (call.request["url"], call.request["params"]) == ("/generations/running", {"limit": 100})
    with pytest.raises(ConfigurationError, match="cannot be asked for less"):
        SKILLS.tasks_call(TaskFilter(states=("FAILED",)), None)


def test_only_a_task_of_vidu_can_be_cancelled() -> None:
    call = VIDU.cancel_call(REF)
    assert call is not None
    assert (call.request["url"], call.request["json"]) == (f"/ent/v2/tasks/{REF.task_id}/cancel", {"id": REF.task_id})
    assert not call.creates
    assert VIDU.cancel_call(evolve(REF, poll="getMusicVideo")) is None
    assert [provider.cancel_call(REF) for provider in (COMFY, ZENLAYER, SKILLS)] == [None, None, None]


# -- looking for a lost task ----------------------------------------------------------------------------------------------


def found(submission: Submission, *rows: Json, since: float | None = NOON - 300.0) -> list[tuple[str, str | None]]:
    provider = provider_named(submission.provider) if submission.settlement == "payload" else SKILLS
    page = provider.search(submission, {"tasks": list(rows)} if provider is VIDU else list(rows), since=since)
    assert page is not None
    return [(candidate.ref.task_id, candidate.idempotency_key) for candidate in page.candidates]


def row(**members: Json) -> Object:
    return {"id": "1", "state": "created", "created_at": "2026-01-01T12:00:01.368745805Z", **members}


def test_a_search_asks_for_what_is_younger_than_a_time_or_for_all_that_is_listed() -> None:
    call = VIDU.search_call(None, since=NOON - 300.0)
    assert call.request["params"] == {"created_at.from": "2026-01-01T11:55:00Z", "pager.pagesz": 100, "paper.pagesz": 100}
    assert not call.creates
    next_page = VIDU.search_call("abc", since=NOON - 300.0).request["params"]
    assert ("pager.page_token", "abc") in next_page.items()
    assert "created_at.from" not in VIDU.search_call(None, since=None).request["params"]


@pytest.mark.parametrize(
    ("since", "asked"),
    [
        (-1e300, "1970-01-01T00:00:00Z"),
        (-1.0, "1970-01-01T00:00:00Z"),
        (1e12, "9999-12-31T23:59:59Z"),
        (1e300, "9999-12-31T23:59:59Z"),
    ],
)
def test_a_time_beyond_the_calendar_is_asked_for_as_the_end_of_it(since: float, asked: str) -> None:
    """A kept submission may carry the time of a clock that was anywhere."""
    assert VIDU.search_call(None, since=since).request["params"]["created_at.from"] == asked


def test_a_search_shows_the_page_that_comes_next() -> None:
    for token, following in {"abc": "abc", "": None, 7: "7", 0: None, None: None}.items():
        page = VIDU.search(SUBMISSION, {"tasks": [], "next_page_token": token}, since=None)
        assert page is not None
        assert page.next_page == following
    assert VIDU.search(SUBMISSION, {"code": 500, "reason": "Unknown"}, since=None) is None


def test_a_page_says_whether_the_id_of_each_of_its_tasks_can_be_read() -> None:
    cases: list[tuple[list[Json], bool]] = [
        ([row(), None], True),
        ([row(), row(id="")], False),
        ([row(id={"value": "1"})], False),
    ]
    for rows, is_readable in cases:
        page = VIDU.search(SUBMISSION, {"tasks": rows}, since=None)
        assert page is not None
        assert page.is_readable is is_readable


def test_time_rules_nothing_out_where_the_marker_decides() -> None:
    assert found(SUBMISSION, row(created_at="2019-01-01T00:00:00Z"), since=None)
    assert not found(SUBMISSION, row(created_at="2019-01-01T00:00:00Z"))


def test_a_task_that_shows_our_own_key_is_ours_whatever_else_it_shows() -> None:
    """A service may write the prompt anew, or the duration in another unit."""
    ours = evolve(SUBMISSION, key_is_ours=True)
    assert found(ours, row(prompt="another", duration="5000", payload="m-1")) == [("1", "m-1")]
    assert not found(SUBMISSION, row(prompt="another", payload="m-1"))


@pytest.mark.parametrize(
    ("members", "fits"),
    [
        ({}, True),
        ({"model": "viduq2", "prompt": "a bird", "duration": 5}, True),
        ({"model": "", "prompt": "", "duration": 0, "resolution": "720p"}, True),
        ({"duration": "5"}, True),
        ({"prompt": " a bird\n"}, True),
        ({"prompt": "another bird"}, False),
        ({"model": "viduq3-pro"}, False),
        ({"duration": 8}, False),
        ({"images": ["https://cdn.example/copy.png"]}, True),
        ({"created_at": "2026-01-01T11:55:00Z"}, True),
        ({"created_at": "2026-01-01T11:54:59Z"}, False),
        ({"created_at": "2026-01-01T19:54:59+08:00"}, False),
        ({"created_at": "2026-01-01T11:55:00"}, True),
        ({"created_at": "2026-01-01T11:54:59"}, False),
        ({"created_at": "yesterday"}, True),
        ({"created_at": None}, True),
        ({"id": ""}, False),
    ],
    ids=str,
)
def test_a_listed_task_is_a_candidate_unless_it_contradicts_what_was_sent(members: Object, fits: bool) -> None:
    assert bool(found(SUBMISSION, row(**members))) is fits


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change its time zone while it runs")
def test_a_time_without_a_zone_is_not_read_in_the_zone_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        assert found(SUBMISSION, row(created_at="2026-01-01T12:00:00"))
    time.tzset()


def test_a_marker_in_the_list_saves_the_question() -> None:
    assert found(SUBMISSION, row(payload="m-1"), row(id="2", payload="")) == [("1", "m-1"), ("2", None)]


def test_a_prompt_that_the_service_rewrites_rules_nothing_out() -> None:
    rewritten = evolve(SUBMISSION, operation="imageToVideo", body={"is_rec": True, "prompt": "a", "payload": "m-1"})
    assert found(rewritten, row(prompt="a golden bird in the evening light"))


def test_what_the_service_chooses_itself_rules_nothing_out() -> None:
    chosen = evolve(SUBMISSION, operation="referenceToImage", body={"prompt": "a", "aspect_ratio": "auto", "resolution": ""})
    assert found(chosen, row(prompt="a", aspect_ratio="3:2", resolution="1080p"))


def test_a_picture_that_was_sent_whole_is_shown_at_an_address_and_rules_nothing_out() -> None:
    mixed = evolve(SUBMISSION, operation="createAdFilm", idempotency_key=None, body={"images": ["data:image/png;base64,AA==", B]})
    assert found(mixed, row(images=[A, B]))
    assert not found(mixed, row(images=[A, A]))
    assert not found(mixed, row(images=[A, B, B]))


def test_without_a_marker_only_a_task_that_shows_the_same_prompt_or_pictures_is_taken_for_ours() -> None:
    film = evolve(SUBMISSION, operation="createAdFilm", idempotency_key=None, body={"images": [A], "duration": 15})
    assert found(film, row(images=[A], duration=15))
    assert not found(film, row(images=[B], duration=15))
    assert not found(film, row(duration=15))
    assert not found(evolve(film, body={"images": ["data:image/png;base64,AA=="]}), row(images=[A]))
    talking = evolve(SUBMISSION, operation="lipSync", idempotency_key=None, body={"video_url": A, "text": "hello"})
    assert not found(talking, row())


def test_what_no_list_shows_is_looked_for_in_a_list() -> None:
    """A film of several shots is no task, so that its absence from the list would prove nothing; speech starts no task at all."""
    assert [VIDU.settlement_of(operation) for operation in ("createMusicVideo", "textToSpeech")] == ["none", "none"]
    assert [VIDU.settlement_of(operation) for operation in ("textToVideo", "lipSync")] == ["payload", "payload"]
    assert COMFY.settlement_of("textToVideo") == "idempotency-key"


def test_a_task_carries_its_marker_in_the_payload_of_its_status_answer() -> None:
    snapshot = VIDU.snapshot(REF, {"state": "created", "payload": "m-1"})
    assert snapshot is not None
    assert VIDU.idempotency_key_of(snapshot) == "m-1"
    assert [provider.idempotency_key_of(snapshot) for provider in (COMFY, ZENLAYER, SKILLS)] == [None, None, None]
    assert VIDU.idempotency_key_of(evolve(snapshot, raw={"payload": ""})) is None


@pytest.mark.parametrize(
    ("shown", "fits"),
    [
        ({"prompt": "a bird", "duration": 5, "aspect_ratio": "16:9", "n": 1}, True),
        ({"prompt": "a bird"}, True),
        ({"prompt": "a bird", "duration": 8}, False),
        ({"prompt": "a cat", "duration": 5}, False),
        ({"duration": 5}, False),
        ({}, False),
        (None, False),
        ({"prompt": "a bird", "first_frame_url": A}, False),
        ({"prompt": "a bird", "reference_image_urls": [A]}, False),
        ({"prompt": "a bird", "reference_image_urls": []}, True),
    ],
    ids=str,
)
def test_an_unfinished_generation_is_taken_for_ours_only_if_its_input_says_so(shown: Json, fits: bool) -> None:
    assert bool(found(SKILLS_SUBMISSION, {"id": "gen_1", "status": "IN_QUEUE", "input": shown})) is fits


def test_a_generation_with_a_first_frame_is_found_by_that_frame() -> None:
    sent = evolve(SKILLS_SUBMISSION, body={"prompt": "a bird", "first_frame_url": A, "seed": None})
    assert found(sent, {"id": "gen_1", "input": {"prompt": "a bird", "first_frame_url": A, "seed": 5}}) == [("gen_1", None)]
    assert not found(sent, {"id": "gen_1", "input": {"prompt": "a bird", "first_frame_url": B}})
    assert not found(sent, {"id": "gen_1", "input": {"prompt": "a bird"}})


# -- account and files ----------------------------------------------------------------------------------------------------


def test_the_balance_is_read_under_both_names_of_the_documents() -> None:
    left: Json = [{"type": "metered", "credit_remain": 9, "concurrency_limit": 5, "current_concurrency": 1, "queue_count": 0}]
    expected = (Balance("metered", 9.0, running=1, limit=5, queued=0),)
    assert VIDU.balances({"remains": left}) == expected
    assert VIDU.balances({"remains": None, "remaining_credits": left}) == expected
    assert VIDU.balances({"remains": []}) == ()
    assert VIDU.balances({"code": 401, "reason": "Unauthorized"}) is None
    assert [bool(provider.credits_call()) for provider in (VIDU, COMFY, ZENLAYER, SKILLS)] == [True, False, False, True]


def test_a_balance_of_unknown_form_is_shown_as_it_is_named() -> None:
    assert SKILLS.balances({"total": 12, "plan": "pro", "permanent": "3"}) == (Balance("total", 12.0), Balance("permanent", 3.0))
    assert SKILLS.balances([]) is None


def test_a_picture_is_uploaded_to_vidu_in_three_steps() -> None:
    first = VIDU.upload_call("a.png", "image/png")
    assert first is not None
    assert (first.request["url"], first.request["json"]) == ("/tools/v2/files/uploads", {"scene": "vidu"})
    place = VIDU.upload_place({"id": "9", "put_url": "https://s.example/p?sig=1"})
    assert place is not None
    last = VIDU.upload_finish_call(place, '"etag"')
    assert last is not None
    assert (last.request["url"], last.request["json"]) == ("/tools/v2/files/uploads/9/finish", {"etag": '"etag"'})
    assert VIDU.uploaded_url(place, {"uri": "ssupload:?id=9"}) == "ssupload:?id=9"
    assert VIDU.uploaded_url(place, {}) is None
    assert "sig" not in repr(place)


def test_a_picture_is_uploaded_to_comfy_in_two_steps() -> None:
    first = COMFY.upload_call("a.png", "image/png")
    assert first is not None
    assert first.request["json"] == {"file_name": "a.png", "content_type": "image/png"}
    assert not first.creates
    place = COMFY.upload_place({"upload_url": "https://s.example/p", "download_url": "https://s.example/g", "id": "4"})
    assert place is not None
    assert COMFY.upload_finish_call(place, "etag") is None
    assert COMFY.uploaded_url(place, None) == "https://s.example/g"


@pytest.mark.parametrize(
    "value", [{}, None, {"put_url": "https://s.example/p"}, {"id": "9", "put_url": ""}, {"id": "9"}], ids=str
)
def test_an_upload_without_a_place_or_a_way_to_name_it_is_refused(value: Json) -> None:
    assert VIDU.upload_place(value) is None


def test_a_provider_without_uploads_is_not_asked_for_one() -> None:
    assert [provider.upload_call("a.png", "image/png") for provider in (ZENLAYER, SKILLS)] == [None, None]
