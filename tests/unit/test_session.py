"""Sessions against scripted answers, without a socket: status, cancel, lists, submissions, and the rules about money."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from adapters import WITHOUT_REPLAY
from paid import NO_KEY, SILENCE, STEADY, UNREACHED, attempt, busy, created, is_absent, page, ref_of, reply, status_answer
from playing import Way, both_ways, client, request_for
from scripted import Answer, Body, Scripted
from vidu_clients.vidu.models import LipSyncRequest, TextToSpeechRequest

from vidu_ext import Account, OperationRequest, RetryPolicy, Settings, SettlePolicy, Timeouts
from vidu_ext.client.account_choice import AccountChoice, Wanted
from vidu_ext.client.session import Session
from vidu_ext.client.submits import Submits
from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.claims import Begun, Claims
from vidu_ext.flows.effects import Flow, Pause, Send
from vidu_ext.flows.file_effects import Fetch
from vidu_ext.flows.outcome import Unknown
from vidu_ext.flows.sightings import RECENT_SECONDS
from vidu_ext.flows.submit import create_flow, find_flow
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.offers import Offer
from vidu_ext.providers.records import TaskFilter
from vidu_ext.values.errors import CallError, ConfigurationError, ResponseUnreadableError
from vidu_ext.values.exchange import Reply
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Object, TaskRef

NOW: Final = 1_000.0
REF: Final = TaskRef("studio", "9401")
ANYWHERE: Final = Wanted(account=None, check=True, unlisted=False, path_id=None)
SPEECH: Final = TextToSpeechRequest(text="hello", voice_setting_voice_id="male-qn-qingse")
FILM: Final[Object] = {"id": "2", "url": "https://files.example/film.mp4"}
REFUSED: Final = reply(400, {"reason": "FieldInvalid", "message": "no."})
UNAVAILABLE: Final = reply(503, {"message": "away"})
MP4: Final = b"\0\0\0\x18ftypisom" + b"0" * 50
BUSY: Final = reply(429, {"message": "later"})


def session(provider: str = "vidu", *, retry: RetryPolicy | None = None, **more: Any) -> Session:
    """Return a session with one account, `studio`, that by default retries nothing."""
    accounts = [Account(name="studio", provider=provider, key="a-key-of-the-tests")]
    settings = Settings(retry=retry or RetryPolicy(budget=0.0, jitter=0.0), **more)
    return Session(accounts, prefer=None, settings=settings, chance=lambda: 0.0, now=lambda: NOW)


def success_answer(**members: Any) -> Reply:
    return reply(200, {"id": "9401", "state": "success", "creations": [FILM], "credits": 20, **members})


def submit(studio: Session, driver: Scripted, provider: str = "vidu") -> Attempt:
    offers = studio.choice.offers(request_for(provider), account=None, check=True, path_id=None)
    return driver.run(Submits(studio).submit(offers, idempotency_key=None, begun=Begun(), on_submission=None))


# -- a task ---------------------------------------------------------------------------------------------------------------


def test_status_is_that_of_the_task_that_was_asked_for() -> None:
    driver = Scripted(success_answer())
    snapshot = driver.run(session().status(REF))
    assert (snapshot.ref, snapshot.word, snapshot.credits) == (REF, "success", 20.0)
    (sent,) = driver.of(Send)
    assert (sent.account, sent.call.operation) == ("studio", "getCreations")
    assert "/tasks/9401/creations" in sent.call.request["url"]


def test_status_is_asked_again_within_the_budget_of_the_client() -> None:
    driver = Scripted(UNAVAILABLE, status_answer(None))
    driver.run(session(retry=RetryPolicy(budget=5.0, jitter=0.0)).status(REF))
    assert driver.pauses == [1.0]


def test_status_answer_without_a_state_is_an_error() -> None:
    error = Scripted(reply(200, {"message": "fine"})).error(session().status(REF), ResponseUnreadableError)
    assert (error.account, error.operation, error.status) == ("studio", "getCreations", 200)
    assert error.raw == b'{"message": "fine"}'


SEES_UNFINISHED: Final[Mapping[str, Callable[[Session], object]]] = {
    "submit": lambda studio: submit(studio, Scripted(created())),
    "status": lambda studio: Scripted(status_answer(None)).run(studio.status(REF)),
    "fresh_outputs": lambda studio: Scripted(status_answer(None)).run(studio.fresh_outputs(REF)),
}


@pytest.mark.parametrize("see_unfinished", SEES_UNFINISHED.values(), ids=SEES_UNFINISHED)
def test_task_counts_as_young_for_some_seconds_after_it_was_seen_unfinished(see_unfinished: Callable[[Session], object]) -> None:
    """The file of a task may be some seconds late when the task has ended."""
    studio = session()
    see_unfinished(studio)
    assert studio.sightings.late_share(REF, NOW) == 1.0
    assert studio.sightings.late_share(REF, NOW + RECENT_SECONDS) == 0.0


@pytest.mark.parametrize("answer", [SILENCE, UNAVAILABLE, NO_KEY])
def test_failed_poll_returns_no_fresh_outputs(answer: Answer) -> None:
    assert Scripted(answer).run(session().fresh_outputs(REF)) == ()


def test_all_files_of_a_task_are_downloaded_into_the_folder(tmp_path: Path) -> None:
    studio = session()
    snapshot = Scripted(success_answer()).run(studio.status(REF))
    driver = Scripted(Body(content=MP4))
    (done,) = driver.run(studio.download_all(snapshot, tmp_path, options=None, on_progress=None))
    assert done.path is not None
    assert done.path.parent == tmp_path
    assert [fetch.url for fetch in driver.of(Fetch)] == [FILM["url"]]


def test_orders_must_be_the_path_of_a_file() -> None:
    with pytest.raises(ConfigurationError, match=r"Settings\.orders must be the path of a file; it is of type int"):
        Settings(orders=5)  # type: ignore[arg-type]  # what the test is about


def test_download_from_an_expired_address_polls_for_a_fresh_one(tmp_path: Path) -> None:
    studio = session()
    snapshot = Scripted(success_answer()).run(studio.status(REF))
    driver = Scripted(Body(status=403), success_answer(), Body(content=MP4))
    driver.run(studio.download(snapshot, tmp_path / "a.mp4", kind=None, options=None, on_progress=None))
    assert (tmp_path / "a.mp4").exists()


def test_outcome_of_a_submit_is_logged_with_its_account_and_task(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "vidu_ext"):
        submit(session(), Scripted(created()))
        submit(session(), Scripted(NO_KEY))
    assert [record.getMessage() for record in caplog.records] == [
        "submit to studio: accepted as studio:9401",
        "submit to studio: refused",
    ]


# -- cancel ---------------------------------------------------------------------------------------------------------------


def test_canceled_task_is_polled_for_its_state() -> None:
    driver = Scripted(reply(200, {}), status_answer(None, "canceled"))
    assert driver.run(session().cancel(REF)).word == "canceled"
    assert [sent.call.operation for sent in driver.of(Send)] == ["cancelTask", "getCreations"]


@pytest.mark.parametrize(
    ("answers", "status", "code", "consequence"),
    [
        ([REFUSED, success_answer()], 400, "FieldInvalid", "no; the task has ended as success"),
        ([REFUSED, status_answer(None)], 400, "FieldInvalid", "if the task exists, it keeps running and is charged"),
        ([REFUSED, UNAVAILABLE], 400, "FieldInvalid", "if the task exists, it keeps running and is charged"),
        ([reply(500, {"message": "oops"})], 500, None, "oops; if the task exists, it keeps running and is charged"),
        ([SILENCE], None, None, "if the task exists, it keeps running and is charged"),
    ],
)
def test_cancel_that_fails_says_what_that_means_for_the_task(
    answers: Sequence[Answer], status: int | None, code: str | None, consequence: str
) -> None:
    error = Scripted(*answers).error(session().cancel(REF), CallError)
    assert (error.account, error.operation, error.status, error.code) == ("studio", "cancelTask", status, code)
    assert consequence in str(error)


UNSUPPORTED: Final[dict[str, Callable[[Session], Flow[object]]]] = {
    "cancel a task. The task keeps running and is charged": lambda studio: studio.cancel(REF),
    "read the credits left. Look at its console": lambda studio: studio.credits("studio"),
    "list tasks. Keep the references of your tasks": lambda studio: studio.tasks_page("studio", None, []),
}


@pytest.mark.parametrize("advice", UNSUPPORTED)
def test_error_for_an_unsupported_call_says_what_to_do(advice: str) -> None:
    error = Scripted().error(UNSUPPORTED[advice](session("zenlayer")), CallError)
    assert error.account == "studio"
    assert f"documents no way to {advice}" in str(error)


# -- lists ----------------------------------------------------------------------------------------------------------------


def listed(*ids: str, following: str = "") -> Reply:
    return reply(200, {"tasks": [{"id": task_id, "state": "created"} for task_id in ids], "next_page_token": following})


def test_page_of_tasks_holds_their_references_and_leads_to_the_next_one() -> None:
    driver = Scripted(listed("1", "2", following="two"))
    snapshots, following = driver.run(session().tasks_page("studio", TaskFilter(), []))
    assert ([str(snapshot.ref) for snapshot in snapshots], following) == (["studio:1", "studio:2"], "two")
    driver = Scripted(listed())
    assert driver.run(session().tasks_page("studio", None, ["zero", "one", "two"])) == ((), None)
    assert "two" in driver.of(Send)[0].call.request["params"].values()


@pytest.mark.parametrize("pages", [["a", "b", "a"], ["a", "a"]])
def test_list_of_subjects_that_leads_back_to_a_page_is_an_error(pages: list[str]) -> None:
    error = Scripted().error(session().subjects_page("studio", pages), CallError)
    assert f"after {len(pages)} pages the list leads back" in str(error)
    assert (error.account, error.operation) == ("studio", "listSubjects")


@pytest.mark.parametrize("ask", [Session.credits, partial(Session.tasks_page, wanted=None, pages=[])])
def test_unreadable_list_is_an_error(ask: Any) -> None:
    error = Scripted(reply(200, b"<html>")).error(ask(session(), "studio"), ResponseUnreadableError)
    assert (error.account, error.status, error.raw) == ("studio", 200, b"<html>")


# -- submissions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_first", [True, False])
def test_submit_and_find_search_for_as_long_as_the_settle_window(*, is_first: bool) -> None:
    studio = session("vidu", settle=SettlePolicy(window=7.0, first=3.0, factor=1.0))
    driver = Scripted(*[SILENCE] * is_first, *[page([])] * 4)
    lost = (
        submit(studio, driver)
        if is_first
        else driver.run(Submits(studio).find(attempt(account="studio").submission, begun=Begun()))
    )
    assert is_absent(lost.outcome)
    assert sum(driver.pauses) == 7.0


@pytest.mark.parametrize(("send", "answer"), [(Submits.find, SILENCE), (Submits.send, BUSY)], ids=["find", "send"])
def test_kept_submission_is_sent_again_within_the_retry_budget(send: Callable[..., Flow[Attempt]], answer: Answer) -> None:
    studio = session("comfy", retry=RetryPolicy(budget=5.0, jitter=0.0))
    driver = Scripted(answer, created("comfy"))
    sent = driver.run(send(Submits(studio), attempt("comfy", account="studio").submission, begun=Begun()))
    assert ref_of(sent.outcome) == TaskRef("studio", "9401")


def call(studio: Session, request: object) -> Flow[object]:
    return Submits(studio).call(request, ANYWHERE, begun=Begun())


def test_paid_call_is_sent_again_while_the_provider_is_busy() -> None:
    studio = session(retry=RetryPolicy(budget=5.0, jitter=0.0))
    answer = Scripted(BUSY, reply(200, {"task_id": "1", "state": "success"})).run(call(studio, SPEECH))
    assert getattr(answer, "task_id", None) == "1"


def test_call_of_a_free_route_returns_its_answer_as_json() -> None:
    upload = OperationRequest("vidu", "createUpload", {"scene": "vidu"})
    assert Scripted(reply(200, {"id": "7"})).run(call(session(), upload)) == {"id": "7"}


# -- what users write -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", [5, None, object()])
def test_value_that_is_not_a_task_is_refused(task: object) -> None:
    with pytest.raises(ConfigurationError, match=f"not {type(task).__name__}"):
        session().ref(task)


def choice_of(*names: str) -> AccountChoice:
    accounts = [Account(name=name, provider="vidu", key="a-key-of-the-tests") for name in names]
    return AccountChoice(accounts, prefer=None, now=lambda: NOW)


@pytest.mark.parametrize(("name", "hint"), [("comfy", ""), ("vidu", " Accounts of the provider vidu: one, two.")])
def test_account_that_is_not_configured_is_refused_with_those_that_are(name: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        choice_of("one", "two").only_account(name)
    assert str(caught.value) == f"no account is called {name!r}; configured are: one, two.{hint}"


def test_account_must_be_named_only_if_there_are_several() -> None:
    choice = choice_of("one", "two")
    assert (choice.only_account("two"), choice_of("studio").only_account(None)) == ("two", "studio")
    with pytest.raises(ConfigurationError, match="say which account: one of one, two"):
        choice.only_account(None)


def test_account_that_is_not_configured_is_refused_with_what_that_means_for_a_submit_and_for_a_task() -> None:
    reason = "no account is called 'two'; configured are: one. "
    with pytest.raises(ConfigurationError, match=f"^{reason}Nothing was sent.$"):
        choice_of("one").offers(request_for("vidu"), account="two", check=True, path_id=None)
    with pytest.raises(ConfigurationError, match=f"^{reason}Poll a task through the account that took it.$"):
        choice_of("one").provider("two")


# -- rules about money, each one condition in the code -------------------------------------------------------------------

LIP_SYNC: Final = LipSyncRequest(video_url="https://example.com/a.mp4", audio_url="https://example.com/a.mp3")


def submits(*accounts: str, **settings: Any) -> Submits:
    keys = dict.fromkeys(accounts or ("vidu",), "a-key-of-the-tests")
    used = Settings(retry=STEADY, **settings)
    return Submits(Session(keys, prefer=None, settings=used, chance=lambda: 0.0, now=lambda: 1_000.0))


def offers(client: Submits, request: object) -> Flow[tuple[Offer, ...]]:
    return client.offers(request, account=None, check=True, unlisted=False, path_id=None)


def creates_sent(driver: Scripted) -> list[bool]:
    return [sent.call.creates for sent in driver.of(Send)]


# -- a create is protected as one -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_submit_and_send_treat_their_request_as_a_create(provider: str) -> None:
    """A driver waits longer for the answer to a create, and returns the part of one that breaks off."""
    client, first, again = submits(provider), Scripted(created(provider)), Scripted(created(provider))
    in_order = Scripted().run(offers(client, request_for(provider)))
    submission = first.run(client.submit(in_order, idempotency_key=None, begun=Begun(), on_submission=None)).submission
    assert ref_of(again.run(client.send(submission, begun=Begun())).outcome) == TaskRef(provider, "9401")
    assert creates_sent(first) == creates_sent(again) == [True]


class Accepting(httpx.MockTransport):
    """A provider that accepts every create, and notes how long the client would wait for each answer."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.patience: list[tuple[str, float]] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.patience.append((request.method, request.extensions["timeout"]["read"]))
        return httpx.Response(200, json={"task_id": "9401", "state": "processing"})


