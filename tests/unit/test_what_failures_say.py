"""What a failure says to the user and the log: of which account, of which operation, with what the provider answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Final

import pytest
from attrs import evolve
from paid import NO_KEY, SILENCE, STEADY, UNREACHED, attempt, busy, created, offer, reply, status_answer
from scripted import Answer, Scripted

from vidu_ext.flows.call import call_flow, status_flow
from vidu_ext.flows.claims import Begun
from vidu_ext.flows.effects import Flow, Send
from vidu_ext.flows.file_effects import Put
from vidu_ext.flows.outcome import Unknown, error_of, outcome_of_error
from vidu_ext.flows.policy import RetryPolicy
from vidu_ext.flows.retry import UNREACHED_SECONDS, Tries, duration, log_trouble
from vidu_ext.flows.submit import answer_flow, create_flow
from vidu_ext.flows.upload import upload_flow, upload_media
from vidu_ext.providers import provider_named
from vidu_ext.spec.formats import Medium
from vidu_ext.values.errors import CallError, ResponseUnreadableError, SubmissionUnknownError
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import Snapshot, TaskRef

VIDU: Final = provider_named("vidu")
TASK: Final = TaskRef("studio", "9401")
ONCE: Final = evolve(STEADY, budget=0.0)
PLACE: Final = reply(200, {"id": "77", "put_url": "https://storage.example.com/up"})
STORED: Final = reply(200, b"", {"etag": "d035"})
PNG: Final = Medium(b"PNG", "png")
GONE: Final = reply(503, {"message": "away"})


def status_of(retry: RetryPolicy = ONCE) -> Flow[object]:
    return call_flow("studio", VIDU, VIDU.status_call(TASK), retry=retry)


def upload(retry: RetryPolicy = ONCE) -> Flow[object]:
    return upload_flow("studio", VIDU, PNG, account_host="api.example", retry=retry)


# -- errors ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flow_of", "answers", "operation", "status"),
    [
        (status_of, [SILENCE], "getCreations", None),
        (status_of, [GONE], "getCreations", 503),
        (upload, [reply(200, {"id": "77"})], "createUpload", 200),
        (upload, [reply(200, {"id": "77", "put_url": "http://10.0.0.1/up"})], "createUpload", None),
        (upload, [PLACE, SILENCE], "createUpload", None),
        (upload, [PLACE, reply(403)], "createUpload", 403),
        (upload, [PLACE, STORED, reply(201, {})], "createUpload", 201),
    ],
)
def test_failed_call_names_its_account_and_operation_and_what_was_answered(
    flow_of: Callable[[], Flow[object]], answers: Sequence[Answer], operation: str, status: int | None
) -> None:
    error = Scripted(*answers).error(flow_of(), CallError)
    assert (error.account, error.operation, error.status) == ("studio", operation, status)
    assert isinstance(error, ResponseUnreadableError) == (status in (200, 201))


def test_error_for_an_unusable_upload_url_names_account_and_operation() -> None:
    offered = evolve(offer(account="studio", operation="imageToVideo", images=["upload:0"]), uploads={"upload:0": PNG})
    driver = Scripted(PLACE, STORED, reply(200, {"uri": "no address"}))
    error = driver.error(upload_media(offered, VIDU, account_host="api.example", retry=ONCE), CallError)
    assert (error.account, error.operation) == ("studio", "imageToVideo")


def test_upload_call_has_the_name_and_type_of_the_file() -> None:
    """Comfy's documented example names both; a storage signs the address for that type."""
    comfy = provider_named("comfy")
    offered = evolve(offer("comfy", operation="imageToVideo", images=["upload:0"]), uploads={"upload:0": PNG})
    place = reply(200, {"upload_url": "http://10.0.0.9/up", "download_url": "http://10.0.0.9/down"})
    driver = Scripted(place, STORED)
    uploaded = driver.run(upload_media(offered, comfy, account_host="10.0.0.1:8188", retry=ONCE))
    assert driver.of(Send)[0].call.request["json"] == {"file_name": "picture.png", "content_type": "image/png"}
    assert [put.url for put in driver.of(Put)] == ["http://10.0.0.9/up"]  # as near as the account's own host
    assert uploaded.body["images"] == ["http://10.0.0.9/down"]


@pytest.mark.parametrize("word", ["idempotency_in_flight", "idempotency_consumed"])
def test_answer_about_an_idempotency_key_is_kept(word: str) -> None:
    """Support asks for it if a paid task is missing."""
    answer = reply(409, b"so it is", {"x-comfy-error-type": word})
    outcome = outcome_of_error(answer, provider_named("comfy").error(answer))
    assert isinstance(outcome, Unknown)
    assert outcome.raw == b"so it is"


@pytest.mark.parametrize("absent", [False, True])
def test_error_says_whether_absence_was_proved(absent: bool) -> None:
    """A batch sends again what is absent."""
    error = error_of(Unknown("no answer", absent=absent), attempt().submission)
    assert isinstance(error, SubmissionUnknownError)
    assert error.absent is absent


@pytest.mark.parametrize("status", [301, 307, 308])
def test_error_for_a_redirected_create_says_what_to_set(status: int) -> None:
    answer = reply(status, b"")
    detail = str(error_of(outcome_of_error(answer, VIDU.error(answer)), attempt().submission))
    assert "set the base URL of the account" in detail
    assert f"HTTP {status}" in detail


