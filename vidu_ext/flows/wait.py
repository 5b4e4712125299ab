"""The tasks of one wait, and what poll queues report about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vidu_ext.values.errors import TaskError, WaitTimeoutError
from vidu_ext.values.forks import this_process

from .poll import Conclusion, Listener, PolledTask, PollQueue, conclude, end_of_wait

if TYPE_CHECKING:
    from vidu_ext.values.tasks import Result, Snapshot, TaskRef


class WaitSet:
    """Tasks that are waited for together, in the order in which they end."""

    __slots__ = ("_is_in_hurry", "_process", "_unread", "_wake", "members", "wants_snapshots")

    def __init__(self, wake: Callable[[], None], *, wants_snapshots: bool) -> None:
        self._wake = wake
        self._is_in_hurry = False
        self._process = this_process()
        self.wants_snapshots = wants_snapshots
        self.members: dict[TaskRef, Member] = {}
        self._unread: list[Snapshot | tuple[Member, Conclusion]] = []
        """Snapshots, if they are wanted, and ends."""

    @property
    def is_over(self) -> bool:
        """Whether every task has ended. Their ends may still be unread."""
        return not self.members

    def has_unread(self) -> bool:
        return bool(self._unread)

    def has_news(self) -> bool:
        """Return whether there is something to read or the wait is over. In a forked child this ends the wait with an error."""
        if self._process is not this_process():  # only the parent polls the queue that was joined
            self._end_all(
                lambda polled: end_of_wait(polled, "it began before the process was forked, and continues in the parent")
            )
        return self.has_unread() or self.is_over

    def unseen(self) -> dict[TaskRef, str]:
        """Return the unfinished tasks that may not exist, each with the reason why no answer has shown it.

        Tasks that this process submitted certainly exist.
        """
        left = [member.polled for member in self.members.values() if not member.polled.is_new]
        return {polled.ref: (polled.failure or "no answer came").rstrip(".") for polled in left if polled.snapshot is None}

    def all_answered(self) -> bool:
        """Return whether every task has an answer, or a failed poll, since `hurry`."""
        return all(member.is_answered for member in self.members.values())

    def join(self, queue: PollQueue, ref: TaskRef, task: object, now: float) -> None:
        """Listen to a task. A handle supplies `is_new` and the estimate, and is given the outcome.

        Joining a task again only adds the handle.
        """
        if (member := self.members.get(ref)) is None:
            member = Member(self, queue)
            is_new, estimate = getattr(task, "is_new", False), getattr(task, "estimate", None)
            member.polled = queue.join(ref, member, now, is_new=is_new, estimate=estimate)
            self.members[ref] = member
        if (remember := getattr(task, "remember", None)) is not None:
            member.keepers += (remember,)

    def hurry(self, now: float) -> None:
        """Poll every unfinished task once more, at once."""
        self._is_in_hurry = True
        for member in self.members.values():
            member.hurry(now)

    def give_up(self, now: float, began: float) -> None:
        """End the wait for every unfinished task with WaitTimeoutError."""
        reasons = self.unseen()

        def time_out(polled: PolledTask) -> WaitTimeoutError:
            failure = reasons.get(polled.ref, polled.failure)
            return WaitTimeoutError(polled.ref, polled.snapshot, elapsed=now - began, failure=failure, is_known=polled.is_new)

        self._end_all(time_out)

    def _end_all(self, error_of: Callable[[PolledTask], TaskError]) -> None:
        self._unread += [(member, error_of(member.polled)) for member in self.members.values()]
        self.leave()

    def leave(self) -> None:
        """Stop listening to the unfinished tasks."""
        for member in self.members.values():
            member.leave()
        self.members.clear()

    def news(self) -> list[tuple[TaskRef, Snapshot | Result | TaskError]]:
        """Return the unread entries in the order in which they came. Call it while holding the lock of the queues."""
        unread, self._unread = self._unread, []
        return [_remembered(*entry) if isinstance(entry, tuple) else (entry.ref, entry) for entry in unread]

    def poll_ended(self) -> None:
        """Wake the waiter if it has something to read or waits for a last poll."""
        if self._unread or self._is_in_hurry:
            self._wake()

    def finish(self, polled: PolledTask, conclusion: Conclusion) -> None:
        member = self.members.pop(polled.ref)
        if self.wants_snapshots and not isinstance(conclusion, TaskError):
            self._unread.append(conclusion)  # the final snapshot is one of those that are wanted
        self._unread.append((member, conclusion))
        self._wake()

    def add_snapshot(self, snapshot: Snapshot) -> None:
        self._unread.append(snapshot)


class Member(Listener):
    """One task of a WaitSet."""

    __slots__ = ("is_answered", "keepers", "polled", "queue", "wait_set")

    polled: PolledTask
    """Set when the member joins, before the WaitSet has it."""

    def __init__(self, wait_set: WaitSet, queue: PollQueue) -> None:
        self.wait_set = wait_set
        self.queue = queue
        self.keepers: tuple[Callable[[Result | TaskError], None], ...] = ()
        """Methods of handles that keep how their task ended."""
        self.is_answered = False

    def hurry(self, now: float) -> None:
        self.is_answered = False
        self.queue.hurry(self.polled, now)

    def leave(self) -> None:
        self.queue.leave(self.polled, self)

    @property
    def wants_snapshots(self) -> bool:
        return self.wait_set.wants_snapshots

    def seen(self, polled: PolledTask, snapshot: Snapshot) -> None:
        self.wait_set.add_snapshot(snapshot)
        self.heard(polled)

    def heard(self, polled: PolledTask) -> None:  # noqa: ARG002 - the signature is the listener's
        self.is_answered = True
        self.wait_set.poll_ended()

    missed = heard

    def ended(self, polled: PolledTask, conclusion: Conclusion) -> None:
        self.wait_set.finish(polled, conclusion)


def _remembered(member: Member, conclusion: Conclusion) -> tuple[TaskRef, Result | TaskError]:
    """Return how a task ended, after the handles have kept it."""
    outcome = outcome_of(conclusion)
    for remember in member.keepers:
        remember(outcome)
    return member.polled.ref, outcome


def outcome_of(conclusion: Conclusion) -> Result | TaskError:
    """Return the result, or the error as a value."""
    try:
        return conclude(conclusion)
    except TaskError as error:
        return error


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
