"""Rules about money that are each one condition in the code: every test fails once its condition is inverted or left out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import httpx
import pytest
from attrs import evolve
from paid import (
    LOOKING,
    LOST,
    NO_KEY,
    SILENCE,
    STEADY,
    UNREACHED,
    attempt,
    busy,
    created,
    generation,
    idempotency_key_of,
    page,
    ref_of,
    reply,
    row,
    settle,
    told,
)
from playing import request_for
from scripted import Answer, Scripted
from vidu_clients.vidu.models import LipSyncRequest, TextToSpeechRequest

from vidu_ext import AsyncVidu, HealthPolicy, Settings, Timeouts, Vidu
from vidu_ext.client.session import Session
from vidu_ext.flows.attempt import Attempt, Claims, create_flow
from vidu_ext.flows.call import answer_flow
from vidu_ext.flows.effects import Flow, Pause, Send
from vidu_ext.flows.outcome import Begun, Busy, Outcome, Refused, Unknown
from vidu_ext.flows.policy import SettlePolicy
from vidu_ext.flows.settle import find_flow
from vidu_ext.flows.submit import attempt_flow
from vidu_ext.flows.upload import outcome_of_upload
from vidu_ext.providers import PROVIDERS
from vidu_ext.providers.offers import Offer
from vidu_ext.providers.reading import rfc3339
from vidu_ext.values.errors import CallError, ClientClosedError, ConfigurationError
from vidu_ext.values.exchange import ErrorReading, Reply
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskRef

SPEECH: Final = TextToSpeechRequest(text="hello", voice_setting_voice_id="male-qn-qingse")
LIP_SYNC: Final = LipSyncRequest(video_url="https://example.com/a.mp4", audio_url="https://example.com/a.mp3")
ONE_LOOK: Final = SettlePolicy(window=0.0)


def unknown(outcome: Outcome) -> Unknown:
    assert isinstance(outcome, Unknown), outcome
    return outcome


# -- absence is proved ----------------------------------------------------------------------------------------------------


def test_search_that_went_through_the_whole_list_proves_absence() -> None:
    assert unknown(settle(Scripted(page([])), attempt(), settle=ONE_LOOK)).absent


UNPROVED: Final[dict[str, Sequence[Answer]]] = {
    "no answer": [SILENCE],
    "server error": [reply(500)],
    "busy": [reply(429)],
    "no list in the answer": [reply(200, b"<html>")],
    "a server error with a list in it": [reply(500, {"tasks": []})],
    "a refusal with a list in it": [reply(403, {"tasks": []})],
    "refused": [NO_KEY],
    "a candidate without an answer": [page([row("9401")]), SILENCE],
    "a candidate whose answer is a server error": [
        page([row("9401")]),
        reply(500, {"state": "processing", "payload": "another"}),
    ],
    "the second page fails": [page([], "two"), SILENCE],
}
"""What a last look may meet that leaves part of the list unread."""


@pytest.mark.parametrize("answers", UNPROVED.values(), ids=UNPROVED.keys())
def test_failed_look_never_proves_absence(answers: Sequence[Answer]) -> None:
    """A batch sends again what is absent, so a list that could not be read led to a second paid task."""
    assert not unknown(settle(Scripted(*answers), attempt(), settle=ONE_LOOK)).absent


@pytest.mark.parametrize("answers", [[page([]), SILENCE], [page([]), NO_KEY]])
def test_failed_last_look_takes_back_what_earlier_looks_proved(answers: Sequence[Answer]) -> None:
    assert not unknown(settle(Scripted(*answers), attempt(), settle=SettlePolicy(window=1.0))).absent


def test_list_with_too_many_pages_never_proves_absence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vidu_ext.flows.settle.MOST_PAGES", 1)
    assert not unknown(settle(Scripted(page([], "two")), attempt(), settle=ONE_LOOK)).absent


def test_task_that_may_be_the_one_of_a_twin_under_way_never_proves_absence() -> None:
    """The search saw a task that fits and could not take it, because another submit of the same request was under way."""
    claims, made, twin = Claims(), attempt(payload="job-1"), attempt(payload="job-1")
    for one in (made, twin):
        claims.begin(one.submission)
    driver = Scripted(page([row("9401", payload="job-1")]))
    assert not unknown(settle(driver, made, claims, settle=ONE_LOOK)).absent


def test_two_tasks_that_fit_never_prove_absence() -> None:
    both = page([row("9400", payload="job-1"), row("9401", payload="job-1")])
    assert not unknown(settle(Scripted(both), attempt(payload="job-1"), settle=ONE_LOOK)).absent


@pytest.mark.parametrize("provider", ["comfy", "zenlayer"])
def test_provider_that_cannot_be_searched_never_proves_absence(provider: str) -> None:
    assert not unknown(settle(Scripted(), attempt(provider))).absent
    assert not LOST.absent


@pytest.mark.parametrize(
    "made",
    [
        attempt(payload="job-1"),
        attempt(key="job-1"),
        attempt("skills_video"),
        attempt(operation="createAdFilm", images=["https://example.com/a.png"]),
    ],
    ids=["payload of the user", "key of the user", "list of what runs", "route without a payload"],
)
def test_only_a_marker_of_our_own_lets_a_search_prove_absence(made: Attempt) -> None:
    """A batch sends again what is absent; another task may carry an idempotency key that the user chose, and a list of what runs
    does not show what has ended."""
    listed = reply(200, []) if made.provider.name == "skills_video" else page([])
    assert not unknown(settle(Scripted(listed), made, settle=ONE_LOOK)).absent


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "UTC"])
def test_search_says_its_times_in_the_same_zone_wherever_it_runs(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """Eight hours off, the list that was asked for would have begun after the lost task."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert rfc3339(1_700_000_000.9) == "2023-11-14T22:13:20Z"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("provider", ["vidu", "skills_video"])
def test_search_asks_the_account_that_the_request_was_sent_to(provider: str) -> None:
    """Another account's list is empty of the task, and would have proved its absence."""
    made = attempt(provider, account="studio")
    listed = page([row("9401")]) if provider == "vidu" else reply(200, [generation("gen_1")])
    driver = Scripted(listed, *([told(idempotency_key_of(made))] if provider == "vidu" else []))
    assert ref_of(settle(driver, made)).account == "studio"
    assert {sent.account for sent in driver.of(Send)} == {"studio"}


