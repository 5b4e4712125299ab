"""What a session asks of its providers and gives back, against scripted answers and without a socket."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve
from paid import NO_KEY, SILENCE, attempt, created, page, reply, status_answer
from playing import request_for
from scripted import Answer, Body, Scripted

from vidu_ext import Account, RetryPolicy, Settings, SettlePolicy, Vidu
from vidu_ext.client.session import Session
from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.effects import Fetch, Flow, Send
from vidu_ext.flows.outcome import Accepted, Begun, Unknown
from vidu_ext.flows.poll import RECENT_SECONDS
from vidu_ext.providers.base import TaskFilter
from vidu_ext.values.errors import CallError, ConfigurationError, ResponseUnreadableError, SubmissionUnknownError
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import Object, TaskRef

NOW: Final = 1_000.0
REF: Final = TaskRef("studio", "9401")
FILM: Final[Object] = {"id": "2", "url": "https://files.example/film.mp4"}
NO: Final = reply(400, {"reason": "FieldInvalid", "message": "no."})
GONE: Final = reply(503, {"message": "away"})


def session(provider: str = "vidu", *, retry: RetryPolicy | None = None, **more: Any) -> Session:
    """One account, called studio, that tries nothing twice."""
    accounts = [Account(name="studio", provider=provider, key="a-key-of-the-tests")]
    settings = Settings(retry=retry or RetryPolicy(budget=0.0, jitter=0.0), **more)
    return Session(accounts, prefer=None, settings=settings, chance=lambda: 0.0, now=lambda: NOW)


def ended(**members: Any) -> Reply:
    return reply(200, {"id": "9401", "state": "success", "creations": [FILM], "credits": 20, **members})


def submit(made: Session, driver: Scripted) -> Attempt:
    wanted = made.offers(request_for("vidu"), account=None, check=True, path_id=None)
    return driver.run(made.submit(wanted, idempotency_key=None, begun=Begun(), on_submission=None))


# -- a task ---------------------------------------------------------------------------------------------------------------


def test_status_is_that_of_the_task_that_was_asked_for() -> None:
    driver = Scripted(ended())
    snapshot = driver.run(session().status(REF))
    assert (snapshot.ref, snapshot.word, snapshot.credits) == (REF, "success", 20.0)
    (sent,) = driver.of(Send)
    assert (sent.account, sent.call.operation) == ("studio", "getCreations")
    assert "/tasks/9401/creations" in sent.call.request["url"]


def test_status_is_asked_again_within_the_budget_of_the_client() -> None:
    driver = Scripted(GONE, status_answer(None))
    driver.run(session(retry=RetryPolicy(budget=5.0, jitter=0.0)).status(REF))
    assert driver.pauses == [1.0]


def test_status_that_tells_no_state_is_no_state() -> None:
    error = Scripted(reply(200, {"message": "fine"})).error(session().status(REF), ResponseUnreadableError)
    assert (error.account, error.operation, error.status) == ("studio", "getCreations", 200)
    assert error.raw == b'{"message": "fine"}'


@pytest.mark.parametrize("way", ["submit", "status", "fresh"])
def test_task_that_was_seen_unfinished_is_known_to_be_young(way: str) -> None:
    """Its file may be some seconds behind it when it has ended."""
    made = session()
    ref = REF
    if way == "submit":
        ref = session_ref(submit(made, Scripted(created())))
    elif way == "status":
        Scripted(status_answer(None)).run(made.status(ref))
    else:
        Scripted(status_answer(None)).run(made.fresh_outputs(ref))
    assert made.sightings.youth(ref, NOW) == 1.0
    assert made.sightings.youth(ref, NOW + RECENT_SECONDS) == 0.0


def session_ref(made: Attempt) -> TaskRef:
    assert isinstance(made.outcome, Accepted)
    return made.outcome.ref


def test_addresses_signed_anew_are_those_of_the_task() -> None:
    assert [one.url for one in Scripted(ended()).run(session().fresh_outputs(REF))] == [FILM["url"]]


@pytest.mark.parametrize("answer", [SILENCE, GONE, NO_KEY])
def test_task_that_cannot_be_asked_now_has_no_new_addresses(answer: Answer) -> None:
    assert Scripted(answer).run(session().fresh_outputs(REF)) == ()


def test_all_files_of_a_task_are_downloaded_into_the_folder(tmp_path: Path) -> None:
    made = session()
    snapshot = Scripted(ended()).run(made.status(REF))
    driver = Scripted(Body(content=b"\0\0\0\x18ftypisom" + b"0" * 50))
    (done,) = driver.run(made.download_all(snapshot, tmp_path, options=None, on_progress=None))
    assert done.path is not None
    assert done.path.parent == tmp_path
    assert [fetch.url for fetch in driver.of(Fetch)] == [FILM["url"]]


def test_outcome_of_a_submit_is_logged_with_its_account_and_task(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "vidu_ext"):
        submit(session(), Scripted(created()))
        submit(session(), Scripted(NO_KEY))
    assert [record.getMessage() for record in caplog.records] == [
        "submit to studio: accepted as studio:9401",
        "submit to studio: refused",
    ]


# -- cancel ---------------------------------------------------------------------------------------------------------------


def test_cancelled_task_is_asked_for_its_state() -> None:
    driver = Scripted(reply(200, {}), status_answer(None, "canceled"))
    assert driver.run(session().cancel(REF)).word == "canceled"
    assert [sent.call.operation for sent in driver.of(Send)] == ["cancelTask", "getCreations"]


@pytest.mark.parametrize(
    ("answers", "status", "code", "says"),
    [
        ([NO, ended()], 400, "FieldInvalid", "no; the task has ended as success"),
        ([NO, status_answer(None)], 400, "FieldInvalid", "if the task exists, it goes on and stays paid"),
        ([NO, GONE], 400, "FieldInvalid", "if the task exists, it goes on and stays paid"),
        ([reply(500, {"message": "oops"})], 500, None, "oops; if the task exists, it goes on and stays paid"),
        ([SILENCE], None, None, "if the task exists, it goes on and stays paid"),
    ],
)
def test_cancel_that_fails_says_what_that_means_for_the_task(
    answers: Sequence[Answer], status: int | None, code: str | None, says: str
) -> None:
    error = Scripted(*answers).error(session().cancel(REF), CallError)
    assert (error.account, error.operation, error.status, error.code) == ("studio", "cancelTask", status, code)
    assert says in str(error)


def test_what_a_provider_cannot_do_is_said_with_what_to_do_instead() -> None:
    made = session("zenlayer")
    ways: list[tuple[Flow[Any], str]] = [
        (made.cancel(REF), "The task goes on and stays paid"),
        (made.credits("studio"), "Look at its console"),
        (made.tasks_page("studio", None, []), "Keep the references of your tasks"),
    ]
    for flow, advice in ways:
        error = Scripted().error(flow, CallError)
        assert error.account == "studio"
        assert "documents no way to" in str(error)
        assert advice in str(error)


def test_provider_without_subjects_names_the_one_that_has_them() -> None:
    error = Scripted().error(session("comfy").subjects_page("studio", []), ConfigurationError)
    assert "studio is an account of comfy, which stores no subjects; only vidu does" in str(error)


# -- lists ----------------------------------------------------------------------------------------------------------------


def listed(*ids: str, following: str = "") -> Reply:
    return reply(200, {"tasks": [{"id": one, "state": "created"} for one in ids], "next_page_token": following})


def test_page_of_tasks_holds_their_references_and_leads_to_the_next_one() -> None:
    driver = Scripted(listed("1", "2", following="two"))
    snapshots, following = driver.run(session().tasks_page("studio", TaskFilter(), []))
    assert ([str(one.ref) for one in snapshots], following) == (["studio:1", "studio:2"], "two")
    driver = Scripted(listed())
    assert driver.run(session().tasks_page("studio", None, ["one", "two"])) == ((), None)
    assert "two" in driver.of(Send)[0].call.request["params"].values()


def test_list_that_leads_back_to_a_page_is_broken_off() -> None:
    for flow in (session().tasks_page("studio", None, ["a", "b", "a"]), session().subjects_page("studio", ["a", "b", "a"])):
        error = Scripted().error(flow, CallError)
        assert "after 3 pages the list leads back" in str(error)
        assert error.account == "studio"
        assert error.operation in ("listTasks", "listSubjects")


@pytest.mark.parametrize("ask", [Session.credits, partial(Session.tasks_page, wanted=None, pages=[])])
def test_list_that_cannot_be_read_is_no_empty_list(ask: Any) -> None:
    error = Scripted(reply(200, b"<html>")).error(ask(session(), "studio"), ResponseUnreadableError)
    assert (error.account, error.status, error.raw) == ("studio", 200, b"<html>")


# -- submissions ----------------------------------------------------------------------------------------------------------


def test_look_for_a_submission_lasts_as_long_as_the_client_says() -> None:
    made = session("vidu", settle=SettlePolicy(window=7.0, first=3.0, factor=1.0))
    driver = Scripted(*[page([])] * 4)
    found = driver.run(made.find(attempt(account="studio").submission, begun=Begun()))
    assert isinstance(found.outcome, Unknown)
    assert found.outcome.absent
    assert sum(driver.pauses) == 7.0


def test_repeated_key_of_a_look_is_tried_within_the_budget_of_the_client() -> None:
    made = session("comfy", retry=RetryPolicy(budget=5.0, jitter=0.0))
    driver = Scripted(SILENCE, created("comfy"))
    found = driver.run(made.find(attempt("comfy", account="studio").submission, begun=Begun()))
    assert isinstance(found.outcome, Accepted)
    assert found.outcome.ref == TaskRef("studio", "9401")


@pytest.mark.parametrize(
    "changed",
    [
        {"provider": "comfy"},
        {"settlement": "idempotency-key"},
        {"idempotency_key": "another"},
    ],
)
def test_submission_that_was_changed_is_not_looked_for(changed: dict[str, Any]) -> None:
    """Its task would not be found, and the look would prove that there is none."""
    changed_one = evolve(attempt(account="studio").submission, **changed)
    for use in (session().find, session().send):
        assert "Nothing was sent" in str(Scripted().error(use(changed_one, begun=Begun()), ConfigurationError))


@pytest.mark.parametrize("key", [None, "job-1", "a" * 255])
def test_key_of_the_user_that_can_travel_is_taken(key: str | None) -> None:
    wanted = session("comfy").offers(request_for("comfy"), account=None, check=True, path_id=None)
    prepared = Scripted().run(session("comfy").prepare(wanted, idempotency_key=key))
    assert prepared.idempotency_key == key or key is None


@pytest.mark.parametrize("key", ["", " ", "a b", "a" * 256, "ä", "a\n", 5])
def test_key_of_the_user_that_cannot_travel_is_refused(key: Any) -> None:
    made = session("comfy")
    wanted = made.offers(request_for("comfy"), account=None, check=True, path_id=None)
    with pytest.raises(ConfigurationError, match="visible ASCII") as caught:
        made.submit(wanted, idempotency_key=key, begun=Begun(), on_submission=None)
    assert caught.value.option == "idempotency_key"
    assert Scripted().error(made.prepare(wanted, idempotency_key=key), ConfigurationError).option == "idempotency_key"


def test_paid_answer_that_cannot_be_read_is_kept_with_its_submission() -> None:
    from vidu_clients.vidu.models import TextToSpeechRequest

    made = session()
    wanted = made.offers(
        TextToSpeechRequest(text="hello", voice_setting_voice_id="male-qn-qingse"), account=None, check=True, path_id=None
    )
    error = Scripted(reply(200, [1])).error(made.call(wanted, begun=Begun()), SubmissionUnknownError)
    assert (error.account, error.raw, error.submission.operation) == ("studio", b"[1]", "textToSpeech")
    assert "kept in .raw" in str(error)


# -- what users write -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "hint"), [("api_key", 'Vidu({"vidu": "..."})'), ("timeout", "wait(task, timeout=600)"), ("base_url", "Account(")]
)
def test_option_of_other_clients_says_how_it_is_written_here(option: str, hint: str) -> None:
    client: Any = Vidu
    with pytest.raises(TypeError) as caught:
        client(**{option: "x"})
    assert hint in str(caught.value)
    with pytest.raises(TypeError, match=r"no 'colour'\.$"):
        client(colour="red")


@pytest.mark.parametrize("task", [5, None, object()])
def test_what_is_no_task_is_refused_by_its_type(task: object) -> None:
    with pytest.raises(ConfigurationError, match=f"not {type(task).__name__}"):
        session().ref(task)


def test_task_is_known_by_its_reference_and_as_text() -> None:
    assert session().ref(REF) == session().ref("studio:9401") == REF
