"""What Comfy and skills.video do in their own way: idempotency keys, estimates; event streams, the list of what runs."""

from __future__ import annotations

import json

import pytest
from core_calls import BODIES, CREATE, IMAGE, Answer, Calls

from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

ONE = {"idempotency-key": "9f86d081884c7d659a2feaa0c55ad015"}
BODY = BODIES["comfy"]


# -- idempotency keys -----------------------------------------------------------------------------------------------------


def _create(
    calls: Calls, body: Object = BODY, *, headers: dict[str, str] = ONE, key: str | None = None, path: str = CREATE["comfy"]
) -> Answer:
    return calls.ask("comfy", "POST", path, body, headers=headers, key=key)


def _is_replayed(answer: Answer) -> bool:
    return "idempotent-replayed" in answer.reply.headers


@pytest.mark.parametrize("rule", ["kind=answer_lost,operation=create,nth=1", "kind=hang,operation=create,nth=9"])
def test_same_key_and_body_give_the_first_answer_again_and_one_task_even_if_it_was_lost(rule: str) -> None:
    calls = Calls(rule)
    first, again = _create(calls), _create(calls)
    assert (first.reply.ending, again.value) == ("closed" if "lost" in rule else "whole", first.value)
    assert (_is_replayed(first), again.reply.headers["idempotent-replayed"]) == (False, "true")
    assert [paid.id for paid in calls.emulator.ledger.paid] == [again.json["task_id"]]
    assert calls.emulator.ledger.paid_twice == ()


def test_same_key_with_another_body_or_route_is_refused_for_good() -> None:
    calls = Calls()
    _create(calls)
    for path, body in ((CREATE["comfy"], {**BODY, "duration": 6}), ("/proxy/vidu/img2video", BODY)):
        answer = _create(calls, body, path=path)
        assert (answer.status, answer.reply.headers["x-comfy-error-type"]) == (409, "idempotency_mismatch")
    assert len(calls.emulator.ledger.paid) == 1


def test_key_is_in_use_while_the_first_attempt_runs_and_used_up_after_a_day() -> None:
    calls = Calls(in_flight_seconds=3.0, replay_seconds=100.0)
    _create(calls)
    words: list[tuple[int, str | None, str | None]] = []
    for seconds in (1.0, 3.0, 100.0):
        calls.step(seconds)
        reply = _create(calls).reply
        words.append((reply.status, reply.headers.get("x-comfy-error-type"), reply.headers.get("retry-after")))
    assert words == [(409, "idempotency_in_flight", "2"), (200, None, None), (409, "idempotency_consumed", None)]
    assert len(calls.emulator.ledger.paid) == 1


def test_key_of_a_refused_request_repeats_the_refusal_and_takes_no_other_body() -> None:
    calls = Calls()
    wrong: Object = {**BODY, "duration": 99}
    answers = [_create(calls, wrong), _create(calls, wrong), _create(calls)]
    assert [(answer.status, _is_replayed(answer)) for answer in answers] == [(400, False), (400, True), (409, False)]


def test_keys_are_separate_for_each_account_and_other_providers_ignore_them() -> None:
    calls = Calls()
    answers = [_create(calls), _create(calls, key="another-key"), _create(calls, headers={"idempotency-key": ""})]
    assert [(answer.status, _is_replayed(answer)) for answer in answers] == [(200, False), (200, False), (400, False)]
    for _ in range(2):
        calls.ask("vidu", "POST", CREATE["vidu"], BODIES["vidu"], headers=ONE)
    assert [paid.provider for paid in calls.emulator.ledger.paid] == ["comfy", "comfy", "vidu", "vidu"]


def test_comfy_reports_price_estimate_and_free_slots_in_headers() -> None:
    headers = _create(Calls(queue_seconds=1.0, processing_seconds=4.0), {**BODY, "resolution": "720p"}).reply.headers
    assert {name: value for name, value in headers.items() if name.startswith("x-")} == {
        "x-comfy-credits-used": "63.3",
        "x-comfy-estimated-duration-seconds": "5",
        "x-comfy-estimated-duration-p90-seconds": "10",
        "x-comfy-estimate-source": "history",
        "x-concurrency-limit": "5",
        "x-concurrency-current": "0",
        "x-concurrency-remaining": "5",
    }