def test_client_that_is_closed_while_it_searches_leaves_the_outcome_unknown() -> None:
    driver = Scripted(SILENCE, ClientClosedError())
    flow = attempt_flow(attempt(), retry=STEADY, waits=True, settle=LOOKING, claims=Claims())
    outcome = unknown(driver.run(flow))
    assert "no answer within 120 s; the client was closed before that was settled" in outcome.detail
    assert not outcome.absent


def test_submission_that_was_written_down_finds_its_task_again_in_the_same_client() -> None:
    """`find` is given a text that was kept, so another object with the idempotency key of the one that was sent."""
    claims, made = Claims(), attempt()
    listed = page([row("9401", payload=idempotency_key_of(made))])
    assert ref_of(settle(Scripted(listed), made, claims)).task_id == "9401"
    kept = evolve(made, submission=Submission.parse(made.submission.to_text()))
    assert ref_of(settle(Scripted(listed), kept, claims)).task_id == "9401"


def test_task_that_another_submit_claims_during_the_search_is_not_the_last_word() -> None:
    claims, made = Claims(), attempt(payload="job-1")

    def claimed_meanwhile(_: Send) -> Answer:
        assert claims.claim(TaskRef("vidu", "9401"), attempt(payload="job-1").submission)
        return told("job-1")

    second = page([row("9401"), row("9402", payload="job-1")])
    driver = Scripted(page([row("9401")]), claimed_meanwhile, second)
    assert ref_of(settle(driver, made, claims)).task_id == "9402"


