"""Rules about money, each one condition in the code of submits, searches and paid calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from unittest.mock import Mock

import httpx
import pytest
from adapters import WITHOUT_REPLAY
from paid import SILENCE, STEADY, UNREACHED, attempt, busy, created, page, ref_of, reply
from playing import Way, both_ways, client, request_for
from scripted import Answer, Scripted
from test_session import SPEECH, order
from vidu_clients.vidu.models import LipSyncRequest

from vidu_ext import Settings, SettlePolicy, Timeouts
from vidu_ext.client.arguments import Inquiry
from vidu_ext.client.session import Session
from vidu_ext.client.submits import Submits
from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.claims import Begun, Claims
from vidu_ext.flows.effects import Flow, Pause, Send
from vidu_ext.flows.outcome import Unknown
from vidu_ext.flows.submit import create_flow, find_flow
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskRef

LIP_SYNC: Final = LipSyncRequest(video_url="https://example.com/a.mp4", audio_url="https://example.com/a.mp3")


def submits(*accounts: str, **settings: Any) -> Submits:
    keys = dict.fromkeys(accounts or ("vidu",), "a-key-of-the-tests")
    used = Settings(retry=STEADY, **settings)
    return Submits(Session(keys, prefer=None, settings=used, chance=lambda: 0.0, now=lambda: 1_000.0))


def creates_sent(driver: Scripted) -> list[bool]:
    return [sent.call.creates for sent in driver.of(Send)]


# -- a create is protected as one -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_submit_and_send_treat_their_request_as_a_create(provider: str) -> None:
    """A driver waits longer for the answer to a create, and returns the part of one that breaks off."""
    client, first, again = submits(provider), Scripted(created(provider)), Scripted(created(provider))
    ended = first.run(client.submit(order(request_for(provider))))
    assert isinstance(ended, Attempt)
    submission = ended.submission
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
    client = submits("vidu")
    wanted = order(SPEECH if way == "call" else request_for("vidu"))
    begun = wanted.begun
    prepared = attempt("vidu").submission
    seen: list[str] = []

    def interrupted(_: Send) -> Answer:
        seen.extend([begun.submission.operation] if begun.submission else [])
        return KeyboardInterrupt()

    if way == "submit":
        flow: Flow[object] = client.submit(wanted)
    elif way == "send":
        flow = client.send(prepared, begun=begun)
    else:
        flow = client.call(wanted)
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


def test_submit_refuses_a_route_that_answers_at_once_at_any_place_in_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer names no task, so a paid answer would have been reported as an unknown outcome."""
    client, driver = submits(), Scripted()
    film, speech = (client.choice.offers(Inquiry(request=request)) for request in (request_for("vidu"), SPEECH))
    monkeypatch.setattr(client.choice, "offers", Mock(return_value=(*film, *speech)))
    error = driver.error(client.submit(order(request_for("vidu"))), ConfigurationError)
    assert "textToSpeech answers at once and starts no task: use call() in place of submit()." in str(error)
    assert not driver.of(Send)


@pytest.mark.parametrize("way", ["prepare", "send"])
def test_prepare_and_send_refuse_a_route_that_answers_at_once(way: str) -> None:
    """A call whose answer was lost would be paid again, and its answer names no task."""
    client, driver = submits(), Scripted()
    if way == "prepare":
        flow: Flow[object] = client.prepare(order(SPEECH))
    else:
        speech = attempt("vidu", operation="textToSpeech", text="hello").submission
        flow = client.send(Submission.parse(speech.to_text()), begun=Begun())
    assert "use call() in place of submit()" in str(driver.error(flow, ConfigurationError))
    assert not driver.of(Send)


def test_call_refuses_a_route_that_starts_a_task() -> None:
    """Its task would have been paid, and its reference lost with the answer."""
    driver, lip_sync = Scripted(), order(LIP_SYNC)
    error = driver.error(submits().call(lip_sync), ConfigurationError)
    assert "use submit() in place of call()" in str(error)
    assert not driver.of(Send)
    assert lip_sync.begun.submission is None
