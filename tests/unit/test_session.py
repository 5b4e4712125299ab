"""Sessions against scripted answers, without a socket: status, cancel, lists and submissions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from paid import NO_KEY, SILENCE, attempt, created, is_absent, page, ref_of, reply, status_answer
from playing import request_for
from scripted import Answer, Body, Scripted
from vidu_clients.vidu.models import TextToSpeechRequest

from vidu_ext import Account, OperationRequest, RetryPolicy, Settings, SettlePolicy
from vidu_ext.client.account_choice import AccountChoice
from vidu_ext.client.arguments import Inquiry, Order
from vidu_ext.client.session import Session
from vidu_ext.client.submits import Submits
from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.claims import Begun
from vidu_ext.flows.effects import Flow, Send
from vidu_ext.flows.sightings import RECENT_SECONDS
from vidu_ext.providers.records import TaskFilter
from vidu_ext.values.errors import (
    CallError,
    ConfigurationError,
    ResponseUnreadableError,
    TaskCanceledError,
    TaskError,
    TaskFailedError,
    TaskModeratedError,
    WaitTimeoutError,
)
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import Object, TaskRef

NOW: Final = 1_000.0
REF: Final = TaskRef("studio", "9401")
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


def order(request: object) -> Order:
    return Order(request=request)


def submit(studio: Session, driver: Scripted, provider: str = "vidu") -> Attempt:
    ended = driver.run(Submits(studio).submit(order(request_for(provider))))
    assert isinstance(ended, Attempt)
    return ended


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


def test_orders_must_be_the_path_of_a_file() -> None:
    with pytest.raises(ConfigurationError, match=r"Settings\.orders must be the path of a file; it is of type int"):
        Settings(orders=5)  # type: ignore[arg-type]  # what the test is about


def test_download_from_an_expired_address_polls_for_a_fresh_one(tmp_path: Path) -> None:
    studio = session()
    snapshot = Scripted(success_answer()).run(studio.status(REF))
    driver = Scripted(Body(status=403), success_answer(), Body(content=MP4))
    driver.run(studio.download(snapshot, tmp_path / "a.mp4", kind=None, options=None, on_progress=None))
    assert (tmp_path / "a.mp4").exists()


NO_RESULT: Final[dict[str, tuple[Object, type[TaskError], str]]] = {
    "processing": ({"state": "processing", "creations": [FILM]}, WaitTimeoutError, r"Wait for it with wait\('studio:9401'\)"),
    "a new word": ({"state": "reviewing"}, WaitTimeoutError, "last seen reviewing"),
    "failed": ({"state": "failed", "err_code": "CODEC"}, TaskFailedError, "ended as failed: CODEC"),
    "moderated": ({"state": "failed", "err_code": "AuditFailed"}, TaskModeratedError, "Change the prompt"),
    "cancelled": ({"state": "failed", "err_code": "UserCancelled"}, TaskCanceledError, "UserCancelled"),
}


@pytest.mark.parametrize(("answer", "kind", "words"), NO_RESULT.values(), ids=NO_RESULT)
def test_download_of_a_task_without_a_result_raises_what_a_wait_raises(
    answer: Object, kind: type[TaskError], words: str, tmp_path: Path
) -> None:
    studio = session()
    snapshot = Scripted(reply(200, answer)).run(studio.status(REF))
    for download in (partial(studio.download, kind=None), studio.download_all):
        with pytest.raises(kind, match=words) as caught:
            download(snapshot, tmp_path, options=None, on_progress=None)
        assert (type(caught.value), caught.value.ref) == (kind, REF)


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
    return Submits(studio).call(order(request))


def test_paid_call_is_sent_again_while_the_provider_is_busy() -> None:
    studio = session(retry=RetryPolicy(budget=5.0, jitter=0.0))
    answer = Scripted(BUSY, reply(200, {"task_id": "1", "state": "success"})).run(call(studio, SPEECH))
    assert getattr(answer, "task_id", None) == "1"


def test_call_of_a_free_route_returns_its_answer_as_json() -> None:
    upload = OperationRequest("vidu", "createUpload", {"scene": "vidu"})
    assert Scripted(reply(200, {"id": "7"})).run(call(session(), upload)) == {"id": "7"}


def test_parameters_of_a_route_without_a_body_are_sent() -> None:
    driver = Scripted(reply(200, {"tasks": []}))
    driver.run(call(session(), OperationRequest("vidu", "listTasks", {"states": ["success"]})))
    assert driver.of(Send)[0].call.request["params"] == {"states": ["success"]}


# -- what users write -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", [5, None, object()])
def test_value_that_is_not_a_task_is_refused(task: object) -> None:
    with pytest.raises(ConfigurationError, match=f"not {type(task).__name__}"):
        session().ref(task)


def choice_of(*names: str) -> AccountChoice:
    accounts = [Account(name=name, provider="vidu", key="a-key-of-the-tests") for name in names]
    return AccountChoice(accounts, prefer=None, now=lambda: NOW)


NOT_CONFIGURED: Final[dict[str, Callable[[AccountChoice], object]]] = {
    "": lambda choice: choice.only_account("comfy"),
    " Accounts of the provider vidu: one, two.": lambda choice: choice.only_account("vidu"),
    " Nothing was sent.": lambda choice: choice.offers(Inquiry(request=request_for("vidu"), account="comfy")),
    " Poll a task through the account that took it.": lambda choice: choice.provider("comfy"),
}


@pytest.mark.parametrize("hint", NOT_CONFIGURED)
def test_account_that_is_not_configured_is_refused_with_those_that_are(hint: str) -> None:
    with pytest.raises(ConfigurationError, match=f"no account is called '(comfy|vidu)'; configured are: one, two.{hint}$"):
        NOT_CONFIGURED[hint](choice_of("one", "two"))


def test_account_must_be_named_only_if_there_are_several() -> None:
    choice = choice_of("one", "two")
    assert (choice.only_account("two"), choice_of("studio").only_account(None)) == ("two", "studio")
    with pytest.raises(ConfigurationError, match="say which account: one of one, two"):
        choice.only_account(None)
