"""Attempts at all providers, as a session makes them, answers to them, and runs of a submit and of a search."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from attrs import evolve
from playing import body_for, request_for
from scripted import Answer, Scripted

from vidu_ext.flows.attempt import Attempt, attempt_of
from vidu_ext.flows.claims import Claims
from vidu_ext.flows.effects import Flow, Pause, Send, WallClock
from vidu_ext.flows.file_effects import Put
from vidu_ext.flows.outcome import Accepted, Outcome, Unknown
from vidu_ext.flows.policy import RetryPolicy, SettlePolicy
from vidu_ext.flows.routing import offers_in_turn
from vidu_ext.flows.settle import settle_flow
from vidu_ext.flows.submit import find_flow, submit_flow
from vidu_ext.providers import provider_named
from vidu_ext.providers.offers import Offer
from vidu_ext.values.exchange import ExchangeError, Reply
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Json, Object, TaskRef

STEADY: Final = RetryPolicy(jitter=0.0)
"""Pauses of 1, 2, 4, 8, 16, 30, 30 s within 120 s."""
LOOKING: Final = SettlePolicy()
LOOKS: Final = 7
"""Looks of a search in vain: after 0, 1, 3, 7, 15 and 31 s, and at the end of its window."""
BEGAN: Final = 1_700_000_000.0
"""Time of day at which the scripted driver begins."""

AD_FILM: Final[dict[str, Any]] = {"operation": "createAdFilm", "images": ["https://example.com/a.png"]}
"""A route of Vidu that takes no payload, so that no idempotency key travels."""
BIRD: Final[Object] = {"model": "viduq3-turbo", "prompt": "a paper bird", "duration": 5}

KEPT: Final = Submission(
    account="studio",
    provider="vidu",
    operation="textToVideo",
    settlement="payload",
    idempotency_key="5f2b",
    submitted_at=1_700_000_000.25,
    body={"model": "viduq3-turbo", "prompt": "a paper bird", "payload": "5f2b"},
    key_is_ours=True,
)
"""A submission whose outcome is unknown."""


def create_of(provider: str) -> str:
    """Return the operation that makes a video from a prompt."""
    return provider_named(provider).encode(request_for(provider)).operation


def offer(provider: str = "vidu", *, account: str | None = None, operation: str | None = None, **members: Json) -> Offer:
    return Offer(account or provider, provider, operation or create_of(provider), {**body_for(provider), **members})


def attempt(
    provider: str = "vidu",
    *,
    account: str | None = None,
    operation: str | None = None,
    key: str | None = None,
    began: float = BEGAN,
    **members: Json,
) -> Attempt:
    """Return the attempt that a session makes of a request; `key` is an idempotency key of the user."""
    offered = offer(provider, account=account, operation=operation, **members)
    return attempt_of(offered, provider_named(provider), key, began)


def without_key(attempt_: Attempt) -> Attempt:
    return evolve(attempt_, submission=evolve(attempt_.submission, idempotency_key=None, key_is_ours=False))


def reply(status: int, body: object = None, headers: Mapping[str, str] | None = None) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, dict(headers or {}), content)


def busy(retry_after: str | None = None) -> Reply:
    return reply(429, {"message": "too many"}, {"retry-after": retry_after} if retry_after is not None else None)


def created(provider: str = "vidu", task_id: str = "9401", **headers: str) -> Reply:
    body = {"id": task_id, "status": "IN_QUEUE"} if provider == "skills_video" else {"task_id": task_id, "state": "created"}
    return reply(200, body, headers)


def row(task_id: str, *, age: float = 0.0, **members: Json) -> Object:
    """Return a task as Vidu lists it, `age` seconds older than the submission."""
    created_at = datetime.fromtimestamp(BEGAN - age, UTC).isoformat()
    return {"id": task_id, "state": "created", "created_at": created_at, **BIRD, **members}


def page(rows: Iterable[Object], following: str = "") -> Reply:
    return reply(200, {"tasks": list(rows), "next_page_token": following})


def generation(task_id: str, **members: Json) -> Object:
    """Return a generation as skills.video lists it while it runs, with the defaults that the server fills in."""
    return {"id": task_id, "status": "IN_PROGRESS", "input": {"resolution": "720p", **body_for("skills_video"), **members}}


def status_answer(payload: str | None, state: str = "processing") -> Reply:
    """Return a status answer of Vidu."""
    return reply(200, {"state": state, "creations": [], **({} if payload is None else {"payload": payload})})


def story(driver: Scripted) -> list[str | float]:
    """Return the operations that were sent and the seconds of the pauses, in order."""
    steps: list[str | float] = []
    for effect in driver.seen:
        if isinstance(effect, Send):
            steps.append(effect.call.operation)
        elif isinstance(effect, Put):
            steps.append("PUT")
        elif isinstance(effect, Pause):
            steps.append(effect.seconds)
    return steps


UNREACHED: Final = ExchangeError("no route to host", sent=False)
SILENCE: Final = ExchangeError("no answer within 120 s", sent=True)
LOST: Final = Unknown("the connection was lost")
NO_KEY: Final = reply(401, {"message": "who are you"})
BAD_GATEWAY: Final = reply(502, b"<html><title>502</title></html>")
MODERATED: Final = reply(400, {"reason": "AuditSubmitIllegal", "message": "not this"})
INVALID: Final = reply(400, {"reason": "FieldInvalid", "message": "duration"})
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


def settle(
    driver: Scripted, lost: Attempt, claims: Claims | None = None, *, settle: SettlePolicy = LOOKING
) -> Accepted | Unknown:
    """Search for the task of an attempt. Fails if the search sends a create."""
    outcome = driver.run(settle_flow(lost, LOST, settle=settle, claims=claims or Claims()))
    assert not any(send.call.creates for send in driver.of(Send)), "a create was sent while its outcome was looked for"
    return outcome


def find(driver: Scripted, lost: Attempt, *, claims: Claims | None = None, retry: RetryPolicy = STEADY) -> Outcome:
    return driver.run(find_flow(lost, retry=retry, settle=LOOKING, claims=claims or Claims()))


def idempotency_key_of(attempt_: Attempt) -> str:
    assert attempt_.submission.idempotency_key is not None
    return attempt_.submission.idempotency_key


def ref_of(outcome: Outcome | None) -> TaskRef:
    assert isinstance(outcome, Accepted), outcome
    return outcome.ref


def detail_of(outcome: Outcome) -> str:
    assert isinstance(outcome, Unknown), outcome
    return outcome.detail


def is_absent(outcome: Outcome | None) -> bool:
    return isinstance(outcome, Unknown) and outcome.absent


def keys_sent(driver: Scripted) -> list[str]:
    return [send.call.request["headers"]["Idempotency-Key"] for send in driver.of(Send)]


def submit(
    attempts: Sequence[Attempt],
    *,
    claims: Claims | None = None,
    observed: list[tuple[str, str]] | None = None,
    retry: RetryPolicy = STEADY,
) -> Flow[Attempt]:
    """Return the submit of a request to the accounts of these attempts, in order."""
    offers = [Offer(prepared.account, prepared.provider.name) for prepared in attempts]

    def prepare(offer_: Offer, _: RetryPolicy) -> Flow[Attempt]:
        yield from WallClock()
        return next(prepared for prepared, offered in zip(attempts, offers, strict=True) if offered is offer_)

    def observe(account: str, outcome: Outcome) -> None:
        if observed is not None:
            observed.append((account, type(outcome).__name__))

    turns = offers_in_turn(offers, lambda _: True)
    return submit_flow(turns, prepare, retry=retry, settle=LOOKING, claims=claims or Claims(), observe=observe)
