"""What listens to boards for the two clients: the tasks of one wait as a group, whether one or many. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vidu_ext.values.errors import TaskError, WaitTimeoutError
from vidu_ext.values.forks import this_process

from .poll import Board, Conclusion, Listener, Watch, conclude, given_up

if TYPE_CHECKING:
    from vidu_ext.values.tasks import Result, Snapshot, TaskRef


class Group:
    """Tasks that are waited for together, in the order in which they end."""

    __slots__ = ("_is_in_hurry", "_process", "_remember", "_wake", "ended", "members", "seen", "wants_snapshots")

    def __init__(self, wake: Callable[[], None], *, wants_snapshots: bool) -> None:
        self._wake = wake
        self._is_in_hurry = False
        self._process = this_process()
        self.wants_snapshots = wants_snapshots
        self._remember: dict[TaskRef, list[Callable[[Result | TaskError], None]]] = {}
        """What handles keep of the end of their task."""
        self.members: dict[TaskRef, Member] = {}
        self.ended: list[tuple[TaskRef, Conclusion]] = []
        self.seen: list[Snapshot] = []
        """Snapshots that nobody has looked at yet, final ones included. Filled only where they are wanted."""

    @property
    def is_over(self) -> bool:
        """Whether every task has ended; what ended may still lie in `ended`."""
        return not self.members

    def has_unread(self) -> bool:
        return bool(self.ended or self.seen)

    def has_news(self) -> bool:
        if self._process is not this_process():  # the board that was joined is asked for in the parent alone
            self._end_all(lambda watch: given_up(watch, "it began before the process was forked, and goes on in the parent"))
        return self.has_unread() or self.is_over

    def is_told(self) -> bool:
        """Whether every member that was in a hurry has its answer, be it that the call failed."""
        return all(member.answers > member.answers_before for member in self.members.values())

    def join(self, board: Board, ref: TaskRef, task: object, now: float) -> None:
        """Listen to a task; a handle says whether it is new, and keeps its end. A task named twice is waited for once."""
        if (remember := getattr(task, "remember", None)) is not None:
            self._remember.setdefault(ref, []).append(remember)
        if ref in self.members:
            return
        member = Member(self, board)
        is_new, estimate = getattr(task, "is_new", False), getattr(task, "estimate", None)
        member.watch = board.join(ref, member, now, is_new=is_new, estimate=estimate)
        self.members[ref] = member

    def hurry(self, now: float) -> None:
        """Have every task that is left asked once more, at once."""
        self._is_in_hurry = True
        for member in self.members.values():
            member.hurry(now)

    def give_up(self, now: float, began: float) -> None:
        """End every wait that is left with the error that its time is over."""
        self._end_all(lambda watch: WaitTimeoutError(watch.ref, watch.snapshot, elapsed=now - began, failure=watch.failure))

    def _end_all(self, error_of: Callable[[Watch], TaskError]) -> None:
        self.ended += [(ref, error_of(member.watch)) for ref, member in self.members.items()]
        self.leave()

    def leave(self) -> None:
        """Stop listening to what is left."""
        for member in self.members.values():
            member.leave()
        self.members.clear()

    def news(self) -> list[tuple[TaskRef, Snapshot | Result | TaskError]]:
        """What nobody has read yet: snapshots first, then how tasks ended. To be taken under the lock of the boards."""
        seen, ended = self.seen, self.ended
        self.seen, self.ended = [], []
        outcomes = [(ref, outcome_of(end)) for ref, end in ended]
        for ref, outcome in outcomes:
            for remember in self._remember.pop(ref, ()):
                remember(outcome)
        return [*((snapshot.ref, snapshot) for snapshot in seen), *outcomes]

    def report(self, snapshot: Snapshot | None) -> None:
        """Somebody's status call was answered, or failed."""
        if self.wants_snapshots and snapshot is not None:
            self.seen.append(snapshot)
        if self.seen or self._is_in_hurry:
            self._wake()

    def finish(self, watch: Watch, conclusion: Conclusion) -> None:
        del self.members[watch.ref]
        self.ended.append((watch.ref, conclusion))
        if self.wants_snapshots and not isinstance(conclusion, TaskError):
            self.seen.append(conclusion)
        self._wake()


class Member(Listener):
    """One task of a group."""

    __slots__ = ("answers", "answers_before", "board", "group", "watch")

    watch: Watch
    """Known as soon as it has joined; a group has no other members."""

    def __init__(self, group: Group, board: Board) -> None:
        self.group = group
        self.board = board
        self.answers = 0
        self.answers_before = 0

    def hurry(self, now: float) -> None:
        self.answers_before = self.answers
        self.board.hurry(self.watch, now)

    def leave(self) -> None:
        self.board.leave(self.watch, self)

    def seen(self, watch: Watch, snapshot: Snapshot) -> None:  # noqa: ARG002 - the signature is the listener's
        self.answers += 1
        self.group.report(snapshot)

    def missed(self, watch: Watch) -> None:  # noqa: ARG002 - the signature is the listener's
        self.answers += 1
        self.group.report(None)

    def ended(self, watch: Watch, conclusion: Conclusion) -> None:
        self.group.finish(watch, conclusion)


def outcome_of(conclusion: Conclusion) -> Result | TaskError:
    """The result, or the error as a value."""
    try:
        return conclude(conclusion)
    except TaskError as error:
        return error


def in_order(refs: list[TaskRef], ended: dict[TaskRef, Result | TaskError], *, raises: bool) -> list[Result | TaskError]:
    """One entry for each task. Raises the first error, with a note of how many there are, where that is wanted."""
    entries = [ended[ref] for ref in refs]
    errors = [entry for entry in entries if isinstance(entry, TaskError)]
    if errors and raises:
        error = errors[0]
        if len(errors) > 1:
            error.add_note(f"{len(errors)} of {len(entries)} tasks ended without a result; errors='return' gives all entries.")
        raise error
    return entries
