"""What adapters read from status answers and lists: state, files, price and progress of tasks."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Final

import pytest
from adapters import COMFY, EVERY, REF, SKILLS, SKILLS_SUBMISSION, SUBMISSION, VIDU, ZENLAYER, A, B, by_name, present

from vidu_ext.providers.base import Provider
from vidu_ext.providers.error_bodies import holds_error
from vidu_ext.providers.reading import charge
from vidu_ext.providers.search import search_page
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import Json, Object, Output, Snapshot


def read(provider: Provider, answer: Object) -> Snapshot:
    return present(provider.snapshot(REF, answer))


def outputs(provider: Provider, answer: Object) -> tuple[Output, ...]:
    return read(provider, answer).outputs


@pytest.mark.parametrize("provider", EVERY, ids=by_name)
@pytest.mark.parametrize(
    "value", [None, [], "success", {}, {"state": None, "status": None}, {"state": " ", "status": 1}], ids=str
)
def test_answer_without_a_state_word_is_not_a_snapshot(provider: Provider, value: Json) -> None:
    assert provider.snapshot(REF, value) is None


@pytest.mark.parametrize(
    ("provider", "url", "task_type", "kind"),
    [
        (VIDU, "https://h.example/x.PNG?sig=a/b.mp4", "img2video", "image"),
        (VIDU, "https://h.example/x", "reference2image", "image"),
        (VIDU, "https://h.example/x", "timing2audio", "audio"),
        (VIDU, "https://h.example/x", "unspecified", "file"),
        (COMFY, "https://h.example/x", "", "video"),
        (VIDU, "http://[", "", "file"),
    ],
)
def test_kind_of_the_main_file_follows_from_its_url_and_then_from_the_task(
    provider: Provider, url: str, task_type: str, kind: str
) -> None:
    (output,) = outputs(provider, {"state": "success", "type": task_type, "creations": [{"id": "9", "url": url}]})
    assert (output.kind, output.url, output.creation_id) == (kind, url, "9")


def test_snapshot_has_every_file_of_a_creation_and_none_for_empty_urls() -> None:
    creation: Object = {
        "id": 9,
        "url": "https://h.example/v.mp4?X=1%2F2",
        "watermarked_url": "https://h.example/w.mp4",
        "cover_url": "",
        "speech_url": "https://h.example/s",
        "sound_url": " ",
        "bgm_url": "https://h.example/b",
        "moderation_url": ["https://h.example/m", "", None],
        "attachments": [{"url": "https://h.example/t"}, "https://h.example/u", {}, 5],
    }
    files = outputs(VIDU, {"state": "success", "creations": [creation, None, {"url": None}]})
    assert [(output.kind, output.url.rpartition("/")[2]) for output in files] == [
        ("video", "v.mp4?X=1%2F2"), ("watermarked", "w.mp4"), ("speech", "s"), ("music", "b"), ("moderation", "m"),
        ("attachment", "t"), ("attachment", "u"),
    ]  # fmt: skip


def film(signed_url: str) -> Object:
    jobs: Json = [{"id": "5", "signed_url": "https://h.example/shot.mp4"}, {"id": "6", "signed_url": ""}]
    composed: Json = [{"id": "7", "signed_url": signed_url}]
    return {"state": "success", "signed_url": signed_url, "job_records": [{"jobs": jobs}, {"type": "compose", "jobs": composed}]}


def test_result_is_the_composed_film_or_else_its_shots() -> None:
    whole = outputs(VIDU, film("https://h.example/film.mp4"))
    assert [(output.kind, output.url[18:]) for output in whole] == [("video", "film.mp4"), ("attachment", "shot.mp4")]
    assert [output.kind for output in outputs(VIDU, film(""))] == ["video"]


FILM_URL: Final = "https://h.example/v.mp4"


@pytest.mark.parametrize(
    ("data", "files"),
    [
        ({"videos": [{"url": FILM_URL}], "video": {"url": FILM_URL}}, [("video", FILM_URL)]),
        ({"video": {"url": FILM_URL}, "image": {"url": A}}, [("video", FILM_URL), ("image", A)]),
        ({"images": [{"url": A}, {"url": B}, {"url": A}]}, [("image", A), ("image", B)]),
        (
            {"videos": [], "actual_prompt": f"see {A}", "result": {"address": FILM_URL, "poster": A}},
            [("video", FILM_URL), ("cover", A)],
        ),
        ({"type": "video", "image": {"url": A}}, [("cover", A)]),
        ([{"file": "https://h.example/x"}], [("file", "https://h.example/x")]),
        (FILM_URL, [("video", FILM_URL)]),
        (None, []),
    ],
)
def test_files_of_skills_video_are_read_in_any_form(data: Json, files: list[tuple[str, str]]) -> None:
    read_files = outputs(SKILLS, {"status": "COMPLETED", "data": data})
    assert [(output.kind, output.url) for output in read_files] == files


@pytest.mark.parametrize(
    ("value", "progress"),
    [(0, 0.0), ("42", 42.0), (100.0, 100.0), (101, None), (-1, None), ("nan", None), (True, None), (None, None)],
)
def test_progress_is_a_percentage_or_none(value: Json, progress: float | None) -> None:
    assert read(VIDU, {"state": "processing", "progress": value}).progress == progress


def test_only_comfy_estimates_how_long_a_task_takes() -> None:
    answer = Reply(200, {"x-comfy-estimated-duration-seconds": "95"}, b"{}")
    assert [provider.estimated_seconds(answer) for provider in (VIDU, COMFY, ZENLAYER, SKILLS)] == [None, 95.0, None, None]


@pytest.mark.parametrize("written", ["", "soon", "-1", "0", "inf"])
def test_estimate_that_is_not_a_positive_number_is_none(written: str) -> None:
    assert COMFY.estimated_seconds(Reply(200, {"x-comfy-estimated-duration-seconds": written}, b"{}")) is None


# -- strange entries of lists ---------------------------------------------------------------------------------------------


STRANGE: Final[list[Json]] = [None, 0, 7, "", "text", [], ["a"], {}, True]
FILM: Final[Object] = {"id": "c", "url": "https://files.example/a.mp4"}


def test_result_is_read_among_strange_entries_and_without_a_list() -> None:
    """A paid film was not found, although the answer had its URL."""
    entries: list[Json] = [STRANGE[0], FILM, *STRANGE]
    for creations in (entries, FILM):
        files = outputs(VIDU, {"id": "1", "state": "success", "creations": creations})
        assert files == (Output("video", "https://files.example/a.mp4", "c"),)


@pytest.mark.parametrize("strange", STRANGE, ids=repr)
def test_tasks_of_a_list_are_read_among_strange_entries(strange: Json) -> None:
    row: Object = {"id": "7", "state": "success", "creations": [FILM]}
    of_vidu = present(VIDU.tasks_page("mine", {"tasks": [strange, row, {"id": 8}]}))
    of_skills_video = present(SKILLS.tasks_page("mine", [strange, {"id": 7, "status": "IN_QUEUE"}, {"id": 8}]))
    for snapshots, _ in (of_vidu, of_skills_video):
        assert [str(snapshot.ref) for snapshot in snapshots] == ["mine:7"]


@pytest.mark.parametrize("rows", [["7"], [{"task_id": "7", "state": "created"}], [[{"id": "7"}]], {}, "no list"], ids=repr)
def test_list_of_other_things_than_tasks_is_not_an_empty_list(rows: Json) -> None:
    """A search for a paid task would take it as proof that there is none."""
    assert VIDU.tasks_page("mine", {"tasks": rows}) is None
    assert search_page(VIDU, SUBMISSION, {"tasks": rows}, since=None) is None
    assert SKILLS.tasks_page("mine", rows) is None
    assert search_page(SKILLS, SKILLS_SUBMISSION, rows, since=None) is None


def test_list_without_entries_is_an_empty_list() -> None:
    answers: list[Json] = [{"tasks": []}, {"tasks": [None]}, {"tasks": None}]
    assert [VIDU.tasks_page("mine", answer) for answer in answers] == [((), None)] * 3
    assert SKILLS.tasks_page("mine", [None]) == ((), None)
    assert VIDU.tasks_page("mine", {"code": 400, "reason": "BadRequest"}) is None


def test_balances_and_subjects_are_read_among_strange_entries() -> None:
    (balance,) = present(VIDU.balances({"remains": [None, {"type": "test", "credit_remain": 5}, 7]}))
    assert (balance.kind, balance.credits) == ("test", 5.0)
    assert VIDU.balances({"remains": ["test"]}) is None
    subjects, _ = present(VIDU.subjects_page({"subjects": [None, {"id": "s", "name": "bird"}, "s2"]}))
    assert [subject.id for subject in subjects] == ["s"]
    assert VIDU.subjects_page({"subjects": ["s"]}) is None
    assert (VIDU.balances({"remains": []}), VIDU.balances({"code": 401}), SKILLS.balances([])) == ((), None, None)


# -- what single members of an answer mean: a charge, a time, an error inside a success, a word of a state -----------------


@pytest.mark.parametrize(
    ("value", "credits_", "odd"),
    [
        (None, None, None), ("", None, None), (0, 0.0, None), (-5, None, "-5"), ([60], None, "[60]"), (True, None, "true"),
        *((written, 15.0, None) for written in ("15", "15.0", "+15", "1.5e1", " 15\n")), (-0.0, 0.0, None), ("-0", 0.0, None),
        (10**400, None, f"1{'0' * 39}"), (math.nan, None, "NaN"), (math.inf, None, "Infinity"),
        *((odd, None, json.dumps(odd)) for odd in ("1_0", "0x10", "infinity", "nan", "1e400", "-1e-9", "1,5", "10 credits")),
        *((odd, None, json.dumps(odd)) for odd in ("\u0661\u0660", "\uff11\uff10", "\u00a015", "15\u2003", "\u00bd")),
    ],
)  # fmt: skip
def test_charge_is_a_plausible_number_or_odd(value: Json, credits_: float | None, odd: str | None) -> None:
    """A charge that is no number is booked as what was reserved; an odd one is logged, too."""
    assert charge(value) == (credits_, odd)


@pytest.mark.parametrize(
    ("body", "is_error"),
    [
        ({"error": {"message": "no"}}, True),
        ({"code": "FieldInvalid", "reason": "FieldInvalid"}, True),
        ({"code": 400, "message": "no"}, True),
        ({"code": 200, "message": "fine"}, False),
        ({"reason": "FieldInvalid"}, False),
        ({"state": "failed", "error": "no"}, False),
        ({"status": "FAILED", "error": "no"}, False),
        ({}, False),
    ],
)
def test_error_body_with_a_success_status_is_an_error_unless_it_is_a_task(body: Object, is_error: bool) -> None:
    """Taken for an empty list, it would have proved that a lost task does not exist."""
    assert holds_error(body) is is_error


# -- when a task was created and ended, in all the forms that providers write ----------------------------------------------

NOON = datetime(2026, 8, 24, 12, 0, 0, tzinfo=UTC)
"""1787572800 seconds since the epoch, by `date -u -d 2026-08-24T12:00:00Z +%s`."""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1996-12-19T16:39:57-08:00", datetime(1996, 12, 20, 0, 39, 57, 0, UTC)),  # RFC 3339, section 5.8
        ("2025-08-07T09:53:22.083033428Z", datetime(2025, 8, 7, 9, 53, 22, 83033, UTC)),
        ("2026-01-01T14:15:22", datetime(2026, 1, 1, 14, 15, 22, 0, UTC)),
        *((form, NOON) for form in ("2026-08-24T14:00:00.000000000+02:00", "1787572800", 1787572800000, 1787572800.5)),
        *((odd, None) for odd in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "yesterday", "")),
        (1766829900, datetime(2025, 12, 27, 10, 5, 0, 0, UTC)),  # as relays write it
        *((0, None), ("0", None), (-1, None), (True, None), ([], None), ({}, None), (1e300, None), ("9" * 99, None)),
    ],
)
def test_time_is_in_utc_or_none(written: Json, meant: datetime | None) -> None:
    """A server written in Go shows an unknown time as one in the year 1."""
    snapshot = read(VIDU, {"state": "created", "created_at": written})
    assert snapshot.created_at == meant
    assert snapshot.created_at is None or snapshot.created_at.tzinfo is UTC


def test_last_change_is_the_end_unless_it_is_the_creation() -> None:
    created, noon = "2026-08-24T11:00:00Z", "2026-08-24T12:00:00Z"
    for written, ended in (({"updated_at": noon}, NOON), ({"updated_at": created}, None), ({"finishedAt": noon}, NOON)):
        assert read(VIDU, {"state": "success", "createdAt": created, **written}).ended_at == ended


def test_inputs_that_moderation_refused_are_named_from_1() -> None:
    blocked: Json = [{"content_type": "image", "index": 0}, {"index": 1}, "image", {"content_type": "prompt", "index": "2"}]
    assert (
        read(VIDU, {"state": "failed", "blocked_resources": blocked}).error_message == "refused by moderation: image 1, prompt 3"
    )
