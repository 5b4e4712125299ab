"""Settle a create call whose outcome is unknown: look for its task, or repeat an idempotency key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from vidu_ext.values.exchange import ExchangeError, Reply
from vidu_ext.values.submission import Submission

from .attempt import Attempt, Claims, create_flow, is_replayable
from .call import is_transient, status_flow
from .effects import Flow, now, pause, send, wall_clock
from .outcome import Accepted, NotSent, Outcome, Unknown
from .policy import RetryPolicy, SettlePolicy, answered_at
from .retry import tell

if TYPE_CHECKING:
    from vidu_ext.values.tasks import TaskRef


MOST_PAGES: Final = 100
"""Pages of a list that one look for a lost task reads."""


MOST_UNASKED: Final = 5
"""Candidates that may give no answer before a look is broken off."""


LISTED_SECONDS: Final = 3 * 86400.0
"""Age up to which a task is in Vidu's list when no time is asked for: seven days by Vidu's clock, less four for our clock."""


CLOCK_ERROR: Final = 2 * 86400.0
"""Seconds by which a clock may be wrong, time zones included. One that differs by more is not used at all."""


def settle_flow(attempt: Attempt, unknown: Unknown, *, settle: SettlePolicy, claims: Claims) -> Flow[Accepted | Unknown]:
    """The task of a submission whose create call ended in the unknown, or the unknown as it was.

    Looks only; sends no create. Found is a task that carries our idempotency key, or, if none travels, the one task that
    agrees with what was sent and belongs to nobody else. Two of them are as good as none.

    The first and the last look read all that is listed, and only the last, at the end of the window, proves that there is no
    task: a list may be late. Those between ask for what is younger than the submission, which takes one request: they rely on
    the `Date` of the answers and on how the provider reads times.
    """
    submission = attempt.submission
    if submission.settlement not in ("payload", "running-list"):
        return unknown
    began = yield from now()
    foreign: set[TaskRef] = set()
    looks = 0
    lead: float | None = None
    while True:
        looks += 1
        left = began + settle.window - (yield from now())
        is_last = left <= 0
        if is_last or lead is None:
            asked, is_proof = yield from _oldest_listed(submission)
        else:
            asked, is_proof = submission.submitted_at + lead - settle.clock_skew, False
        look = yield from _look(attempt, asked, settle.clock_skew, claims, foreign)
        lead = look.lead
        has_twin = claims.has_twin(attempt.submission)
        found = look.one_of_ours(has_twin=has_twin)
        if found is not None and claims.claim(found, attempt.submission):
            attempt.begun.ref = found
            return Accepted(found, {})
        if look.is_final and not (look.ours and has_twin):  # the twin may claim its own at any moment
            return evolve(unknown, detail=f"{unknown.detail}; {look.detail}")
        if is_last:
            detail = look.detail or f"no task of this request was found in {looks} looks"
            absent = is_proof and not look.detail and not look.ours
            return evolve(unknown, detail=f"{unknown.detail}; {detail}", absent=absent)
        if looks == 1:
            what = f"{attempt.call.operation} at {attempt.account}"
            tell(what, f"it may have been accepted ({unknown.detail})", left, doing="looking for its task", is_safe=False)
        yield from pause(min(settle.pause(looks), left))


def _oldest_listed(submission: Submission) -> Flow[tuple[float | None, bool]]:
    """Where a look at everything begins, None for where the list does by itself; and whether that proves anything.

    It does while the request is so young by our clock that it is in the list whatever our clock does, if there is a task.
    """
    age = (yield from wall_clock()) - submission.submitted_at
    if age > LISTED_SECONDS:
        return submission.submitted_at - CLOCK_ERROR, False
    return None, submission.key_is_ours and age >= -LISTED_SECONDS


@frozen
class _Look:
    """What one look for a lost task found."""

    lead: float | None = None
    """Seconds by which the provider's clock is ahead of ours, by the `Date` of its last answer; None where that is not known."""
    ours: tuple[TaskRef, ...] = ()
    detail: str = ""
    is_final: bool = False
    """Looking again would show the same."""

    def one_of_ours(self, *, has_twin: bool) -> TaskRef | None:
        return self.ours[0] if len(self.ours) == 1 and not has_twin else None


