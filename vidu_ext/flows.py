"""Submitting, settling an unknown outcome, calling, uploading: every decision about money, as generators.

A flow yields effects (effects.py) and is sent their results; it has no clock, no socket and no randomness of its own. The
rules of this module: at most one paid task per submit, and what may have been accepted is never sent again blindly.
"""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import evolve, field, frozen

from .addresses import forbidden, nearness
from .effects import Flow, chance, now, pause, put, send, wall_clock
from .errors import CallError, ClientClosedError, ResponseUnreadableError
from .exchange import Call, ErrorReading, ExchangeError, Reply
from .outcome import (
    Accepted,
    NotSent,
    Outcome,
    Refused,
    Rejected,
    Submission,
    Unknown,
    error_of,
    may_fail_over,
    outcome_of_error,
    outcome_of_failure,
)
from .policy import ReconcilePolicy, RetryPolicy, answered_at, retry_after

if TYPE_CHECKING:
    from .providers.base import Encoded, Provider
    from .selection import Offer
    from .tasks import Snapshot, TaskRef

MOST_PAGES: Final = 100
"""Pages of a list that one look for a lost task reads."""

MOST_UNASKED: Final = 5
"""Candidates that may give no answer before a look is broken off."""

REPLAY_SECONDS: Final = 12 * 3600.0
"""Age up to which an idempotency key is repeated. Comfy states no window for these routes and 24 hours for its others, so
a clock that was changed by up to 12 hours since does no harm."""

OVERSLEPT: Final = 1.0
"""Seconds beyond the budget after which a pause has lasted so long that the process must have been suspended: another may
have gone on in its place, so that nothing more is sent."""

LISTED_SECONDS: Final = 3 * 86400.0
"""Age up to which a task is in Vidu's list when no time is asked for: seven days by Vidu's clock, less four for our clock."""

CLOCK_ERROR: Final = 2 * 86400.0
"""Seconds by which a clock may be wrong, time zones included. One that differs by more is not used at all."""

RECENT_SECONDS: Final = 300.0
"""Seconds after the last sight of an unfinished task in which its storage may be behind it."""

UNCERTAIN_SHARE: Final = 0.25
"""Share of the patience with the storage of a task that had ended at the first look of a wait."""

MOST_SIGHTINGS: Final = 10_000
"""Tasks that are remembered. The one that was seen first is forgotten first."""

TRANSIENT_STATUSES: Final = frozenset({408, 409, 425, 429, 499})
"""Client-error statuses after which a call that creates nothing is tried again; every 5xx is one too."""


@frozen(eq=False)
class Attempt:
    """One account's way to serve a request."""

    account: str
    provider: Provider
    encoded: Encoded
    submission: Submission
    call: Call = field(repr=False)
    begun: list[Submission] = field(factory=list["Submission"], repr=False, eq=False)
    """The submission, while a request of it may be out; for whoever interrupts the flow."""
    failed_upload: CallError | None = field(default=None, repr=False)
    """Why a file of the request could not be brought to the account; the request itself is not sent then."""


_Owner: TypeAlias = "str | weakref.ref[Submission] | None"
"""A marker that we made, or the submission whose task was found by other signs; not kept alive, for it may hold pictures."""


