"""Searches of adapters for a lost task: what they ask for, and which listed tasks are candidates."""

from __future__ import annotations

import time

import pytest
from adapters import COMFY, NOON, REF, SKILLS, SKILLS_SUBMISSION, SUBMISSION, VIDU, ZENLAYER, A, B, present
from attrs import evolve

from vidu_ext.providers import provider_named
from vidu_ext.providers.reading import rfc3339
from vidu_ext.providers.search import search_page
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Json, Object


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


@pytest.mark.parametrize(
    ("since", "asked"),
    [*((early, "1970-01-01T00:00:00Z") for early in (-1e300, -1.0)), *((late, "9999-12-31T23:59:59Z") for late in (1e12, 1e300))],
)
def test_time_outside_the_calendar_is_sent_as_its_nearest_end(since: float, asked: str) -> None:
    """A saved submission may have the time of any wrong clock."""
    assert VIDU.search_call(None, since=since).request["params"]["created_at.from"] == asked


def test_search_returns_the_token_of_the_next_page() -> None:
    for token, following in {"abc": "abc", "": None, 7: "7", 0: None, None: None}.items():
        page = present(search_page(VIDU, SUBMISSION, {"tasks": [], "next_page_token": token}, since=None))
        assert page.next_page == following


def test_error_body_is_not_a_page_of_a_search() -> None:
    assert search_page(VIDU, SUBMISSION, {"code": 500, "reason": "Unknown"}, since=None) is None


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


def test_search_without_a_time_includes_tasks_of_any_age() -> None:
    assert candidates(SUBMISSION, row(created_at="2019-01-01T00:00:00Z"), since=None)
    assert not candidates(SUBMISSION, row(created_at="2019-01-01T00:00:00Z"))


def test_task_with_a_key_made_for_the_request_is_a_candidate_whatever_else_it_shows() -> None:
    """A service may rewrite the prompt, or show the duration in another unit."""
    ours = evolve(SUBMISSION, key_is_ours=True)
    assert candidates(ours, row(prompt="another", duration="5000", payload="m-1")) == [("1", "m-1")]
    assert not candidates(SUBMISSION, row(prompt="another", payload="m-1"))


@pytest.mark.parametrize(
    ("members", "fits"),
    [
        ({"duration": "5000"}, True),
        ({"prompt": "a golden bird in the evening light", "created_at": "soon"}, True),
        ({"duration": "5000", "payload": "m-2"}, False),
        ({"duration": "5000", "created_at": "2026-01-01T11:54:59Z"}, False),
        ({"created_at": "2026-01-01T11:54:59Z"}, True),
    ],
    ids=str,
)
def test_young_task_without_a_key_in_the_list_is_a_candidate_whatever_else_it_shows(members: Object, fits: bool) -> None:
    """Lists are not documented to show the key. Once, such a task counted as absent, and a batch paid for a second one."""
    assert bool(candidates(evolve(SUBMISSION, key_is_ours=True), row(**members))) is fits


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
def test_listed_task_is_a_candidate_unless_it_contradicts_what_was_sent(members: Object, fits: bool) -> None:
    assert bool(candidates(SUBMISSION, row(**members))) is fits


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change its time zone while it runs")
def test_times_are_sent_in_utc_and_read_as_utc_in_every_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a time nine hours off, the list would begin after the lost task."""
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        assert candidates(SUBMISSION, row(created_at="2026-01-01T12:00:00"))
        assert rfc3339(1_700_000_000.9) == "2023-11-14T22:13:20Z"
    time.tzset()


def test_candidate_has_the_key_that_the_list_shows() -> None:
    assert candidates(SUBMISSION, row(payload="m-1"), row(id="2", payload="")) == [("1", "m-1"), ("2", None)]


def test_prompt_that_the_service_rewrites_excludes_no_task() -> None:
    rewritten = evolve(SUBMISSION, operation="imageToVideo", body={"is_rec": True, "prompt": "a", "payload": "m-1"})
    assert candidates(rewritten, row(prompt="a golden bird in the evening light"))


def test_values_that_the_service_chooses_exclude_no_task() -> None:
    chosen = evolve(SUBMISSION, operation="referenceToImage", body={"prompt": "a", "aspect_ratio": "auto", "resolution": ""})
    assert candidates(chosen, row(prompt="a", aspect_ratio="3:2", resolution="1080p"))


def test_picture_that_was_sent_inline_excludes_no_task() -> None:
    mixed = evolve(SUBMISSION, operation="createAdFilm", idempotency_key=None, body={"images": ["data:image/png;base64,AA==", B]})
    assert candidates(mixed, row(images=[A, B]))
    assert not candidates(mixed, row(images=[A, A]))
    assert not candidates(mixed, row(images=[A, B, B]))


def test_task_without_a_key_is_a_candidate_only_with_the_same_prompt_or_pictures() -> None:
    film = evolve(SUBMISSION, operation="createAdFilm", idempotency_key=None, body={"images": [A], "duration": 15})
    assert candidates(film, row(images=[A], duration=15))
    assert not candidates(film, row(images=[B], duration=15))
    assert not candidates(film, row(duration=15))
    assert not candidates(evolve(film, body={"images": ["data:image/png;base64,AA=="]}), row(images=[A]))
    talking = evolve(SUBMISSION, operation="lipSync", idempotency_key=None, body={"video_url": A, "text": "hello"})
    assert not candidates(talking, row())


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
def test_unfinished_generation_is_a_candidate_only_with_the_same_input(shown: Json, fits: bool) -> None:
    assert bool(candidates(SKILLS_SUBMISSION, {"id": "gen_1", "status": "IN_QUEUE", "input": shown})) is fits


def test_generation_is_compared_by_its_first_frame() -> None:
    sent = evolve(SKILLS_SUBMISSION, body={"prompt": "a bird", "first_frame_url": A, "seed": None})
    assert candidates(sent, {"id": "gen_1", "input": {"prompt": "a bird", "first_frame_url": A, "seed": 5}}) == [("gen_1", None)]
    assert not candidates(sent, {"id": "gen_1", "input": {"prompt": "a bird", "first_frame_url": B}})
    assert not candidates(sent, {"id": "gen_1", "input": {"prompt": "a bird"}})
