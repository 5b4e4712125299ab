"""Settle a create call whose outcome is unknown: search for its task. Nothing here sends a create."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from attrs import define, evolve, field

from vidu_ext.providers.search import Candidate, search_page
from vidu_ext.values.exchange import ExchangeError, Reply
from vidu_ext.values.submission import Submission

from .attempt import Attempt
from .call import is_transient, status_flow
from .claims import Claims
from .effects import Flow, Now, Pause, Send, WallClock
from .outcome import Accepted, Unknown
from .policy import SettlePolicy, answered_at
from .retry import log_trouble

if TYPE_CHECKING:
    from vidu_ext.values.tasks import TaskRef

MOST_PAGES: Final = 100
"""Most pages of a list that one look reads."""

MOST_UNPOLLED: Final = 5
"""Candidates whose polls fail before a look ends. Those that failed in an earlier look do not count: a list may have tasks
without a status answer, which must not hide those behind them."""

LISTED_SECONDS: Final = 3 * 86400.0
"""Age up to which a task is in Vidu's list if no time is given: seven days by Vidu's clock, less four for the local clock."""

CLOCK_ERROR: Final = 2 * 86400.0
"""Seconds by which a clock may be wrong, time zones included. A clock that differs by more is not used."""


def settle_flow(attempt: Attempt, unknown: Unknown, *, settle: SettlePolicy, claims: Claims) -> Flow[Accepted | Unknown]:
    """Search for the task of a submission whose outcome is unknown; the outcome stays unknown if it is not found.

    Sends no create. A task is found if it carries the idempotency key, or, if none was sent, if it is the only one that
    agrees with the request and belongs to no other submission. If two agree, none is taken.

    The first and the last look read the whole list, and only the last, at the end of the window, proves that there is no
    task, because a list may be late. The looks in between ask for tasks younger than the submission, which takes one request;
    they rely on the `Date` of the answers and on how the provider reads times.
    """
    submission = attempt.submission
    if submission.settlement not in ("payload", "running-list"):
        return unknown
    began = yield from Now()
    search = _Search(attempt, settle.clock_skew, claims)
    looks = 0
    while True:
        looks += 1
        left = began + settle.window - (yield from Now())
        is_last = left <= 0
        if is_last or search.lead is None:
            since, is_proof = yield from _oldest_listed(submission)
        else:
            since, is_proof = submission.submitted_at + search.lead - settle.clock_skew, False
        if is_last:
            search.forget_uncertain()
        doubt, is_final = yield from search.look(since)
        ours, has_twin = search.ours, claims.has_twin(submission)
        if len(ours) == 1 and not has_twin and claims.claim(ours[0], submission):
            attempt.begun.ref = ours[0]
            return Accepted(ours[0], {})
        if is_final and not (ours and has_twin):  # the other submit may claim its task at any moment
            return evolve(unknown, detail=f"{unknown.detail}; {doubt}")
        if is_last:
            detail = doubt or f"no task of this request was found in {looks} look{'s' * (looks > 1)}"
            absent = is_proof and not doubt and not ours
            return evolve(unknown, detail=f"{unknown.detail}; {detail}", absent=absent)
        if looks == 1:
            what = f"{attempt.call.operation} at {attempt.account}"
            log_trouble(what, f"it may have been accepted ({unknown.detail})", left, doing="looking for its task", is_safe=False)
        yield from Pause(min(settle.pause(looks), left))


def _oldest_listed(submission: Submission) -> Flow[tuple[float | None, bool]]:
    """Return the time from which a look reads the whole list, None for the provider's default; and whether it can prove absence.

    It can while the request is so young that its task, if there is one, is in the list however wrong the local clock is.
    """
    age = (yield from WallClock()) - submission.submitted_at
    if age > LISTED_SECONDS:
        return submission.submitted_at - CLOCK_ERROR, False
    return None, submission.key_is_ours and age >= -LISTED_SECONDS


def _lead_of(reply: Reply) -> Flow[float | None]:
    answered = answered_at(reply.headers)
    lead = None if answered is None else answered - (yield from WallClock())
    return None if lead is None or abs(lead) > CLOCK_ERROR else lead


@define(eq=False, repr=False)
class _Search:
    """The search for the task of a submission, look after look."""

    _attempt: Attempt
    _clock_skew: float
    _claims: Claims
    lead: float | None = field(default=None, init=False)
    """Seconds by which the provider's clock is ahead of the local one, by the `Date` of its last answer; None if not known."""
    ours: tuple[TaskRef, ...] = field(default=(), init=False)
    """Tasks that may be that of the submission, by the last look."""
    _foreign: dict[TaskRef, bool] = field(factory=dict["TaskRef", bool], init=False)
    """Tasks that are not, each with whether that is certain."""
    _failed: set[TaskRef] = field(factory=set["TaskRef"], init=False)
    """Tasks that could not be polled in a look before."""

    def forget_uncertain(self) -> None:
        """Let the next look poll again what showed no key: a task may show its key later than its state."""
        self._foreign = {ref: is_certain for ref, is_certain in self._foreign.items() if is_certain}

    def look(self, since: float | None) -> Flow[tuple[str, bool]]:
        """Look once at the tasks created after `since` by the provider's clock; with None at all that it lists by default.

        Returns what is in doubt afterwards, if anything, and whether another look would find the same.
        """
        submission, provider = self._attempt.submission, self._attempt.provider
        is_readable, is_fresh = True, True
        ours: list[TaskRef] = []
        unpolled: list[TaskRef] = []
        page: str | None = None
        self.lead, self.ours = None, ()
        for _ in range(MOST_PAGES):
            try:
                reply = yield from Send(submission.account, provider.search_call(page, since=since))
            except ExchangeError as failure:
                return f"the search for it failed: {failure.detail}", False
            self.lead = yield from _lead_of(reply)
            oldest = submission.submitted_at + (self.lead or 0.0) - self._clock_skew
            is_list = reply.is_success and not provider.is_error_body(reply)
            listed = search_page(provider, submission, reply.json(), since=oldest) if is_list else None
            if listed is None:
                reading = provider.error(reply)
                refused = 400 <= reply.status < 500 and not is_transient(reply.status, reading)
                return f"the search for it failed: HTTP {reply.status}, {reading.message}", refused
            is_readable = is_readable and listed.is_readable
            is_fresh = is_fresh and reply.headers.get("age", "0").strip("0 ") == ""  # RFC 9111, section 5.1
            is_over = yield from self._sort(listed.candidates, ours, unpolled)
            page = listed.next_page
            if is_over or page is None:
                break
        self._failed.update(unpolled)
        is_certain = bool(ours) and submission.key_is_ours
        if unpolled and not is_certain:
            return f"{', '.join(map(str, unpolled))} may be its task and could not be polled", False
        if page is not None and not is_certain:
            return f"the list has more than {MOST_PAGES} pages", False
        self.ours = tuple(ours)
        if is_certain:
            return "", False
        if len(ours) > 1:
            return f"{len(ours)} tasks fit: {', '.join(map(str, ours))}", True
        if not all(self._foreign.values()):
            keyless = ", ".join(str(ref) for ref, is_certain in self._foreign.items() if not is_certain)
            return f"{keyless} may be its task: the answer does not show a key", False
        if not is_fresh:
            return "the list is from a cache, which may be older than the task", False
        return "" if is_readable else "the list shows a task whose id cannot be read", False

    def _sort(self, candidates: Sequence[Candidate], ours: list[TaskRef], unpolled: list[TaskRef]) -> Flow[bool]:
        """Sort candidates that are not sorted yet. Return whether to stop: the task is certain, or too many polls failed."""
        for candidate in candidates:
            ref = candidate.ref
            if self._claims.is_claimed(ref, self._attempt.submission) or ref in self._foreign or ref in ours:
                continue
            is_ours = yield from self._is_ours(candidate)
            if is_ours is None:
                unpolled.append(ref)
            elif is_ours is True:
                ours.append(ref)
            else:
                self._foreign[ref] = is_ours is False
            if len(set(unpolled) - self._failed) == MOST_UNPOLLED or (ours and self._attempt.submission.key_is_ours):
                return True
        return False

    def _is_ours(self, candidate: Candidate) -> Flow[bool | Literal["uncertain"] | None]:
        """Return whether a candidate is the task of the submission; None if its poll failed.

        A candidate with an idempotency key is another task if none was sent. One whose answer has no place for a key is not
        taken for the task of a submission with one, but may be it.
        """
        submission, provider = self._attempt.submission, self._attempt.provider
        if candidate.idempotency_key is not None:
            return candidate.idempotency_key == submission.idempotency_key
        if submission.settlement == "running-list":
            return True
        snapshot = yield from status_flow(submission.account, provider, candidate.ref)
        if snapshot is None:
            return None
        if provider.idempotency_key_of(snapshot) == submission.idempotency_key:
            return True
        return "uncertain" if submission.key_is_ours and not provider.shows_key(snapshot) else False