class Sightings:
    """When one client last saw a task unfinished, or first saw that it had ended, by a clock that only goes forward.

    Says how long the storage may be behind its task. Safe for threads: every change is one step of a dict.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[TaskRef, tuple[float, bool]] = OrderedDict()

    def unfinished(self, ref: TaskRef, now: float) -> None:
        self._keep(ref, now, is_certain=True)

    def ended(self, ref: TaskRef, now: float) -> None:
        """A task that was never seen unfinished here may have ended long before."""
        if ref not in self._seen:
            self._keep(ref, now, is_certain=False)

    def youth(self, ref: TaskRef, now: float) -> float:
        """The share of a retry budget in which a file that is not there may only not be there yet."""
        moment, is_certain = self._seen.get(ref, (now - RECENT_SECONDS, False))
        if now - moment >= RECENT_SECONDS:
            return 0.0
        return 1.0 if is_certain else UNCERTAIN_SHARE

    def _keep(self, ref: TaskRef, now: float, *, is_certain: bool) -> None:
        self._seen[ref] = now, is_certain
        if len(self._seen) > MOST_SIGHTINGS:
            self._seen.popitem(last=False)


class Claims:
    """What the submits of one client know of each other, so that two never take the same task for their own.

    Safe for threads: every change is one step of a dict.
    """

    def __init__(self) -> None:
        self._owners: dict[str, _Owner] = {}
        self._under_way: dict[int, Submission] = {}

    def claim(self, ref: TaskRef, submission: Submission) -> bool:
        """Whether the task was free or this submission's before; from now on it is its."""
        own = submission.marker if submission.marker_is_ours else weakref.ref(submission)
        return _owns(self._owners.setdefault(str(ref), own), submission)

    def is_claimed(self, ref: TaskRef, submission: Submission) -> bool:
        """Whether the task belongs to another submission."""
        owner = self._owners.get(str(ref))
        return owner is not None and not _owns(owner, submission)

    def begin(self, submission: Submission) -> None:
        self._under_way[id(submission)] = submission

    def end(self, submission: Submission) -> None:
        del self._under_way[id(submission)]

    def has_twin(self, submission: Submission) -> bool:
        """Whether another submit is under way whose task could be mistaken for ours."""
        others = self._under_way.copy().values()
        return any(other is not submission and _look_alike(submission, other) for other in others)


def _owns(owner: _Owner, submission: Submission) -> bool:
    """Whether a task is this submission's: it carries the marker that we made, or it was found for this very submission."""
    if isinstance(owner, weakref.ref):
        return owner() is submission
    return submission.marker_is_ours and owner == submission.marker


def _look_alike(one: Submission, other: Submission) -> bool:
    """Whether a search may be unable to tell the tasks of two submissions apart.

    A marker tells, and so do two prompts. Nothing else does: a member that one leaves out agrees with whatever it becomes.
    """
    if (one.account, one.marker) != (other.account, other.marker):
        return False
    prompts = [str(submission.body.get("prompt") or "").strip() for submission in (one, other)]
    return one.marker is not None or not all(prompts) or prompts[0] == prompts[1]


@frozen
class Submitted:
    """How a submit ended, with the outcome of every account that was asked."""

    outcome: Outcome
    attempt: Attempt
    earlier: tuple[tuple[Attempt, Outcome], ...] = ()
    """Accounts that were asked before, with what they said."""


def submit_flow(
    offers: Sequence[Offer],
    prepare: Callable[[Offer], Flow[Attempt]],
    *,
    retry: RetryPolicy,
    reconcile: ReconcilePolicy,
    claims: Claims,
    observe: Callable[[str, Outcome], None],
) -> Flow[Submitted]:
    """The outcome of a request that is offered to accounts in order, at the most one paid task in all.

    The next account is asked only after an outcome that certainly created nothing and that the account is to blame for.
    While another account is left, a busy one is not waited for.
    """
    earlier: list[tuple[Attempt, Outcome]] = []
    for offer in offers:
        is_last = offer is offers[-1]
        attempt = yield from prepare(offer)
        if attempt.failed_upload is not None:
            outcome: Outcome = outcome_of_upload(attempt.failed_upload)
        else:
            outcome = yield from attempt_flow(attempt, retry=retry, waits=is_last, reconcile=reconcile, claims=claims)
        observe(attempt.account, outcome)
        if is_last or not may_fail_over(outcome):
            return Submitted(outcome, attempt, tuple(earlier))
        earlier.append((attempt, outcome))
    raise AssertionError("a request is offered to one account at least")


def attempt_flow(
    attempt: Attempt, *, retry: RetryPolicy, waits: bool, reconcile: ReconcilePolicy, claims: Claims
) -> Flow[Outcome]:
    """The outcome of one account's attempt, settled where it was unknown."""
    claims.begin(attempt.submission)
    try:
        outcome = yield from create_flow(attempt, retry=retry, waits=waits)
        if isinstance(outcome, Unknown):
            outcome = yield from _settled_while_open(attempt, outcome, reconcile=reconcile, claims=claims)
        if isinstance(outcome, Accepted):
            claims.claim(outcome.ref, attempt.submission)
        return outcome
    finally:
        claims.end(attempt.submission)


def _settled_while_open(
    attempt: Attempt, unknown: Unknown, *, reconcile: ReconcilePolicy, claims: Claims
) -> Flow[Accepted | Unknown]:
    try:
        return (yield from settle_flow(attempt, unknown, reconcile=reconcile, claims=claims))
    except ClientClosedError:
        return _closed_too_soon(unknown)


