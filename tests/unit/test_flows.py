"""Submits against scripted answers of all four providers: what is sent, when, how often, and what the user is told."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Final, cast

import pytest
from attrs import evolve
from paid import (
    BAD_GATEWAY,
    BEGAN,
    LOOKS,
    NO_KEY,
    SILENCE,
    STEADY,
    UNREACHED,
    attempt,
    busy,
    created,
    detail_of,
    generation,
    idempotency_key_of,
    keys_sent,
    offer,
    page,
    ref_of,
    reply,
    row,
    settle,
    story,
    submit,
    told,
    without_marker,
)
from scripted import Answer, Scripted

from vidu_ext.client.session import accepted
from vidu_ext.flows.attempt import OVERSLEPT, Attempt, Claims, attempt_of, create_flow
from vidu_ext.flows.call import answer_flow, call_flow
from vidu_ext.flows.effects import Flow, Now, Pause, Put, Send
from vidu_ext.flows.outcome import Accepted, Busy, NotSent, Outcome, Refused, Unknown
from vidu_ext.flows.policy import RetryPolicy, SettlePolicy
from vidu_ext.flows.poll import MOST_SIGHTINGS, RECENT_SECONDS, UNCERTAIN_SHARE, Sightings
from vidu_ext.flows.upload import upload_flow
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.values.errors import (
    BusyError,
    CallError,
    ClientClosedError,
    InsufficientCreditsError,
    NotSentError,
    RefusedError,
    ResponseUnreadableError,
    SubmissionUnknownError,
    SubmitError,
)
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import TaskRef

MODERATED: Final = reply(400, {"reason": "AuditSubmitIllegal", "message": "not this"})
INVALID: Final = reply(400, {"reason": "FieldInvalid", "message": "duration"})
IN_FLIGHT: Final = reply(409, {}, {"x-comfy-error-type": "idempotency_in_flight"})
CONSUMED: Final = reply(409, {}, {"x-comfy-error-type": "idempotency_consumed"})
MISMATCH: Final = reply(409, {}, {"x-comfy-error-type": "idempotency_mismatch"})
DOUBTFUL: Final[dict[str, Answer]] = {
    "silence": SILENCE,
    "bad gateway": BAD_GATEWAY,
    "server error": reply(500, {"reason": "InternalServiceFailure"}),
    "server error with a refusal": reply(500, {"reason": "CreditInsufficient"}),
    "front end gave up": reply(408),
    "client hung up, says the server": reply(499),
    "empty success": reply(200, b""),
    "success without id": reply(200, {"state": "created"}),
    "success cut within the id": reply(200, b'{"task_id": "94'),
    "success with two ids": reply(200, b'{"task_id": "1", "id": "1", "task_id": "2", "id": "2"}'),
}
"""Answers after which a paid task may exist."""

REFUSALS: Final[dict[str, Reply]] = {
    "wrong key": NO_KEY,
    "no credits": reply(402),
    "forbidden": reply(403),
    "no such route": reply(404),
    "conflict": reply(409),
    "invalid": INVALID,
    "moderation": MODERATED,
    "too large": reply(413),
}


def create(driver: Scripted, made: Attempt, *, retry: RetryPolicy = STEADY, waits: bool = True) -> Outcome:
    return driver.run(create_flow(made, retry=retry, waits=waits))


# -- one create -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_accepted_task_is_asked_for_a_second_time(provider: str) -> None:
    driver, made = Scripted(created(provider)), attempt(provider)
    assert ref_of(create(driver, made)) == TaskRef(provider, "9401")
    assert [type(effect) for effect in driver.seen] == [Now, Send]
    assert [(send.account, send.call) for send in driver.of(Send)] == [(provider, made.call)]
    assert made.call.creates


def test_the_estimate_of_an_accepted_task_is_lost() -> None:
    headers = {"x-comfy-estimated-duration-seconds": "95"}
    outcome = create(Scripted(created("comfy", **headers)), attempt("comfy"))
    assert isinstance(outcome, Accepted)
    assert (outcome.estimate, outcome.raw) == (95.0, {"task_id": "9401", "state": "created"})


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_id_of_an_answer_that_breaks_off_behind_it_is_lost(provider: str) -> None:
    name = "id" if provider == "skills_video" else "task_id"
    outcome = create(Scripted(reply(200, f'{{"{name}": "9401", "credi'.encode())), attempt(provider))
    assert ref_of(outcome).task_id == "9401"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_request_that_never_left_is_given_up_or_hurried(provider: str) -> None:
    driver = Scripted(UNREACHED, UNREACHED, UNREACHED, created(provider))
    assert ref_of(create(driver, attempt(provider))).task_id == "9401"
    name = attempt(provider).call.operation
    assert story(driver) == [name, 1.0, name, 2.0, name, 4.0, name]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_busy_provider_is_not_asked_at_its_own_pace(provider: str) -> None:
    driver = Scripted(busy("7"), busy("0"), busy(), created(provider))
    assert ref_of(create(driver, attempt(provider))).task_id == "9401"
    assert driver.pauses == [7.0, 2.0, 4.0]


def test_a_pause_is_not_spread_by_chance() -> None:
    driver = Scripted(UNREACHED, created(), chance=0.5)
    create(driver, attempt(), retry=RetryPolicy(jitter=0.5))
    assert driver.pauses == [0.75]


@pytest.mark.parametrize(("answer", "kind"), [(UNREACHED, NotSent), (busy(), Busy)])
def test_tries_go_on_after_the_budget(answer: Answer, kind: type[Outcome]) -> None:
    driver = Scripted(*[answer] * 4)
    assert isinstance(create(driver, attempt(), retry=evolve(STEADY, budget=10.0)), kind)
    assert driver.pauses == [1.0, 2.0, 4.0]  # the fourth pause would end 15 s after the first try


def test_slow_tries_do_not_count_for_the_budget() -> None:
    driver = Scripted(busy(), busy(), exchange_seconds=50.0)
    assert isinstance(create(driver, attempt(), retry=evolve(STEADY, budget=60.0)), Busy)
    assert driver.pauses == [1.0]


def test_a_server_that_asks_for_more_than_the_budget_is_waited_for() -> None:
    driver = Scripted(busy("600"))
    outcome = create(driver, attempt())
    assert isinstance(outcome, Busy)
    assert outcome.retry_after == 600.0
    assert driver.pauses == []


@pytest.mark.parametrize("answer", [UNREACHED, busy()])
def test_a_budget_of_nothing_means_several_tries(answer: Answer) -> None:
    driver = Scripted(answer)
    create(driver, attempt(), retry=evolve(STEADY, budget=0.0))
    assert len(driver.of(Send)) == 1


@pytest.mark.parametrize("provider", ["vidu", "zenlayer", "skills_video"])
@pytest.mark.parametrize("answer", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_may_be_accepted_is_sent_again(provider: str, answer: Answer) -> None:
    driver = Scripted(answer)
    assert isinstance(create(driver, attempt(provider)), Unknown)
    assert len(driver.of(Send)) == 1


@pytest.mark.parametrize("provider", ["vidu", "zenlayer", "skills_video"])
def test_a_busy_answer_before_it_makes_a_doubtful_one_harmless(provider: str) -> None:
    driver = Scripted(busy(), UNREACHED, SILENCE)
    assert detail_of(create(driver, attempt(provider))) == "no answer within 120 s"
    assert driver.pauses == [1.0, 2.0]


@pytest.mark.parametrize("before", [(), (busy(),), (UNREACHED, busy())], ids=["at once", "busy", "not reached, then busy"])
def test_a_client_that_is_closed_before_anything_may_be_paid_leaves_a_doubt(before: Sequence[Answer]) -> None:
    made = attempt("comfy")
    Scripted(*before, ClientClosedError()).error(create_flow(made, retry=STEADY), ClientClosedError)
    assert made.begun.submission is None


def test_a_client_that_is_closed_takes_back_the_doubt() -> None:
    made = attempt("comfy")
    assert "the client was closed" in detail_of(create(Scripted(SILENCE, ClientClosedError()), made))
    assert made.begun.submission is made.submission


@pytest.mark.parametrize("before", [(), (busy(),)], ids=["at once", "busy"])
def test_a_speech_that_was_not_sent_may_be_paid(before: Sequence[Answer]) -> None:
    made = spoken()
    Scripted(*before, ClientClosedError()).error(answer_flow(made, retry=STEADY), ClientClosedError)
    assert made.begun.submission is None


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("answer", REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refused_request_is_sent_again(provider: str, answer: Reply) -> None:
    driver = Scripted(answer)
    assert isinstance(create(driver, attempt(provider)), Refused)
    assert len(driver.of(Send)) == 1


# -- one create with an idempotency key -----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_a_doubtful_outcome_at_comfy_is_left_open_or_paid_twice(answer: Answer) -> None:
    driver, made = Scripted(answer, created("comfy")), attempt("comfy")
    assert ref_of(create(driver, made)) == TaskRef("comfy", "9401")
    assert keys_sent(driver) == [idempotency_key_of(made)] * 2
    assert driver.of(Send)[0].call is driver.of(Send)[1].call
    assert driver.pauses == [1.0]


def test_two_requests_share_an_idempotency_key() -> None:
    assert idempotency_key_of(attempt("comfy")) != idempotency_key_of(attempt("comfy"))


def test_a_key_in_flight_is_repeated_too_soon_or_given_up() -> None:
    asked = evolve(IN_FLIGHT, headers={**IN_FLIGHT.headers, "retry-after": "5"})
    driver = Scripted(SILENCE, IN_FLIGHT, asked, created("comfy"))
    assert ref_of(create(driver, attempt("comfy"))).task_id == "9401"
    assert driver.pauses == [1.0, 2.0, 5.0]


@pytest.mark.parametrize("answer", [UNREACHED, busy()])
def test_a_harmless_failure_takes_back_the_doubt(answer: Answer) -> None:
    driver = Scripted(SILENCE, answer, created("comfy"))
    assert ref_of(create(driver, attempt("comfy"))).task_id == "9401"
    driver = Scripted(SILENCE, *[answer] * 3)
    assert detail_of(create(driver, attempt("comfy"), retry=evolve(STEADY, budget=8.0))) == "no answer within 120 s"


@pytest.mark.parametrize("answer", REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_of_the_second_try_takes_back_the_doubt_of_the_first(answer: Reply) -> None:
    driver = Scripted(SILENCE, answer)
    assert detail_of(create(driver, attempt("comfy"))) == "no answer within 120 s"


@pytest.mark.parametrize("answer", [CONSUMED, MISMATCH])
@pytest.mark.parametrize("before", [(), (SILENCE,), (busy(),), (IN_FLIGHT,)])
def test_a_used_up_key_is_repeated(answer: Reply, before: Sequence[Answer]) -> None:
    driver = Scripted(*before, answer)
    assert "used up" in detail_of(create(driver, attempt("comfy")))
    assert len(driver.of(Send)) == len(before) + 1


def test_a_silence_as_long_as_the_budget_leaves_no_time_to_repeat_the_key() -> None:
    driver = Scripted(SILENCE, created("comfy"), exchange_seconds=120.0)
    assert ref_of(create(driver, attempt("comfy"))).task_id == "9401"


def test_every_silence_begins_the_budget_anew() -> None:
    driver = Scripted(SILENCE, SILENCE, SILENCE, exchange_seconds=70.0)
    assert isinstance(create(driver, attempt("comfy")), Unknown)
    assert driver.pauses == [1.0, 2.0]


def test_a_key_is_repeated_that_never_travelled() -> None:
    driver = Scripted(SILENCE)
    assert isinstance(create(driver, without_marker(attempt("comfy"))), Unknown)
    assert len(driver.of(Send)) == 1


@pytest.mark.parametrize(
    ("answers", "kind"), [([UNREACHED], NotSent), ([busy()], Busy), ([SILENCE, busy(), created("comfy")], Accepted)]
)
def test_who_does_not_wait_for_a_busy_account_leaves_a_doubt_open(answers: Sequence[Answer], kind: type[Outcome]) -> None:
    assert isinstance(create(Scripted(*answers), attempt("comfy"), waits=False), kind)


# -- one request, several accounts ----------------------------------------------------------------------------------------


HARMLESS: Final[dict[str, Answer]] = {
    "not sent": UNREACHED,
    "busy": busy("30"),
    "wrong key": NO_KEY,
    "forbidden": reply(403),
    "no credits": reply(400, {"reason": "CreditInsufficient"}),
    "model not offered": reply(400, {"reason": "ModelUnavailable"}),
}
"""Answers after which another account may be asked."""


@pytest.mark.parametrize("answer", HARMLESS.values(), ids=HARMLESS.keys())
def test_the_next_account_is_not_asked_or_only_after_a_pause(answer: Answer) -> None:
    observed: list[tuple[str, str]] = []
    first, second = attempt("vidu"), attempt("comfy")
    driver = Scripted(answer, created("comfy"))
    ended = driver.run(submit([first, second], observed=observed))
    assert ref_of(ended.outcome) == TaskRef("comfy", "9401")
    assert ended.submission is second.submission
    assert [made.submission for made in ended.earlier] == [first.submission]
    assert [send.account for send in driver.of(Send)] == ["vidu", "comfy"]
    assert driver.pauses == []
    assert observed == [("vidu", type(ended.earlier[0].outcome).__name__), ("comfy", "Accepted")]


@pytest.mark.parametrize("answer", [MODERATED, INVALID, reply(404), reply(409), reply(413)], ids=str)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_request_that_is_wrong_is_offered_to_everybody(provider: str, answer: Reply) -> None:
    driver = Scripted(answer)
    ended = driver.run(submit([attempt(provider), attempt("comfy", account="other")]))
    assert isinstance(ended.outcome, Refused)
    assert len(driver.of(Send)) == 1


@pytest.mark.parametrize("answer", DOUBTFUL.values(), ids=DOUBTFUL.keys())
@pytest.mark.parametrize("provider", ["zenlayer", "skills_video", "vidu"])
def test_another_account_is_asked_although_the_first_may_have_taken_the_task(provider: str, answer: Answer) -> None:
    nothing = reply(200, []) if provider == "skills_video" else page([])
    looks = [] if provider == "zenlayer" else [nothing] * LOOKS
    driver = Scripted(answer, *looks)
    ended = driver.run(submit([attempt(provider), attempt("comfy")]))
    assert isinstance(ended.outcome, Unknown)
    assert [send.account for send in driver.of(Send)] == [provider] * (1 + len(looks))
    assert sum(send.call.creates for send in driver.of(Send)) == 1


@pytest.mark.parametrize("answer", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_comfys_key_is_not_repeated_because_another_account_is_left(answer: Answer) -> None:
    driver = Scripted(answer, busy("3"), created("comfy"))
    ended = driver.run(submit([attempt("comfy"), attempt("vidu")]))
    assert ref_of(ended.outcome) == TaskRef("comfy", "9401")
    assert driver.pauses == [1.0, 3.0]


def test_the_first_account_is_not_looked_through_while_another_is_left() -> None:
    made = attempt("vidu")
    driver = Scripted(SILENCE, page([row("9401", payload=idempotency_key_of(made))]))
    assert ref_of(driver.run(submit([made, attempt("comfy")])).outcome) == TaskRef("vidu", "9401")


def test_nobody_waits_for_the_last_account() -> None:
    driver = Scripted(busy("5"), busy("7"), created("comfy"))
    ended = driver.run(submit([attempt("vidu"), attempt("comfy")]))
    assert ref_of(ended.outcome) == TaskRef("comfy", "9401")
    assert story(driver) == ["textToVideo", "textToVideo", 7.0, "textToVideo"]


def test_the_accounts_that_were_asked_before_are_not_told() -> None:
    driver = Scripted(NO_KEY, UNREACHED, reply(402))
    accounts = [attempt("vidu"), attempt("zenlayer"), attempt("comfy")]
    ended = driver.run(submit(accounts, retry=evolve(STEADY, budget=0.0)))
    with pytest.raises(InsufficientCreditsError) as caught:
        accepted(ended)
    notes = "".join(caught.value.__notes__)
    assert "Asked before: vidu refused the request" in notes
    assert "Asked before: zenlayer could not be reached" in notes
    assert caught.value.account == "comfy"


@pytest.mark.parametrize(
    ("answers", "kind"),
    [([UNREACHED], NotSentError), ([busy()], BusyError), ([INVALID], RefusedError), ([SILENCE], SubmissionUnknownError)],
)
def test_a_submit_ends_in_another_error_than_its_outcome(answers: Sequence[Answer], kind: type[SubmitError]) -> None:
    made = attempt("zenlayer")
    ended = Scripted(*answers).run(submit([made], retry=evolve(STEADY, budget=0.0)))
    with pytest.raises(kind) as caught:
        accepted(ended)
    assert caught.value.account == "zenlayer"
    if isinstance(caught.value, SubmissionUnknownError):
        assert caught.value.submission == made.submission


def test_an_accepted_task_is_free_for_the_next_search() -> None:
    claims, lost = Claims(), attempt("skills_video")
    Scripted(created("skills_video", "gen_1")).run(submit([attempt("skills_video")], claims=claims))
    driver = Scripted(reply(200, [generation("gen_1")]))
    assert isinstance(settle(driver, lost, claims, settle=SettlePolicy(window=0.0)), Unknown)


def test_a_submit_is_not_under_way_while_it_looks() -> None:
    claims = Claims()
    flow = cast("Generator[object, Any, object]", submit([attempt(payload="job-1")], claims=claims))
    twin = attempt(payload="job-1").submission
    next(flow)
    assert not claims.has_twin(twin)
    while not isinstance(flow.send(1.0), Send):
        pass
    assert claims.has_twin(twin)
    flow.throw(SILENCE)
    assert claims.has_twin(twin)
    flow.close()
    assert not claims.has_twin(twin)


def test_an_offer_is_made_to_nobody() -> None:
    Scripted().error(submit([]), AssertionError)


# -- routes that answer at once -------------------------------------------------------------------------------------------


def spoken() -> Attempt:
    """An attempt at a paid route that answers at once."""
    return attempt(operation="textToSpeech", text="hello")


def answer(driver: Scripted) -> Reply:
    return driver.run(answer_flow(spoken(), retry=STEADY))


def test_speech_is_paid_twice_or_not_waited_for() -> None:
    done = reply(200, {"task_id": "9401", "state": "success", "file_url": "https://example.com/a.mp3"})
    driver = Scripted(UNREACHED, busy("5"), reply(400, {"reason": "OperationInProcess"}), done)
    assert answer(driver) is done
    assert driver.pauses == [1.0, 5.0, 4.0]


def test_speech_that_failed_in_its_answer_is_an_error_of_the_call() -> None:
    failed = reply(200, {"task_id": "9401", "state": "failed", "err_code": "AuditSubmitIllegal", "code": 400, "reason": "x"})
    assert answer(Scripted(failed)) is failed


@pytest.mark.parametrize("doubt", [SILENCE, BAD_GATEWAY, reply(408), reply(200, {"error": "what happened"})], ids=str)
def test_speech_that_may_be_paid_is_asked_for_again(doubt: Answer) -> None:
    driver = Scripted(doubt)
    error = driver.error(answer_flow(spoken(), retry=STEADY), SubmissionUnknownError)
    assert "has no way to search" in str(error)
    assert driver.pauses == []


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (reply(402), InsufficientCreditsError),
        (reply(200, {"code": 400, "reason": "CreditInsufficient"}), InsufficientCreditsError),
        (INVALID, RefusedError),
    ],
)
def test_speech_that_is_refused_is_asked_for_again(refusal: Reply, kind: type[SubmitError]) -> None:
    driver = Scripted(refusal)
    driver.error(answer_flow(spoken(), retry=STEADY), kind)
    assert driver.pauses == []


@pytest.mark.parametrize(("trouble", "kind"), [(UNREACHED, NotSentError), (busy(), BusyError)])
def test_speech_is_asked_for_beyond_the_budget(trouble: Answer, kind: type[SubmitError]) -> None:
    driver = Scripted(*[trouble] * 3)
    driver.error(answer_flow(spoken(), retry=evolve(STEADY, budget=5.0)), kind)
    assert driver.pauses == [1.0, 2.0]


# -- calls that create nothing --------------------------------------------------------------------------------------------

VIDU: Final = provider_named("vidu")


def call(*, retry: RetryPolicy = STEADY) -> Flow[Reply]:
    return call_flow("studio", VIDU, VIDU.status_call(TaskRef("studio", "9401")), retry=retry)


PASSING: Final[dict[str, Answer]] = {
    "not sent": UNREACHED,
    "silence": SILENCE,
    "busy": busy(),
    "busy by word": reply(400, {"reason": "OperationInProcess"}),
    "timeout": reply(408),
    "conflict": reply(409),
    "too early": reply(425),
    "client hung up": reply(499),
    "server error": reply(500),
    "bad gateway": BAD_GATEWAY,
    "front end": reply(520),
}


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING.keys())
def test_a_passing_fault_ends_a_call_that_costs_nothing(trouble: Answer) -> None:
    done = told(None)
    driver = Scripted(trouble, trouble, done)
    assert driver.run(call()) is done
    assert story(driver) == ["getCreations", 1.0, "getCreations", 2.0, "getCreations"]


@pytest.mark.parametrize("status", [302, 400, 401, 402, 403, 404, 405, 422])
def test_a_refused_call_is_repeated(status: int) -> None:
    driver = Scripted(reply(status, {"reason": "Whatever", "message": "no"}))
    error = driver.error(call(), CallError)
    assert (error.account, error.operation, error.status, error.code) == ("studio", "getCreations", status, "Whatever")
    assert driver.pauses == []


@pytest.mark.parametrize(
    ("trouble", "words"), [(SILENCE, "no answer within 120 s"), (reply(503, {"message": "closed"}), "closed (HTTP 503)")]
)
def test_a_call_is_repeated_beyond_the_budget(trouble: Answer, words: str) -> None:
    driver = Scripted(*[trouble] * 3)
    assert words in str(driver.error(call(retry=evolve(STEADY, budget=5.0)), CallError))
    assert driver.pauses == [1.0, 2.0]


def test_a_call_does_not_wait_as_long_as_it_is_asked_to() -> None:
    driver = Scripted(reply(503, {}, {"retry-after": "20"}), told(None))
    driver.run(call())
    assert driver.pauses == [20.0]


# -- uploads --------------------------------------------------------------------------------------------------------------

PLACES: Final[dict[str, Reply]] = {
    "vidu": reply(200, {"id": "77", "put_url": "https://storage.example.com/up?sig=abc"}),
    "comfy": reply(
        200, {"upload_url": "https://storage.example.com/up?sig=abc", "download_url": "https://storage.example.com/down?sig=d"}
    ),
}
STORED: Final = reply(200, b"", {"etag": "d035"})
FINISHED: Final = reply(200, {"uri": "ssupload:?id=77"})


def upload(provider: str = "vidu", *, account_host: str = "api.example", retry: RetryPolicy = STEADY) -> Flow[str | None]:
    return upload_flow(
        "studio",
        provider_named(provider),
        account_host=account_host,
        file_name="a.png",
        content=b"PNG",
        content_type="image/png",
        retry=retry,
    )


def test_a_picture_does_not_arrive_at_vidu() -> None:
    driver = Scripted(PLACES["vidu"], STORED, FINISHED)
    assert driver.run(upload()) == "ssupload:?id=77"
    assert story(driver) == ["createUpload", "PUT", "finishUpload"]
    put = driver.of(Put)[0]
    assert (put.url, put.content, put.content_type) == ("https://storage.example.com/up?sig=abc", b"PNG", "image/png")
    assert driver.of(Send)[1].call.request["json"] == {"etag": "d035"}


def test_a_picture_does_not_arrive_at_comfy() -> None:
    driver = Scripted(PLACES["comfy"], STORED)
    assert driver.run(upload("comfy")) == "https://storage.example.com/down?sig=d"
    assert story(driver) == ["createStorage", "PUT"]


@pytest.mark.parametrize("more", [{}, {"expires_at": "2026-12-01T00:00:00Z"}, {"upload_url": "https://storage.example.com/up"}])
def test_nothing_is_put_where_the_storage_has_the_file(more: dict[str, object]) -> None:
    """Comfy may answer without an upload address; that was taken for an answer that nobody can read."""
    stored = reply(200, {"download_url": "https://storage.example.com/down?sig=d", "existing_file": True, **more})
    driver = Scripted(stored)
    assert driver.run(upload("comfy")) == "https://storage.example.com/down?sig=d"
    assert story(driver) == ["createStorage"]


@pytest.mark.parametrize(
    "answer",
    [
        {"download_url": "https://storage.example.com/down"},
        {"download_url": "https://storage.example.com/down", "existing_file": False},
        {"download_url": "https://storage.example.com/down", "existing_file": None},
        {"existing_file": True},
        {"existing_file": True, "download_url": ""},
    ],
)
def test_file_is_not_taken_for_stored_without_a_word_and_an_address(answer: dict[str, object]) -> None:
    with pytest.raises(ResponseUnreadableError, match="names no address to upload to"):
        Scripted(reply(200, answer)).run(upload("comfy"))


@pytest.mark.parametrize("provider", ["zenlayer", "skills_video"])
def test_a_picture_is_sent_to_a_provider_that_takes_none(provider: str) -> None:
    driver = Scripted()
    assert driver.run(upload(provider)) is None
    assert driver.seen == []


def test_an_upload_is_given_up_at_the_first_fault() -> None:
    driver = Scripted(SILENCE, PLACES["vidu"], SILENCE, reply(503, b"slow down"), reply(429, b""), STORED, reply(500), FINISHED)
    assert driver.run(upload()) == "ssupload:?id=77"
    assert story(driver) == [
        "createUpload", 1.0, "createUpload", "PUT", 1.0, "PUT", 2.0, "PUT", 4.0, "PUT", "finishUpload", 1.0, "finishUpload",
    ]  # fmt: skip


@pytest.mark.parametrize("status", [302, 400, 403, 404, 412, 413])
def test_a_refused_upload_is_repeated_or_shows_its_signed_address(status: int) -> None:
    driver = Scripted(PLACES["vidu"], reply(status, b"<Error>"))
    error = driver.error(upload(), CallError)
    assert error.status == status
    assert "sig=abc" not in str(error)


@pytest.mark.parametrize("url", ["http://169.254.169.254/up?sig=abc", "https://localhost:8080/up?sig=abc", "file:///up?sig=abc"])
def test_upload_is_not_put_to_an_address_that_is_not_public(url: str) -> None:
    """The storage's answer named where the bytes go, and any service of the network was written to."""
    driver = Scripted(reply(200, {"id": "77", "put_url": url}))
    assert "nothing was sent there" in str(driver.error(upload(), CallError))
    assert not driver.of(Put)