# -- what an interrupt is given ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_settled", [False, True])
def test_interrupt_of_a_find_has_the_lost_submission_until_it_is_settled(is_settled: bool) -> None:
    """Ctrl-C in a look for a lost task has to name its submission, whatever this look has sent itself."""
    lost, sent = attempt().submission, attempt().submission
    begun = Begun(lost)
    assert (begun.submission, begun.ref) == (lost, None)
    if is_settled:
        begun.note_unsettled(None)
    begun.submission = sent
    begun.clear()
    assert begun.submission == (None if is_settled else lost)
    begun.note_unsettled(sent)
    assert begun.submission is sent


# -- a status that is asked once -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "is_seen"), [(status_answer(None), True), (reply(500), False), (reply(200, []), False), (SILENCE, False)]
)
def test_status_flow_reports_a_snapshot_with_its_answer(answer: Answer, is_seen: bool) -> None:
    """The age of a task, on which the patience with its storage depends, is read from the answer."""
    seen: list[tuple[Snapshot, Reply]] = []

    def note(snapshot: Snapshot, answer: Reply) -> None:
        seen.append((snapshot, answer))

    snapshot = Scripted(answer).run(status_flow("studio", VIDU, TASK, on_snapshot=note))
    assert seen == ([(snapshot, answer)] if is_seen else [])
    assert (snapshot is not None) == is_seen


# -- the log --------------------------------------------------------------------------------------------------------------


def lines_of(driver: Scripted, flow: Flow[object], caplog: pytest.LogCaptureFixture) -> list[str]:
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        driver.run(flow)
    return [record.getMessage() for record in caplog.records]


TRIES: Final[dict[str, tuple[Callable[[], Flow[object]], str, Reply]]] = {
    "create": (lambda: create_flow(attempt(account="studio"), retry=STEADY), "textToVideo at studio", created()),
    "answer": (
        lambda: answer_flow(attempt(account="studio", operation="textToSpeech"), retry=STEADY),
        "textToSpeech at studio",
        reply(200, {}),
    ),
    "call": (lambda: status_of(STEADY), "getCreations at studio", status_answer(None)),
}


@pytest.mark.parametrize(("flow_of", "subject", "ending"), TRIES.values(), ids=TRIES)
def test_each_problem_of_a_repeated_call_is_logged_once_when_it_begins(
    flow_of: Callable[[], Flow[object]], subject: str, ending: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    """Two minutes without a line looked like a hang. With pauses of 1, 2, 4, ... s of 120 s."""
    full = busy()
    lines = lines_of(Scripted(UNREACHED, UNREACHED, full, full, UNREACHED, ending), flow_of(), caplog)
    expected = ["no route to host", "2 min"], ["HTTP 429, too many", "1 min 57 s"], ["no route to host", "1 min 45 s"]
    for line, parts in zip(lines, expected, strict=True):
        assert all(part in line for part in [subject, *parts]), line


def test_log_line_of_a_repeated_key_says_that_the_outcome_is_unknown(caplog: pytest.LogCaptureFixture) -> None:
    driver = Scripted(SILENCE, created("comfy"))
    (line,) = lines_of(driver, create_flow(attempt("comfy"), retry=STEADY), caplog)
    assert all(part in line for part in ("textToVideo at comfy", "no answer within 120 s", "for up to 2 min")), line


@pytest.mark.parametrize("is_safe", [True, False])
def test_log_record_of_what_is_tried_again_has_what_a_display_shows(is_safe: bool, caplog: pytest.LogCaptureFixture) -> None:
    """The command says how long it goes on, and whether anything is lost if it is stopped now."""
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        log_trouble("a look", "away\nfor long", None, doing="asked again", is_safe=is_safe)
        log_trouble("a look", "away", 7_500.0)
    endless, bounded = ({name: vars(record)[name] for name in ("problem", "left", "is_safe")} for record in caplog.records)
    assert endless == {"problem": "away for long; asked again", "left": None, "is_safe": is_safe}
    assert bounded == {"problem": "away; trying again", "left": 7_500.0, "is_safe": True}
    assert [record.getMessage().rpartition(";")[2] for record in caplog.records] == [
        " asked again until the wait ends",
        " trying again for up to 2 h 5 min",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"),
        (5.0, "5 s"),
        (60.0, "1 min"),
        (112.0, "1 min 52 s"),
        (3_600.0, "1 h"),
        (3_659.0, "1 h"),
        (7_265.0, "2 h 1 min"),
    ],
)
def test_time_is_written_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("options", "is_safe"), [({}, True), ({"is_safe": True}, True), ({"is_safe": False}, False)])
def test_pause_of_a_call_says_whether_it_may_be_stopped(
    options: dict[str, bool], is_safe: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        assert Scripted(moment=0.0).run(Tries(STEADY, "a call", 0.0).again("away", **options))
    assert [vars(record)["is_safe"] for record in caplog.records] == [is_safe]


def test_connection_that_was_never_made_is_tried_for_a_few_seconds_only() -> None:
    """A wrong address does not mend itself."""
    driver = Scripted(moment=0.0)
    tries = Tries(STEADY, "a call", 0.0)
    while driver.run(tries.again("no route", unreached=True)):
        pass
    assert 0.0 < sum(driver.pauses) <= UNREACHED_SECONDS < STEADY.budget


def test_refused_call_is_not_logged_as_one_that_is_repeated(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        Scripted(NO_KEY).error(status_of(STEADY), CallError)
    assert not caplog.records