def _closed_too_soon(unknown: Unknown) -> Unknown:
    return evolve(unknown, detail=f"{unknown.detail}; the client was closed before that was settled")


def create_flow(attempt: Attempt, *, retry: RetryPolicy, waits: bool = True) -> Flow[Outcome]:
    """The outcome of a create call, tried again where that is safe, while the budget lasts.

    Safe means: the try before certainly created nothing, or the provider documents an idempotency key and the same key
    is sent. Once a try ended in the unknown, only an accepted task takes that back; the budget then begins anew, because
    a try that was met with silence may have used up all of it. Without `waits` a try that created nothing is the last.
    """
    began = yield from now()
    may_resend = attempt.submission.settlement == "idempotency-key" and attempt.submission.marker is not None
    unknown: Unknown | None = None
    tries = 0
    while True:
        tries += 1
        attempt.begun[:] = [attempt.submission]
        try:
            outcome = yield from _one_try(attempt)
        except ClientClosedError:
            if unknown is not None:
                return _closed_too_soon(unknown)
            attempt.begun.clear()
            raise
        if isinstance(outcome, Accepted):
            return outcome
        if isinstance(outcome, Unknown):
            began = began if unknown else (yield from now())
            unknown = outcome
        if unknown is None:
            attempt.begun.clear()
        repeatable = (may_resend and unknown.resend) if unknown else (waits and isinstance(outcome, NotSent | Rejected))
        if not repeatable or (unknown and isinstance(outcome, Refused)):
            return unknown or outcome
        asked = None if isinstance(outcome, NotSent | Refused) else outcome.retry_after
        wait = retry.pause(tries, (yield from chance()), asked)
        if (yield from now()) + wait - began > retry.budget:
            return unknown or outcome
        yield from pause(wait)
        if unknown is not None and not (yield from _is_replayable(attempt.submission)):
            return unknown
        if (yield from now()) - began > retry.budget + OVERSLEPT:
            return unknown or outcome


def _is_replayable(submission: Submission) -> Flow[bool]:
    """Whether the provider certainly remembers an idempotency key. A key of the future is one whose age is not known."""
    return abs((yield from wall_clock()) - submission.submitted_at) <= REPLAY_SECONDS


def _one_try(attempt: Attempt) -> Flow[Outcome]:
    try:
        reply = yield from send(attempt.account, attempt.call)
    except ExchangeError as failure:
        return outcome_of_failure(failure)
    if reply.is_success:
        created = attempt.provider.created(attempt.account, attempt.encoded, reply.content)
        if created is not None:
            return Accepted(*created, attempt.provider.estimated_seconds(reply))
    return outcome_of_error(reply, attempt.provider.error(reply))


# -- settling an unknown outcome ------------------------------------------------------------------------------------------