def test_upload_goes_to_this_machine_where_the_account_is_on_it() -> None:
    driver = Scripted(reply(200, {"id": "77", "put_url": "http://127.0.0.1:9000/up"}), STORED, FINISHED)
    assert driver.run(upload(account_host="localhost:8188")) == "ssupload:?id=77"


def test_an_upload_is_repeated_beyond_the_budget() -> None:
    driver = Scripted(PLACES["vidu"], SILENCE, SILENCE, SILENCE)
    error = driver.error(upload(retry=evolve(STEADY, budget=5.0)), CallError)
    assert "the upload broke off: no answer within 120 s" in str(error)
    assert driver.pauses == [1.0, 2.0]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([reply(200, {})], "no address to upload to"),
        ([reply(200, {"put_url": "https://storage.example.com/up"})], "no address to upload to"),
        ([reply(200, b"?")], "no address to upload to"),
        ([PLACES["vidu"], STORED, reply(200, {})], "no address of the upload"),
    ],
)
def test_an_upload_that_leads_nowhere_is_sent_to_the_model(answers: Sequence[Reply], words: str) -> None:
    error = Scripted(*answers).error(upload(), ResponseUnreadableError)
    assert words in str(error)
    assert error.raw == answers[-1].content


# -- what a session makes of a request ------------------------------------------------------------------------------------


