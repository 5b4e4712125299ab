"""Vidu's own routes: the task list, films of several shots, subjects, speech, notices."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Iterator

import pytest
from core_calls import IMAGE, KEY, Calls

from vidu_ext.emulator.providers.context import rfc3339
from vidu_ext.emulator.state.notices import signature_headers
from vidu_ext.spec.contract import contract_of
from vidu_ext.values.json import as_list, as_object, as_texts, value_at
from vidu_ext.values.tasks import Json, Object

DRAMA_TASKS = "/ent/api/v3/contents/generations/tasks"
HOOK = "http://127.0.0.1:9/hook?a=1&b=%20"


def _list(calls: Calls, query: str = "") -> list[str]:
    return [str(as_object(row)["id"]) for row in as_list(calls.ask("vidu", "GET", f"/ent/v2/tasks?{query}").json["tasks"])]


# -- the list -------------------------------------------------------------------------------------------------------------


def test_new_task_is_missing_from_the_list_for_a_moment_and_polled_at_once() -> None:
    calls = Calls(listed_after=0.5)
    task = calls.create()
    assert _list(calls) == [] == _list(calls, f"task_ids={task}")
    calls.step(0.6)
    assert _list(calls) == [task] == _list(calls, f"task_ids={task}")


def test_pages_and_tokens_show_every_task_once_the_newest_first() -> None:
    calls = Calls(listed_after=0.0)
    tasks = [calls.create() for _ in range(25)][::-1]
    assert _list(calls) == tasks[:10]
    assert [_list(calls, f"pager.page={page}&pager.pagesz=10") for page in range(4)] == [tasks[:10], tasks[10:20], tasks[20:], []]
    assert _list(calls, "paper.page=1&paper.pagesz=3") == tasks[3:6]
    assert _list(calls, f"pager.page={10**30}") == []
    seen: list[str] = []
    token: Json = ""
    while True:
        answer = calls.ask("vidu", "GET", f"/ent/v2/tasks?pager.pagesz=7&pager.page_token={token}").json
        seen += [str(as_object(row)["id"]) for row in as_list(answer["tasks"])]
        calls.create()  # what comes in meanwhile moves no page
        token = answer["next_page_token"]
        if not token:
            break
    assert seen == tasks


def test_list_is_filtered_by_ids_states_resolution_model_and_time() -> None:
    calls = Calls(listed_after=0.0, concurrency=1)
    old = calls.finished(resolution="540p")
    calls.step(86_400.0 * 3)
    start = calls.emulator.clock.now()
    new = calls.create(model="viduq2")
    waiting = calls.create()
    calls.step(2.0)
    assert _list(calls, "states=success") == [old]
    assert _list(calls, "states=processing&states=queueing") == [waiting, new]
    assert _list(calls, f"task_ids={old}&task_ids={new}&task_ids=77") == [new, old]
    assert _list(calls, "resolutions=540p") == [old]
    assert _list(calls, "model_versions=q2") == [new]
    assert _list(calls, "templates=hugging") == []
    assert _list(calls, f"created_at.from={rfc3339(start)}") == [waiting, new]
    assert _list(calls, f"created_at.to={rfc3339(start - 1)}") == [old]
    calls.step(86_400.0 * 6)
    assert old not in _list(calls)
    assert _list(calls, f"task_ids={old}") == [old]


def test_list_shows_results_not_the_payload_and_that_a_task_failed_without_the_reason() -> None:
    calls = Calls("kind=task_fails,operation=create,nth=2", listed_after=0.0)
    calls.finished(payload="mark-1")
    calls.finished()
    failed, done = (as_object(row) for row in as_list(calls.ask("vidu", "GET", "/ent/v2/tasks").json["tasks"]))
    video = as_object(as_object(as_list(done["creations"])[0])["video"])
    assert video == {"duration": 5.0, "fps": 24, "resolution": {"width": 1_280, "height": 720}}
    assert [(row["state"], row["credits"]) for row in (done, failed)] == [("success", 55), ("failed", 0)]
    assert not {"payload", "err_code", "err_msg"} & {*done, *failed}


# -- create and poll ------------------------------------------------------------------------------------------------------


def test_payload_comes_back_unchanged_in_the_create_answer_and_in_the_poll() -> None:
    payload = 'https://[ "quoted" \u00e4\u4e2d ' + "x" * 5_000
    calls = Calls()
    created = calls.ask("vidu", "POST", "/ent/v2/text2video", {"model": "viduq3-pro", "prompt": "a", "payload": payload}).json
    assert created["payload"] == payload == calls.status(str(created["task_id"]))["payload"]


def test_create_answer_fills_in_the_defaults_of_the_model() -> None:
    created = Calls().ask("vidu", "POST", "/ent/v2/text2video", {"model": "viduq3-pro", "prompt": "a"}).json
    expected = {"duration": 5, "resolution": "720p", "aspect_ratio": "16:9", "audio": True, "credits": 100, "state": "created"}
    assert {name: created[name] for name in expected} == expected
    assert isinstance(created["seed"], int) and created["seed"] > 0


def test_picture_inside_a_request_is_not_stored() -> None:
    calls = Calls()
    picture = "data:image/png;base64," + "A" * 1_000_000
    calls.ask("vidu", "POST", "/ent/v2/img2video", {"model": "viduq3-pro", "images": [picture]})
    (paid,) = calls.emulator.ledger.paid
    (kept,) = as_texts(paid.body["images"])
    assert len(kept) < 60 and kept.startswith("data:image/png;base64,")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("extend", {"model": "viduq2-pro", "video_creation_id": "123"}),
        ("upscale-new", {"video_creation_id": "940107923630001000"}),
        ("reference2video", {"model": "viduq3", "prompt": "a", "subjects": [{"name": "a", "server_id": "7"}]}),
    ],
)
def test_request_with_an_unknown_creation_or_subject_is_refused(path: str, body: Object) -> None:
    calls = Calls()
    calls.create()
    assert calls.ask("vidu", "POST", f"/ent/v2/{path}", body).status == 404
    assert len(calls.emulator.ledger.paid) == 1


# -- films ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "member"), [("ad-one-click", "task_id"), ("one-click/mv", "id")])
def test_film_is_reported_from_its_start_to_files_that_can_be_fetched(path: str, member: str) -> None:
    """These routes have no code of their own: the example of the state is filled in."""
    calls = Calls()
    body: Object = {
        "images": [IMAGE],
        **({"audio_url": "https://example.com/a.mp3"} if path.endswith("mv") else {"duration": 10}),
    }
    film = str(calls.ask("vidu", "POST", f"/ent/v2/{path}", body).json[member])
    status = calls.ask("vidu", "GET", f"/ent/v2/{path}/{film}").json
    assert (status["id"], status["state"]) == (film, "created")
    assert not [text for text in _texts(status) if text.startswith("http")]
    calls.step(100.0)
    status = calls.ask("vidu", "GET", f"/ent/v2/{path}/{film}").json
    assert (status["id"], status["state"]) == (film, "success")
    addresses = [text for text in _texts(status) if text.startswith("http")]
    assert len(addresses) >= 2
    assert {calls.fetch(address).status for address in addresses} == {200}
    assert len(calls.emulator.ledger.paid) == 1


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for member in value.values() if isinstance(value, dict) else as_list(value):
        yield from _texts(member)


def test_status_route_finds_only_the_tasks_that_it_reports() -> None:
    calls = Calls()
    song: Object = {"images": [IMAGE], "audio_url": "https://example.com/a.mp3"}
    mv = calls.ask("vidu", "POST", "/ent/v2/one-click/mv", song).json["id"]
    assert calls.ask("vidu", "GET", f"/ent/v2/one-click/general_one_click/{mv}").status == 404
    assert calls.ask("vidu", "GET", f"/ent/v2/tasks/{mv}/creations").status == 404
    assert calls.ask("vidu", "POST", "/ent/v2/one-click/mv/1/edit", {"job_id": "1", "prompt": "a"}).status == 404
    assert len(calls.emulator.ledger.paid) == 1


# -- library --------------------------------------------------------------------------------------------------------------


def test_subjects_are_stored_listed_page_by_page_changed_and_used() -> None:
    calls = Calls()
    ids = [calls.ask("vidu", "POST", "/ent/v2/subjects", {"name": f"s{n}", "images": [IMAGE]}).json["id"] for n in range(3)]
    page = calls.ask("vidu", "GET", "/ent/v2/subjects?count=2").json
    rest = calls.ask("vidu", "GET", f"/ent/v2/subjects?count=2&next_page_token={page['next_page_token']}").json
    assert [as_object(subject)["id"] for subject in (*as_list(page["subjects"]), *as_list(rest["subjects"]))] == ids
    assert rest["next_page_token"] == ""
    changed = calls.ask("vidu", "PUT", f"/ent/v2/subjects/{ids[0]}", {"name": "other"}).json
    assert changed["name"] == "other"
    filtered = calls.ask("vidu", "GET", f"/ent/v2/subjects?subject_ids={ids[0]}").json
    assert [as_object(subject)["name"] for subject in as_list(filtered["subjects"])] == ["other"]
    assert calls.ask("vidu", "GET", "/ent/v2/subjects", key="another-key").json["subjects"] == []
    assert calls.ask("vidu", "PUT", f"/ent/v2/subjects/{ids[0]}", {"name": "b"}, key="another-key").status == 404
    body: Object = {"model": "viduq3", "prompt": "a", "subjects": [{"name": "s", "server_id": ids[0]}]}
    assert calls.ask("vidu", "POST", "/ent/v2/reference2video", body).status == 200


# -- notices --------------------------------------------------------------------------------------------------------------


def test_notice_is_due_once_at_each_change_with_the_body_of_a_poll() -> None:
    calls = Calls(queue_seconds=1.0, processing_seconds=4.0)
    task = calls.create(callback_url=HOOK, payload="mark")
    assert not calls.emulator.due_callbacks()
    calls.step(1.0)
    (started,) = calls.emulator.due_callbacks()
    assert not calls.emulator.due_callbacks()
    calls.step(4.0)
    (ended,) = calls.emulator.due_callbacks()
    assert (started.state, ended.state, started.url) == ("processing", "success", HOOK)
    body = as_object(json.loads(ended.body))
    assert (body["id"], body["state"], body["payload"]) == (task, "success", "mark")
    assert calls.fetch(as_object(as_list(body["creations"])[0])["url"]).status == 200


def test_cancellation_and_a_failure_cause_a_notice() -> None:
    calls = Calls("kind=task_fails,operation=create,nth=1")
    calls.create(callback_url=HOOK)
    other = calls.create(callback_url=HOOK)
    calls.ask("vidu", "POST", f"/ent/v2/tasks/{other}/cancel", {"id": other})
    calls.step(100.0)
    notices = [(notice.state, json.loads(notice.body)["err_code"]) for notice in calls.emulator.due_callbacks()]
    assert notices == [("failed", "UserCancelled"), ("processing", ""), ("failed", "InternalServiceFailure")]


def test_notice_of_the_end_is_tried_three_times_and_that_of_the_start_once() -> None:
    calls = Calls(queue_seconds=1.0, processing_seconds=4.0, callback_retry_seconds=5.0)
    calls.create(callback_url=HOOK)
    calls.step(1.0)
    (started,) = calls.emulator.due_callbacks()
    assert not calls.emulator.callback_sent(started)
    calls.step(4.0)
    attempts: list[int] = []
    for _ in range(9):
        for due in calls.emulator.due_callbacks():
            attempts.append(due.attempt)
            calls.emulator.callback_sent(due)
            assert not calls.emulator.due_callbacks()
        calls.step(5.0)
    assert attempts == [1, 2, 3]


def test_notice_is_signed_as_the_documented_vectors_say() -> None:
    callback = value_at(
        contract_of("vidu").spec.root, ("components", "callbacks", "Task", "{$request.body#/callback_url}", "post")
    )
    vectors = [as_object(vector) for vector in as_list(as_object(callback)["x-signature-vectors"])]
    assert len(vectors) == 2
    for vector in vectors:
        signer = hmac.new(str(vector["secret"]).encode(), b"", "sha256")
        headers = signature_headers(signer, str(vector["url"]), date=str(vector["date"]), nonce=str(vector["nonce"]))
        assert headers["X-HMAC-SIGNATURE"] == vector["signature"]


def test_notice_is_signed_with_the_key_that_made_the_task() -> None:
    calls = Calls()
    calls.create(callback_url=HOOK)
    calls.step(1.0)
    (notice,) = calls.emulator.due_callbacks()
    date, nonce = notice.headers["Date"], notice.headers["x-request-nonce"]
    assert notice.headers == signature_headers(hmac.new(KEY.encode(), b"", "sha256"), HOOK, date=date, nonce=nonce)
    assert KEY not in repr(notice) and KEY not in str(notice.headers)


def test_notice_is_dated_with_the_real_time_at_which_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Receivers refuse a date that is far from their own clock, so `--rate 10` had each notice refused after a while."""
    calls = Calls()
    calls.create(callback_url=HOOK)
    calls.step(5_000.0)
    notices = calls.emulator.due_callbacks()
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.0)
    assert [notice.headers["Date"] for notice in notices] == ["Sun, 09 Sep 2001 01:46:40 GMT"] * 2