def settle_flow(attempt: Attempt, unknown: Unknown, *, reconcile: ReconcilePolicy, claims: Claims) -> Flow[Accepted | Unknown]:
    """The task of a submission whose create call ended in the unknown, or the unknown as it was.

    Looks only; sends no create. Found is a task that carries our marker, or, where no marker travels, the one task that
    agrees with what was sent and belongs to nobody else. Two of them are as good as none.

    The first and the last look read all that is listed, and only the last proves that there is no task. Those between ask for
    what is younger than the submission, which takes one request: they rely on the `Date` of the answers and on how the
    provider reads times.
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
        wait = reconcile.pause(looks)
        is_last = (yield from now()) + wait - began > reconcile.window
        if is_last or lead is None:
            asked, is_proof = yield from _oldest_listed(submission)
        else:
            asked, is_proof = submission.submitted_at + lead - reconcile.clock_skew, False
        look = yield from _look(attempt, asked, reconcile.clock_skew, claims, foreign)
        lead = look.lead
        has_twin = claims.has_twin(attempt.submission)
        found = look.one_of_ours(has_twin=has_twin)
        if found is not None and claims.claim(found, attempt.submission):
            return Accepted(found, {})
        if look.is_final and not (look.ours and has_twin):  # the twin may claim its own at any moment
            return evolve(unknown, detail=f"{unknown.detail}; {look.detail}")
        if is_last:
            detail = look.detail or f"no task of this request was found in {looks} looks"
            absent = is_proof and not look.detail and not look.ours
            return evolve(unknown, detail=f"{unknown.detail}; {detail}", absent=absent)
        if (yield from now()) + wait - began <= reconcile.window:
            yield from pause(wait)


def _oldest_listed(submission: Submission) -> Flow[tuple[float | None, bool]]:
    """Where a look at everything begins, None for where the list does by itself; and whether that proves anything.

    It does while the request is so young by our clock that it is in the list whatever our clock does, if there is a task.
    """
    age = (yield from wall_clock()) - submission.submitted_at
    if age > LISTED_SECONDS:
        return submission.submitted_at - CLOCK_ERROR, False
    return None, submission.marker_is_ours and age >= -LISTED_SECONDS


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
            reply = yield from send(attempt.account, provider.search_call(submission, page, since=asked))
        except ExchangeError as failure:
            return _Look(lead, detail=f"the search for it failed: {failure.detail}")
        lead = yield from _lead_of(reply)
        since = None if submission.marker_is_ours else submission.submitted_at + (lead or 0.0) - clock_skew
        is_list = reply.is_success and not provider.is_error_body(reply)
        found = provider.search(submission, reply.json(), since=since) if is_list else None
        if found is None:
            reading = provider.error(reply)
            refused = 400 <= reply.status < 500 and not is_transient(reply.status, reading)
            return _Look(lead, detail=f"the search for it failed: HTTP {reply.status}, {reading.message}", is_final=refused)
        is_readable = is_readable and found.is_readable
        for ref, marker in ((candidate.ref, candidate.marker) for candidate in found.candidates):
            if claims.is_claimed(ref, submission) or ref in foreign or ref in ours:
                continue
            verdict = yield from _is_ours(attempt, ref, marker)
            if verdict is True:
                ours.append(ref)
                if submission.marker_is_ours:
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

    `shown` is the marker that the list shows. A task that carries one when none was sent is another's.
    """
    marker = attempt.submission.marker
    if shown is not None:
        return shown == marker
    if attempt.submission.settlement == "running-list":
        return True
    snapshot = yield from status_flow(attempt.account, attempt.provider, ref)
    return None if snapshot is None else attempt.provider.marker_of(snapshot) == marker


def status_flow(account: str, provider: Provider, ref: TaskRef) -> Flow[Snapshot | None]:
    """What one status call says; None where it failed in any way."""
    try:
        reply = yield from send(account, provider.status_call(ref))
    except ExchangeError:
        return None
    return provider.snapshot(ref, reply.json()) if reply.is_success else None


def find_flow(attempt: Attempt, *, retry: RetryPolicy, reconcile: ReconcilePolicy, claims: Claims) -> Flow[Outcome]:
    """The task of a submission that was left unknown, looked for anew, so that it is one paid task at the most.

    Where the provider has an idempotency key, the request is sent again with the same key, which the provider documents
    to replay the first answer. If the first request never arrived, this one makes the task.
    """
    submission = attempt.submission
    if submission.settlement != "idempotency-key":
        return (yield from settle_flow(attempt, Unknown("it was left unknown"), reconcile=reconcile, claims=claims))
    if submission.marker is None:
        return Unknown("no idempotency key went with it that could be repeated")
    if not (yield from _is_replayable(submission)):
        return Unknown("its idempotency key is too old to be repeated safely, or the clock was changed since it was sent")
    outcome = yield from create_flow(attempt, retry=retry)
    if isinstance(outcome, Accepted | Unknown):
        return outcome
    said = outcome.detail if isinstance(outcome, NotSent) else outcome.reading.message
    return Unknown(f"the repeated key was not answered with a task: {said}")


def answer_flow(attempt: Attempt, *, retry: RetryPolicy) -> Flow[Reply]:
    """The answer of a paid route that answers at once. Raises a SubmitError; an unknown outcome is not settled."""
    began = yield from now()
    tries = 0
    while True:
        tries += 1
        attempt.begun[:] = [attempt.submission]
        try:
            reply = yield from send(attempt.account, attempt.call)
            if reply.is_success and not attempt.provider.is_error_body(reply):
                return reply
            outcome = outcome_of_error(reply, attempt.provider.error(reply))
        except ExchangeError as failure:
            outcome = outcome_of_failure(failure)
        except ClientClosedError:
            attempt.begun.clear()
            raise
        if not isinstance(outcome, Unknown):
            attempt.begun.clear()
        asked = outcome.retry_after if isinstance(outcome, Rejected) else None
        wait = retry.pause(tries, (yield from chance()), asked)
        repeatable = isinstance(outcome, NotSent | Rejected)
        if not repeatable or (yield from now()) + wait - began > retry.budget:
            raise error_of(outcome, attempt.submission)
        yield from pause(wait)