@both_ways
def test_create_and_its_repetition_wait_longer_than_other_calls(way: Way) -> None:
    """A create that times out early leaves an unknown outcome which the provider was about to answer."""
    provider = Accepting()
    timeouts = Timeouts(read=7.0, create_read=300.0)
    settings = Settings(timeouts=timeouts, transport=provider, async_transport=provider)
    with client(way, {"comfy": "a-key-of-the-tests"}, settings) as vidu:
        task = vidu.submit(request_for("comfy"))
        vidu.find(task.submission)
        task.status()
    assert provider.patience == [("POST", 300.0), ("POST", 300.0), ("GET", 7.0)]


@pytest.mark.parametrize("provider", WITHOUT_REPLAY)
def test_find_never_repeats_a_create_without_an_idempotency_key(provider: str) -> None:
    nothing_found = {"payload": [page([])], "running-list": [reply(200, [])]}
    driver = Scripted(*nothing_found.get(provider_named(provider).settlement, []))
    flow = find_flow(attempt(provider), retry=STEADY, settle=SettlePolicy(window=0.0), claims=Claims())
    assert isinstance(driver.run(flow), Unknown)
    assert not any(creates_sent(driver))


@pytest.mark.parametrize("way", ["submit", "send", "call"])
def test_interrupt_can_read_the_submission_while_its_request_may_be_on_the_wire(way: str) -> None:
    client, begun = submits("vidu"), Begun()
    prepared = attempt("vidu").submission
    seen: list[str] = []

    def interrupted(_: Send) -> Answer:
        seen.extend([begun.submission.operation] if begun.submission else [])
        return KeyboardInterrupt()

    if way == "submit":
        films = offers(client, request_for("vidu"))
        flow: Flow[object] = client.start(films, None, idempotency_key=None, begun=begun, on_submission=None)
    elif way == "send":
        flow = client.send(prepared, begun=begun)
    else:
        flow = client.call(SPEECH, ANYWHERE, begun=begun)
    Scripted(interrupted).error(flow, KeyboardInterrupt)
    assert seen == ["textToSpeech" if way == "call" else "textToVideo"]