def test_a_payload_of_the_user_is_overwritten() -> None:
    made = attempt_of(offer("vidu", payload="job-1"), VIDU, None, BEGAN)
    assert (made.submission.idempotency_key, made.submission.key_is_ours) == ("job-1", False)
    assert made.call.request["json"]["payload"] == "job-1"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_marker_that_is_looked_for_later_is_another_than_was_sent(provider: str) -> None:
    made = attempt(provider)
    sent = made.call.request
    travelled = {"vidu": sent["json"].get("payload"), "comfy": sent["headers"].get("Idempotency-Key")}.get(provider)
    assert made.submission.idempotency_key == travelled
    assert made.submission.key_is_ours is (travelled is not None)
    assert made.submission.body == sent["json"]


# -- a machine or a process that is suspended during a pause ---------------------------------------------------------------


def asleep(*answers: Answer, moment: float = 0.0, time_of_day: float = 0.0) -> Scripted:
    """A driver whose pauses last longer by so much, on the monotonic clock and on that of the day."""
    driver = Scripted(*answers)

    def sleep(effect: Pause) -> None:
        driver.pass_time(effect.seconds + moment)
        driver.time_of_day += time_of_day - moment

    driver.handlers[Pause] = sleep
    return driver


@pytest.mark.parametrize("hours", [13.0, 100.0, -13.0])
def test_an_idempotency_key_is_not_repeated_after_a_night_in_which_the_machine_slept(hours: float) -> None:
    """The monotonic clock of Linux stands still meanwhile; the provider forgets the key, and a second film would be paid."""
    driver = asleep(SILENCE, time_of_day=hours * 3_600.0)
    assert detail_of(driver.run(create_flow(attempt("comfy"), retry=STEADY))) == "no answer within 120 s"
    assert story(driver) == ["textToVideo", 1.0]


