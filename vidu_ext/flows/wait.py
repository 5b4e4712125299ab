"""The tasks of one wait, and what poll queues report about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import define, field

from vidu_ext.values.errors import TaskError, WaitTimeoutError
from vidu_ext.values.forks import this_process

from .poll import NEWBORN_SECONDS, Conclusion, PolledTask, PollQueue, end_of_wait, outcome_of

if TYPE_CHECKING:
    from vidu_ext.values.tasks import Result, Snapshot, TaskRef

    News: TypeAlias = tuple[TaskRef, Snapshot | Result | TaskError]
    """What has become known of a task: a snapshot, if those are wanted, or its end."""

_LONGER: Final = f"a wait of more than {NEWBORN_SECONDS:.0f} s ends with a refusal if there is no such task"


@define(eq=False, repr=False, weakref_slot=False)
class Member:
    """One task of a WaitSet."""

    polled: PolledTask
    keepers: tuple[Callable[[Result | TaskError], None], ...] = ()
    """Methods of handles that keep how their task ended."""
    is_answered: bool = False
    """Whether it has had an answer, or a failed poll, since `hurry`."""


@define(eq=False, repr=False, weakref_slot=False)
class WaitSet:
    """Tasks that are waited for together, in the order in which they end: a listener of the poll queues."""

    _wake: Callable[[], None]
    wants_snapshots: bool = field(kw_only=True)
    members: dict[TaskRef, Member] = field(factory=dict["TaskRef", Member], init=False)
    _unread: list[News] = field(factory=list["News"], init=False)
    _is_in_hurry: bool = field(default=False, init=False)
    _process: object = field(factory=this_process, init=False)

    @property
    def is_over(self) -> bool:
        """Whether every task has ended and its end was read."""
        return not self.members and not self._unread

    def has_news(self) -> bool:
        """Return whether there is something to read or no task is left. In a forked child this ends the wait with an error."""
        if self._process is not this_process():  # only the parent polls the queue that was joined
            self._end_all(
                lambda polled: end_of_wait(polled, "it began before the process was forked, and continues in the parent")
            )
        return bool(self._unread) or not self.members

    def unseen(self) -> dict[TaskRef, str]:
        """Return the unfinished tasks that may not exist, each with the reason why no answer has shown it.

        Tasks that this process submitted certainly exist.
        """
        left = [member.polled for member in self.members.values() if not member.polled.is_new]
        return {polled.ref: (polled.failure or "no answer came").rstrip(".") for polled in left if polled.reply is None}

    def all_answered(self) -> bool:
        """Return whether every task has an answer, or a failed poll, since `hurry`."""
        return all(member.is_answered for member in self.members.values())

    def join(self, queue: PollQueue, ref: TaskRef, task: object, now: float) -> None:
        """Listen to a task. A handle supplies `is_new` and the estimate, and is given the outcome.

        Joining a task again only adds the handle.
        """
        if (member := self.members.get(ref)) is None:
            is_new, estimate = getattr(task, "is_new", False), getattr(task, "estimate", None)
            member = self.members[ref] = Member(queue.join(ref, self, now, is_new=is_new, estimate=estimate))
        if (remember := getattr(task, "remember", None)) is not None:
            member.keepers += (remember,)

    def hurry(self, now: float) -> None:
        """Poll every unfinished task once more, at once."""
        self._is_in_hurry = True
        for member in self.members.values():
            member.is_answered = False
            member.polled.queue.hurry(member.polled, now)

    def give_up(self, now: float, began: float) -> None:
        """End the wait for every unfinished task with WaitTimeoutError."""
        reasons = self.unseen()

        def time_out(polled: PolledTask) -> WaitTimeoutError:
            failure = reasons.get(polled.ref, polled.failure)
            if polled.is_missing and polled.ref in reasons:
                failure = f"{failure}. It may be too new to be found; {_LONGER}"
            return WaitTimeoutError(polled.ref, polled.snapshot, elapsed=now - began, failure=failure, is_known=polled.is_new)

        self._end_all(time_out)

    def _end_all(self, error_of: Callable[[PolledTask], TaskError]) -> None:
        self._unread += [(ref, error_of(member.polled)) for ref, member in self.members.items()]
        self.leave()

    def leave(self) -> None:
        """Stop listening to the unfinished tasks."""
        for member in self.members.values():
            member.polled.queue.leave(member.polled, self)
        self.members.clear()

    def news(self) -> list[News]:
        """Return the unread entries in the order in which they came. Call it while holding the lock of the queues."""
        unread, self._unread = self._unread, []
        return unread

    def answered(self, polled: PolledTask, snapshot: Snapshot | None) -> None:
        """Keep a snapshot, and wake the waiter if it has something to read or waits for a last poll."""
        self.members[polled.ref].is_answered = True
        if snapshot is not None:
            self._unread.append((polled.ref, snapshot))
        if self._unread or self._is_in_hurry:
            self._wake()

    def ended(self, polled: PolledTask, conclusion: Conclusion) -> None:
        """Keep how a task ended, also in its handles."""
        if self.wants_snapshots and not isinstance(conclusion, TaskError):
            self._unread.append((polled.ref, conclusion))  # the final snapshot is one of those that are wanted
        outcome = outcome_of(conclusion)
        for remember in self.members.pop(polled.ref).keepers:
            remember(outcome)
        self._unread.append((polled.ref, outcome))
        self._wake()


def in_order(refs: list[TaskRef], ended: dict[TaskRef, Result | TaskError], *, raises: bool) -> list[Result | TaskError]:
    """Return one entry for each task. With `raises`, raise the first error instead, with a note of how many there are."""
    entries = [ended[ref] for ref in refs]
    errors = [entry for entry in entries if isinstance(entry, TaskError)]
    if errors and raises:
        error = errors[0]
        if len(errors) > 1:
            error.add_note(f"{len(errors)} of {len(entries)} tasks ended without a result; errors='return' returns all entries.")
        raise error
    return entries
