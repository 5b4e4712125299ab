"""Notes on interrupts and cancellations: what they mean for the money, and how to go on. Nothing is caught."""

from __future__ import annotations

import codecs
from collections import defaultdict
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from vidu_ext.values.errors import SubmissionUnknownError, ViduError
from vidu_ext.values.remedy import Note, Remedy

if TYPE_CHECKING:
    from vidu_ext.flows.outcome import Begun
    from vidu_ext.values.submission import Submission
    from vidu_ext.values.tasks import TaskRef

T = TypeVar("T")

NO_ANSWER: Final = "No answer has told of"
"""How the note on a task begins that no provider has confirmed."""


def carried(begun: Begun, work: Callable[[], T]) -> Mapping[int, T]:
    """Do the work of a submit. Item 0 is what it gives; where it fails, asking for that item raises the error.

    An error is handed up in this way because a handler that it passes through has lines of its own: an interrupt at one of
    them would take its place, without the submission. What is raised from here is an interrupt, which carries it.
    """
    try:
        try:
            return {0: work()}
        except Exception as error:
            return _held(ending_of(begun, error))
    except BaseException as interrupt:
        raise ending_of(begun, interrupt)  # noqa: B904 - it is the same one


async def carried_awaited(begun: Begun, work: Callable[[], Awaitable[T]]) -> Mapping[int, T]:
    """As `carried`, awaited."""
    try:
        try:
            return {0: await work()}
        except Exception as error:
            return _held(ending_of(begun, error))
    except BaseException as interrupt:
        raise ending_of(begun, interrupt)  # noqa: B904 - it is the same one


def _held(error: BaseException) -> Mapping[int, Any]:
    """What raises the error when it is asked for an item, without a line of Python."""
    return defaultdict(partial(codecs.strict_errors, error))  # type: ignore[arg-type]  # declared for UnicodeError; raises any


@contextmanager
def noting(note: Callable[[], Note]) -> Generator[None]:
    """Lets an interrupt or a cancellation pass with a note of how to go on. Errors say that themselves."""
    try:
        yield
    except BaseException as interrupt:
        note_interrupt(interrupt, note)
        raise


def ending_of(begun: Begun, ending: BaseException) -> BaseException:
    """The exception that ends a submit, with the `submission` and the `ref` of what may be paid, and a note of how to go on.

    What nobody foresaw becomes a SubmissionUnknownError while a request may be out whose task is not known.
    """
    submission, ref = begun.submission, begun.ref
    if submission is not None and ref is None and isinstance(ending, Exception) and not isinstance(ending, ViduError):
        unknown = SubmissionUnknownError(submission.account, f"{type(ending).__name__}: {ending}", submission)
        unknown.__cause__ = ending
        return unknown
    for name, known in (("submission", submission), ("ref", ref)):
        if known is not None:
            vars(ending).setdefault(name, known)  # an error of its own, of another task, keeps what it says
    if ref is not None:
        ending.add_note(how_to_go_on([ref]))
    else:
        note_interrupt(ending, lambda: how_to_look(submission))
    return ending


def note_interrupt(ending: BaseException | None, note: Callable[[], Note]) -> None:
    """Gives an interrupt or a cancellation a note of how to go on. Errors say that themselves."""
    if ending is not None and not isinstance(ending, Exception):
        ending.add_note(note())


def how_to_look(submission: Submission | None) -> Note:
    """What an interrupted submit says at its end."""
    if submission is None:
        return Note("No request is on its way, and nothing is paid.")
    remedy = submission.remedy
    if remedy.action == "find":  # what goes on after an interrupt is rarely this process
        remedy = replace(remedy, action="find-by-text")
    return Note(f"A request to {submission.account} may be on its way and may be paid.", remedy)


def how_to_go_on(refs: Iterable[TaskRef], unseen: Mapping[TaskRef, str] | None = None) -> Note:
    """What an interrupted wait says at its end. `unseen` are tasks of which no answer has told yet, each with why."""
    names = tuple(str(ref) for ref in refs)
    tasks = "The task goes on and stays paid." if len(names) == 1 else f"{len(names)} tasks go on and stay paid."
    if unseen:
        ref, why = next(iter(unseen.items()))
        others = f", nor of {len(unseen) - 1} more" if len(unseen) > 1 else ""
        seen = len(names) - len(unseen)
        known = f" {seen} other{'s go' if seen > 1 else ' goes'} on and stay{'' if seen > 1 else 's'} paid." if seen else ""
        tasks = f"{NO_ANSWER} {ref} so far{others}: {why}. If there is such a task, it goes on and stays paid.{known}"
    return Note(tasks, Remedy(action="wait", refs=names))


def how_to_fetch(ref: TaskRef) -> Note:
    """What an interrupted download says at its end."""
    lost = f"The result of {ref} is not lost, and the partial download resumes."
    return Note(lost, Remedy(action="download", refs=(str(ref),)))