@pytest.mark.parametrize(
    ("answers", "may_be_out"), [([UNREACHED], False), ([busy()], False), ([SILENCE], True), ([SILENCE, UNREACHED], True)]
)
def test_interrupt_between_two_tries_has_the_submission_only_if_it_may_be_paid(
    answers: Sequence[Answer], may_be_out: bool
) -> None:
    """Ctrl-C with a submission means that something may have been paid."""
    made = attempt("comfy")
    seen: list[bool] = []
    driver = Scripted(*answers, created("comfy"), handlers={Pause: lambda _: seen.append(made.begun.submission is not None)})
    driver.run(create_flow(made, retry=STEADY))
    assert seen
    assert set(seen) == {may_be_out}


def test_interrupt_of_find_has_the_submission_even_if_its_repetition_was_not_sent() -> None:
    """An unknown outcome stays unknown, whatever the repetition of the key returns."""
    submission = attempt("comfy").submission
    begun = Begun(submission)
    seen: list[Submission | None] = []
    driver = Scripted(busy(), UNREACHED, created("comfy"), handlers={Pause: lambda _: seen.append(begun.submission)})
    assert ref_of(driver.run(submits("comfy").find(submission, begun=begun)).outcome) == begun.ref
    assert seen == [submission, submission]


# -- routes that start a task, and routes that answer at once -------------------------------------------------------------