def test_find_says_that_the_outcome_was_left_unknown() -> None:
    driver = Scripted(page([]))
    outcome = driver.run(find_flow(attempt(), retry=STEADY, settle=ONE_LOOK, claims=Claims()))
    assert unknown(outcome).detail.startswith("it was left unknown; ")


# -- tasks that cannot be told apart --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "other"), [("a paper bird", None), (None, "a paper bird"), ("a paper bird", ""), ("a paper bird", " "), (None, None)]
)
def test_request_without_a_prompt_may_be_the_twin_of_one_with_a_prompt(mine: str | None, other: str | None) -> None:
    """A provider fills in a missing prompt, so the two tasks may look the same in its list."""
    claims, made = Claims(), attempt("skills_video", prompt=mine)
    claims.begin(made.submission)
    claims.begin(attempt("skills_video", prompt=other).submission)
    assert claims.has_twin(made.submission)


def test_task_of_a_twin_without_a_prompt_is_not_taken() -> None:
    claims, made = Claims(), attempt("skills_video")
    claims.begin(made.submission)
    claims.begin(attempt("skills_video", prompt=None).submission)
    assert not unknown(settle(Scripted(reply(200, [generation("gen_1")])), made, claims, settle=ONE_LOOK)).absent


# -- a create is protected as one -----------------------------------------------------------------------------------------


def session(*accounts: str, **settings: Any) -> Session:
    keys = dict.fromkeys(accounts or ("vidu",), "a-key-of-the-tests")
    return Session(keys, prefer=None, settings=Settings(retry=STEADY, **settings), chance=lambda: 0.0, now=lambda: 1_000.0)


def choice(made: Session, request: object, *, account: str | None = None) -> tuple[Offer, ...]:
    return made.offers(request, account=account, check=True, path_id=None)


def creates_sent(driver: Scripted) -> list[bool]:
    return [sent.call.creates for sent in driver.of(Send)]


def submit(made: Session, driver: Scripted, request: object, *, account: str | None = None) -> Attempt:
    wanted = choice(made, request, account=account)
    return driver.run(made.submit(wanted, idempotency_key=None, begun=Begun(), on_submission=None))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_submit_and_send_treat_their_request_as_a_create(provider: str) -> None:
    """A create waits longer for its answer, keeps the part of an answer that breaks off, and is never repeated blindly."""
    made, first, again = session(provider), Scripted(created(provider)), Scripted(created(provider))
    submission = submit(made, first, request_for(provider)).submission
    assert ref_of(again.run(made.send(submission, begun=Begun())).outcome) == TaskRef(provider, "9401")
    assert creates_sent(first) == creates_sent(again) == [True]


def test_find_treats_its_repeated_request_as_a_create() -> None:
    driver, made = Scripted(created("comfy")), session("comfy")
    assert ref_of(driver.run(made.find(attempt("comfy").submission, begun=Begun())).outcome) == TaskRef("comfy", "9401")
    assert creates_sent(driver) == [True]


def test_find_keeps_the_id_of_a_repeated_create_whose_answer_breaks_off() -> None:
    """The driver gives what came of the answer to a create; of any other call it gives an error."""
    part = Reply(200, {}, b'{"task_id": "9401", "state": "crea')
    driver, made = Scripted(part), session("comfy")
    assert ref_of(driver.run(made.find(attempt("comfy").submission, begun=Begun())).outcome) == TaskRef("comfy", "9401")


def patience_of(request: httpx.Request) -> object:
    return request.extensions["timeout"]["read"]