def test_an_idempotency_key_is_repeated_after_an_hour_in_which_the_machine_slept() -> None:
    driver = asleep(SILENCE, created("comfy"), time_of_day=3_600.0)
    assert ref_of(driver.run(create_flow(attempt("comfy"), retry=STEADY))).task_id == "9401"


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("answer", [UNREACHED, busy()], ids=["not sent", "busy"])
def test_a_request_is_not_sent_after_a_pause_in_which_the_process_was_stopped(provider: str, answer: Answer) -> None:
    """Another worker took the job of one that was stopped for longer than its lease; both would pay for it."""
    driver = asleep(answer, moment=STEADY.budget + OVERSLEPT)
    assert isinstance(driver.run(create_flow(attempt(provider), retry=STEADY)), NotSent | Busy)
    assert len(driver.of(Send)) == 1


# -- how old a task is -----------------------------------------------------------------------------------------------------

NOW: Final = 5_000.0
OLD: Final = NOW + RECENT_SECONDS
TASK: Final = TaskRef("vidu", "1")


def test_task_that_was_just_unfinished_is_young_for_some_minutes() -> None:
    sightings = Sightings()
    sightings.unfinished(TASK, NOW)
    sightings.ended(TASK, OLD - 1)
    assert (sightings.youth(TASK, OLD - 1), sightings.youth(TASK, OLD)) == (1.0, 0.0)


def test_task_that_ended_before_the_first_look_is_given_less_patience() -> None:
    sightings = Sightings()
    sightings.ended(TASK, NOW)
    assert (sightings.youth(TASK, NOW), sightings.youth(TASK, OLD)) == (UNCERTAIN_SHARE, 0.0)


def test_task_that_was_never_seen_is_old() -> None:
    sightings = Sightings()
    sightings.unfinished(TASK, NOW)
    assert sightings.youth(TaskRef("vidu", "2"), NOW) == 0.0


def test_sightings_do_not_grow_without_end() -> None:
    sightings = Sightings()
    for number in range(MOST_SIGHTINGS + 1):
        sightings.unfinished(TaskRef("vidu", str(number)), NOW)
    assert [sightings.youth(TaskRef("vidu", str(number)), NOW) for number in (0, 1, MOST_SIGHTINGS)] == [0.0, 1.0, 1.0]