def test_submit_refuses_a_route_that_answers_at_once_at_any_place_in_the_order() -> None:
    """Its answer names no task, so a paid answer would have been reported as an unknown outcome."""
    client = submits()
    film, speech = (Scripted().run(offers(client, request)) for request in (request_for("vidu"), SPEECH))
    with pytest.raises(ConfigurationError, match=r"textToSpeech.* call\(\) in place of submit\(\)"):
        client.submit((*film, *speech), idempotency_key=None, begun=Begun(), on_submission=None)


@pytest.mark.parametrize("way", ["prepare", "send"])
def test_prepare_and_send_refuse_a_route_that_answers_at_once(way: str) -> None:
    """A call whose answer was lost would be paid again, and its answer names no task."""
    client, driver = submits(), Scripted()
    if way == "prepare":
        flow: Flow[object] = client.prepare(offers(client, SPEECH), idempotency_key=None)
    else:
        speech = attempt("vidu", operation="textToSpeech", text="hello").submission
        flow = client.send(Submission.parse(speech.to_text()), begun=Begun())
    assert "use call() in place of submit()" in str(driver.error(flow, ConfigurationError))
    assert not driver.of(Send)


def test_call_refuses_a_route_that_starts_a_task() -> None:
    """Its task would have been paid, and its reference lost with the answer."""
    driver, client, begun = Scripted(), submits(), Begun()
    error = driver.error(client.call(LIP_SYNC, ANYWHERE, begun=begun), ConfigurationError)
    assert "use submit() in place of call()" in str(error)
    assert not driver.of(Send)
    assert begun.submission is None