class Slow(httpx.MockTransport):
    """A provider that accepts every create, and notes how long it may take for each answer."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.patience: list[tuple[str, object]] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.patience.append((request.method, patience_of(request)))
        return httpx.Response(200, json={"task_id": "9401", "state": "processing"})


def used(transport: Slow) -> Settings:
    timeouts = Timeouts(read=7.0, create_read=300.0)
    return Settings(timeouts=timeouts, transport=transport, async_transport=transport)


LONG_THEN_SHORT: Final = [("POST", 300.0), ("POST", 300.0), ("GET", 7.0)]


def test_create_and_its_repetition_wait_longer_than_other_calls() -> None:
    """A create that is given up early leaves an outcome in doubt that the provider was about to tell."""
    transport = Slow()
    with Vidu({"comfy": "a-key-of-the-tests"}, settings=used(transport)) as vidu:
        task = vidu.submit(request_for("comfy"))
        assert task.submission is not None
        vidu.find(task.submission)
        task.status()
    assert transport.patience == LONG_THEN_SHORT


def test_awaited_create_and_its_repetition_wait_longer_than_other_calls() -> None:
    transport = Slow()

    async def use() -> None:
        async with AsyncVidu({"comfy": "a-key-of-the-tests"}, settings=used(transport)) as vidu:
            task = await vidu.submit(request_for("comfy"))
            assert task.submission is not None
            await vidu.find(task.submission)
            await task.status()

    asyncio.run(use())
    assert transport.patience == LONG_THEN_SHORT


def test_find_never_repeats_a_create_without_an_idempotency_key() -> None:
    for provider in ("vidu", "skills_video", "zenlayer"):
        made = attempt(provider)
        nothing = reply(200, []) if provider == "skills_video" else page([])
        driver = Scripted(*[nothing] * (provider != "zenlayer"))
        outcome = driver.run(find_flow(made, retry=STEADY, settle=ONE_LOOK, claims=Claims()))
        assert isinstance(outcome, Unknown)
        assert not any(creates_sent(driver))


@pytest.mark.parametrize("way", ["submit", "send", "call"])
def test_submission_is_at_hand_for_an_interrupt_while_its_request_is_out(way: str) -> None:
    made, begun = session("vidu"), Begun()
    prepared = attempt("vidu").submission
    seen: list[str] = []

    def interrupted(_: Send) -> Answer:
        seen.extend([begun.submission.operation] if begun.submission else [])
        return KeyboardInterrupt()

    if way == "submit":
        flow: Flow[object] = made.submit(choice(made, request_for("vidu")), idempotency_key=None, begun=begun, on_submission=None)
    elif way == "send":
        flow = made.send(prepared, begun=begun)
    else:
        flow = made.call(choice(made, SPEECH), begun=begun)
    Scripted(interrupted).error(flow, KeyboardInterrupt)
    assert seen == ["textToSpeech" if way == "call" else "textToVideo"]


@pytest.mark.parametrize(
    ("flow_of", "answers", "may_be_out"),
    [
        (create_flow, [UNREACHED, created("comfy")], False),
        (create_flow, [busy(), created("comfy")], False),
        (create_flow, [SILENCE, created("comfy")], True),
        (create_flow, [SILENCE, UNREACHED, created("comfy")], True),
        (answer_flow, [UNREACHED, reply(200, {"task_id": "1"})], False),
        (answer_flow, [busy(), reply(200, {"task_id": "1"})], False),
    ],
)
def test_interrupt_between_two_tries_names_the_submission_only_where_it_may_be_paid(
    flow_of: Callable[..., Flow[object]], answers: Sequence[Answer], may_be_out: bool
) -> None:
    """Whether Ctrl-C carries a submission tells the user whether something may have been paid."""
    made = attempt("comfy")
    seen: list[bool] = []
    driver = Scripted(*answers, handlers={Pause: lambda _: seen.append(made.begun.submission is not None)})
    driver.run(flow_of(made, retry=STEADY))
    assert seen
    assert set(seen) == {may_be_out}


def test_interrupt_of_a_look_names_the_submission_although_its_repetition_was_not_sent() -> None:
    """What was left unknown stays so, whatever becomes of a repeated key."""
    submission = attempt("comfy").submission
    begun = Begun(submission)
    seen: list[Submission | None] = []
    driver = Scripted(busy(), UNREACHED, created("comfy"), handlers={Pause: lambda _: seen.append(begun.submission)})
    assert ref_of(driver.run(session("comfy").find(submission, begun=begun)).outcome) == begun.ref
    assert seen == [submission, submission]


def test_route_that_answers_at_once_is_sent_to_its_account_as_it_was_prepared() -> None:
    made = attempt("vidu", account="studio", operation="textToSpeech", text="hello")
    driver = Scripted(reply(200, {"task_id": "1", "state": "success"}))
    driver.run(answer_flow(made, retry=STEADY))
    assert [(sent.account, sent.call) for sent in driver.of(Send)] == [("studio", made.call)]
    assert made.call.creates


# -- routes that start a task, and routes that answer at once -------------------------------------------------------------


def begin_submit(made: Session, request: object) -> object:
    return submit(made, Scripted(), request)


def begin_prepare(made: Session, request: object) -> object:
    return Scripted().run(made.prepare(choice(made, request), idempotency_key=None))


@pytest.mark.parametrize("begin", [begin_submit, begin_prepare])
def test_submit_refuses_a_route_that_answers_at_once(begin: Callable[[Session, object], object]) -> None:
    """Its answer names no task, so a paid answer would have been reported as an unknown outcome."""
    with pytest.raises(ConfigurationError, match=r"textToSpeech.* call\(\) in place of submit\(\)"):
        begin(session(), SPEECH)


def test_submit_refuses_such_a_route_wherever_its_account_is_in_the_order() -> None:
    made = session()
    film, speech = choice(made, request_for("vidu")), choice(made, SPEECH)
    with pytest.raises(ConfigurationError, match="textToSpeech"):
        made.submit((*film, *speech), idempotency_key=None, begun=Begun(), on_submission=None)


def test_call_refuses_a_route_that_starts_a_task() -> None:
    """Its task would have been paid, and its reference thrown away with the answer."""
    driver, made = Scripted(), session()
    begun = Begun()
    error = driver.error(made.call(choice(made, LIP_SYNC), begun=begun), ConfigurationError)
    assert "use submit() in place of call()" in str(error)
    assert not driver.of(Send)
    assert begun.submission is None


@pytest.mark.parametrize(
    ("provider", "members"), [("zenlayer", {}), ("skills_video", {}), ("vidu", {"operation": "createAdFilm", "images": ["a"]})]
)
def test_idempotency_key_of_the_user_changes_nothing_where_the_route_carries_none(provider: str, members: dict[str, Any]) -> None:
    plain, keyed = attempt(provider, **members), attempt(provider, key="job-1", **members)
    assert (keyed.submission.body, keyed.submission.idempotency_key) == (plain.submission.body, None)
    assert keyed.call.request == plain.call.request
    assert keyed.call.headers == plain.call.headers


@pytest.mark.parametrize(
    ("status", "kind"), [(400, Refused), (403, Refused), (413, Refused), (408, Busy), (429, Busy), (500, Busy), (503, Busy)]
)
def test_refused_upload_is_a_refusal_and_a_passing_fault_is_none(status: int, kind: type[Outcome]) -> None:
    """Another account is asked after a fault; a file that is refused is the user's to correct."""
    failure = CallError("vidu", "createUpload", "no", status=status)
    failure.reading = ErrorReading(None, "no", "other", status)
    assert isinstance(outcome_of_upload(failure), kind)


# -- what is remembered of an account ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["submit", "send"])
def test_success_takes_back_the_failures_before_it(way: str) -> None:
    """An account with two failures, a success and two failures works; it must not be put to rest."""
    made = session("comfy", "zenlayer", health=HealthPolicy(failures=3))

    def once(answer: Reply) -> None:
        driver = Scripted(answer)
        if way == "send":
            driver.run(made.send(attempt("comfy").submission, begun=Begun()))
        else:
            submit(made, driver, request_for("comfy"), account="comfy")

    for answer in (NO_KEY, NO_KEY, created("comfy"), NO_KEY, NO_KEY):
        once(answer)
    assert made.health.resting_for("comfy", 1_000.0) is None
    once(NO_KEY)
    assert made.health.resting_for("comfy", 1_000.0) is not None