def test_comfy_refuses_tasks_beyond_its_concurrency_if_it_is_set_to() -> None:
    calls = Calls(comfy_refuses=True, concurrency=2, queue_seconds=1.0, processing_seconds=4.0)
    calls.create("comfy")
    second = _create(calls, headers={})
    assert second.reply.headers["x-concurrency-current"] == "2"
    refused = _create(calls)
    assert (refused.status, refused.json) == (429, {"message": "concurrency limit exceeded"})
    assert {name: value for name, value in refused.reply.headers.items() if name.startswith(("x-", "retry"))} == {
        "x-concurrency-limit": "2", "x-concurrency-current": "2", "x-concurrency-remaining": "0", "retry-after": "2",
    }  # fmt: skip
    assert _create(calls, headers={}, key="another-key").status == 200
    calls.create("vidu")
    calls.step(5.0)
    again = _create(calls)
    assert (again.status, _is_replayed(again)) == (200, False), "the key stays usable"
    assert len([paid for paid in calls.emulator.ledger.paid if paid.provider == "comfy" and paid.account == 1]) == 3


def test_comfy_names_the_picture_that_moderation_refused() -> None:
    calls = Calls("kind=task_moderated,operation=create,nth=1")
    created = calls.ask("comfy", "POST", "/proxy/vidu/img2video", {"model": "viduq3-turbo", "images": [IMAGE]})
    calls.step(100.0)
    assert calls.status(str(created.json["task_id"]), "comfy")["blocked_resources"] == [{"content_type": "image", "index": 0}]


# -- skills.video ---------------------------------------------------------------------------------------------------------


def _events(calls: Calls, path: str = "/api/v1/generation/sse/vidu/q3") -> list[tuple[float, Object]]:
    reply = calls.ask("skills_video", "POST", path, BODIES["skills_video"]).reply
    assert reply.headers["content-type"] == "text/event-stream" and reply.pieces is not None
    assert all(piece.data.startswith(b"data: {") and piece.data.endswith(b"}\n\n") for piece in reply.pieces)
    return [(round(piece.after, 3), as_object(json.loads(piece.data.decode().removeprefix("data: ")))) for piece in reply.pieces]


def test_stream_reports_each_state_at_its_time_and_agrees_with_the_poll() -> None:
    calls = Calls(queue_seconds=1.0, processing_seconds=4.0, url_seconds=3.0)  # from when the last event is sent
    events = _events(calls)
    assert [(after, event["status"]) for after, event in events] == [(0.0, "IN_QUEUE"), (1.0, "IN_PROGRESS"), (4.0, "COMPLETED")]
    for after, event in events:
        calls.step(after + 0.0001)
        assert calls.word(str(event["id"]), "skills_video") == event["status"]
    video = as_object(as_object(events[-1][1]["data"])["video"])
    assert calls.fetch(video["url"]).status == 200


def test_stream_of_a_failing_task_ends_with_its_error() -> None:
    _, last = _events(Calls("kind=task_fails,operation=create,nth=1"))[-1]
    assert (last["status"], last["code"], last["data"]) == ("FAILED", "VIDEO_GENERATION_FAILED", None)


def test_only_unfinished_tasks_are_listed_the_newest_first_up_to_the_limit() -> None:
    calls = Calls(concurrency=1, listed_after=0.5)
    calls.finished("skills_video")
    live = [calls.create("skills_video") for _ in range(3)]
    assert calls.ask("skills_video", "GET", "/api/v1/generations/running").value == []
    calls.step(2.0)

    def listed(query: str = "") -> list[Json]:
        return [
            as_object(task)["id"]
            for task in as_list(calls.ask("skills_video", "GET", f"/api/v1/generations/running{query}").value)
        ]

    assert listed() == live[::-1]
    assert listed("?limit=2") == live[:0:-1]
    assert calls.ask("skills_video", "GET", "/api/v1/generations/running?limit=0").status == 400


def test_balance_of_skills_video_decreases_by_the_usage_of_an_answer() -> None:
    calls = Calls(credits={"skills_video": 100.0})
    created = calls.ask("skills_video", "POST", CREATE["skills_video"], BODIES["skills_video"]).json
    assert as_object(created["usage"])["total"] == 20
    assert calls.ask("skills_video", "GET", "/api/v1/credits").json["total"] == 80