def _lead_of(reply: Reply) -> Flow[float | None]:
    answered = answered_at(reply.headers)
    lead = None if answered is None else answered - (yield from wall_clock())
    return None if lead is None or abs(lead) > CLOCK_ERROR else lead


def _look(attempt: Attempt, asked: float | None, clock_skew: float, claims: Claims, foreign: set[TaskRef]) -> Flow[_Look]:
    """One look at the tasks that were made after `asked`, by the provider's clock; None for all that it lists by itself."""
    submission, provider = attempt.submission, attempt.provider
    lead: float | None = None
    is_readable = True
    ours: list[TaskRef] = []
    unasked: list[TaskRef] = []
    page: str | None = None
    for _ in range(MOST_PAGES):
        try:
            reply = yield from send(attempt.account, provider.search_call(page, since=asked))
        except ExchangeError as failure:
            return _Look(lead, detail=f"the search for it failed: {failure.detail}")
        lead = yield from _lead_of(reply)
        since = None if submission.key_is_ours else submission.submitted_at + (lead or 0.0) - clock_skew
        is_list = reply.is_success and not provider.is_error_body(reply)
        found = provider.search(submission, reply.json(), since=since) if is_list else None
        if found is None:
            reading = provider.error(reply)
            refused = 400 <= reply.status < 500 and not is_transient(reply.status, reading)
            return _Look(lead, detail=f"the search for it failed: HTTP {reply.status}, {reading.message}", is_final=refused)
        is_readable = is_readable and found.is_readable
        for ref, key in ((candidate.ref, candidate.idempotency_key) for candidate in found.candidates):
            if claims.is_claimed(ref, submission) or ref in foreign or ref in ours:
                continue
            verdict = yield from _is_ours(attempt, ref, key)
            if verdict is True:
                ours.append(ref)
                if submission.key_is_ours:
                    return _Look(lead, tuple(ours))
            elif verdict is False:
                foreign.add(ref)
            else:
                unasked.append(ref)
            if len(unasked) == MOST_UNASKED:
                break
        page = found.next_page
        if page is None or len(unasked) == MOST_UNASKED:
            break
    if unasked:
        return _Look(lead, detail=f"{', '.join(map(str, unasked))} may be it and could not be asked")
    if page is not None:
        return _Look(lead, detail=f"the list has more than {MOST_PAGES} pages")
    if len(ours) > 1:
        return _Look(lead, tuple(ours), detail=f"{len(ours)} tasks fit: {', '.join(map(str, ours))}", is_final=True)
    return _Look(lead, tuple(ours), detail="" if is_readable else "the list shows a task whose id cannot be read")


def _is_ours(attempt: Attempt, ref: TaskRef, shown: str | None) -> Flow[bool | None]:
    """Whether a candidate is the task looked for; None where it cannot be told now.

    `shown` is the idempotency key that the list shows. A task that carries one when none was sent is another's.
    """
    key = attempt.submission.idempotency_key
    if shown is not None:
        return shown == key
    if attempt.submission.settlement == "running-list":
        return True
    snapshot = yield from status_flow(attempt.account, attempt.provider, ref)
    return None if snapshot is None else attempt.provider.idempotency_key_of(snapshot) == key


def find_flow(attempt: Attempt, *, retry: RetryPolicy, settle: SettlePolicy, claims: Claims) -> Flow[Outcome]:
    """The task of a submission that was left unknown, looked for anew, so that it is one paid task at the most.

    Where the provider has an idempotency key, the request is sent again with the same key, which the provider documents
    to replay the first answer. If the first request never arrived, this one makes the task.
    """
    submission = attempt.submission
    if submission.settlement != "idempotency-key":
        return (yield from settle_flow(attempt, Unknown("it was left unknown"), settle=settle, claims=claims))
    if submission.idempotency_key is None:
        return Unknown("no idempotency key went with it that could be repeated")
    if not (yield from is_replayable(submission)):
        return Unknown("its idempotency key is too old to be repeated safely, or the clock was changed since it was sent")
    outcome = yield from create_flow(attempt, retry=retry)
    if isinstance(outcome, Accepted | Unknown):
        return outcome
    said = outcome.detail if isinstance(outcome, NotSent) else outcome.reading.message
    return Unknown(f"the repeated key was not answered with a task: {said}")