# -- calls that create nothing --------------------------------------------------------------------------------------------


def call_flow(account: str, provider: Provider, call: Call, *, retry: RetryPolicy) -> Flow[Reply]:
    """The successful answer to a call that creates nothing, tried again through passing faults while the budget lasts.

    Raises CallError for a refusal and for a fault that outlives the budget.
    """
    began = yield from now()
    tries = 0
    while True:
        tries += 1
        try:
            reply = yield from send(account, call)
        except ExchangeError as failure:
            asked, problem, is_final = None, CallError(account, call.operation, failure.detail), False
        else:
            if reply.is_success:
                return reply
            reading = provider.error(reply)
            asked, is_final = retry_after(reply.headers), not is_transient(reply.status, reading)
            problem = CallError(account, call.operation, reading.message, status=reply.status, code=reading.code)
            problem.reading = reading
        wait = retry.pause(tries, (yield from chance()), asked)
        if is_final or (yield from now()) + wait - began > retry.budget:
            raise problem
        yield from pause(wait)


def is_transient(status: int, reading: ErrorReading) -> bool:
    """Whether a call that creates nothing may succeed when it is simply repeated."""
    return status >= 500 or status in TRANSIENT_STATUSES or reading.category == "busy"


def outcome_of_upload(failure: CallError) -> NotSent | Rejected | Refused:
    """What a failed upload means for the request that it was for. Nothing was created there, so it is never unknown."""
    detail = f"a file of the request could not be uploaded ({failure.operation}: {failure.detail.rstrip('.')})"
    reading = failure.reading or ErrorReading(failure.code, "", "other", failure.status or 0)
    reading = evolve(reading, message=detail)
    if reading.status >= 400 and not is_transient(reading.status, reading):
        return Refused(reading)
    return NotSent(detail) if failure.reading is None else Rejected(reading, None)


def upload_flow(
    account: str,
    provider: Provider,
    *,
    account_host: str,
    file_name: str,
    content: bytes,
    content_type: str,
    retry: RetryPolicy,
) -> Flow[str | None]:
    """What to write where an image URL is asked, after the bytes were brought there; None where no upload is offered."""
    reserve = provider.upload_call(file_name, content_type)
    if reserve is None:
        return None
    reply = yield from call_flow(account, provider, reserve, retry=retry)
    place = provider.upload_place(reply.json())
    if place is None:
        raise ResponseUnreadableError(
            account, reserve.operation, "the answer names no address to upload to", status=reply.status, raw=reply.content
        )
    if reason := forbidden(place.put_url, before="", near=nearness(account_host)):
        raise CallError(account, reserve.operation, f"the upload {reason}; nothing was sent there")
    stored = yield from _put(account, reserve.operation, place.put_url, content, content_type, retry=retry)
    finish = provider.upload_finish_call(place, stored.headers.get("etag", ""))
    if finish is not None:
        reply = yield from call_flow(account, provider, finish, retry=retry)
    url = provider.uploaded_url(place, reply.json())
    if url is None:
        raise ResponseUnreadableError(
            account, reserve.operation, "the answer names no address of the upload", status=reply.status, raw=reply.content
        )
    return url


def _put(account: str, operation: str, url: str, content: bytes, content_type: str, *, retry: RetryPolicy) -> Flow[Reply]:
    began = yield from now()
    tries = 0
    while True:
        tries += 1
        try:
            reply = yield from put(url, content, content_type)
        except ExchangeError as failure:
            problem, is_final = CallError(account, operation, f"the upload broke off: {failure.detail}"), False
        else:
            if reply.is_success:
                return reply
            problem = CallError(account, operation, "the storage refused the upload", status=reply.status)
            is_final = reply.status < 500 and reply.status not in TRANSIENT_STATUSES
        wait = retry.pause(tries, (yield from chance()), None)
        if is_final or (yield from now()) + wait - began > retry.budget:
            raise problem
        yield from pause(wait)
