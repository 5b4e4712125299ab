"""Notes on interrupts and cancellations: what they mean for the money, and how to continue. Nothing is caught."""

from __future__ import annotations

import codecs
from collections import defaultdict
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from vidu_ext.values.errors import SubmissionUnknownError, ViduError
from vidu_ext.values.remedy import Note, Remedy

if TYPE_CHECKING:
    from vidu_ext.flows.claims import Begun
    from vidu_ext.values.submission import Submission
    from vidu_ext.values.tasks import TaskRef

T = TypeVar("T")


def run_submit(begun: Begun, work: Callable[[], T]) -> Mapping[int, T]:
    """Do the work of a submit and return its value as item 0; if it fails, reading that item raises the error.

    The error is not raised through the handlers here because a second interrupt inside one of them would replace it and lose
    the submission. Only interrupts are raised from here, and they carry the submission.
    """
    try:
        try:
            return {0: work()}
        except Exception as error:
            return _raising(ending_of(begun, error))
    except BaseException as interrupt:
        raise ending_of(begun, interrupt)  # noqa: B904 - it is the same exception


async def run_submit_async(begun: Begun, work: Callable[[], Awaitable[T]]) -> Mapping[int, T]:
    """Do what `run_submit` does, awaited."""
    try:
        try:
            return {0: await work()}
        except Exception as error:
            return _raising(ending_of(begun, error))
    except BaseException as interrupt:
        raise ending_of(begun, interrupt)  # noqa: B904 - it is the same exception


def _raising(error: BaseException) -> Mapping[int, Any]:
    """Return a mapping that raises the error when an item is read, without a line of Python that an interrupt could end."""
    return defaultdict(partial(codecs.strict_errors, error))  # type: ignore[arg-type]  # declared for UnicodeError; raises any


@contextmanager
def noting(note: Callable[[], Note]) -> Generator[None]:
    """Add a note on how to continue to an interrupt or a cancellation of the block. Errors say that themselves."""
    try:
        yield
    except BaseException as interrupt:
        note_interrupt(interrupt, note)
        raise


def ending_of(begun: Begun, ending: BaseException) -> BaseException:
    """Return the exception that ends a submit, with the `submission` and `ref` of what may be paid, and a note on what to do now.

    An unexpected exception becomes a SubmissionUnknownError if a request may be on the wire whose task is not known.
    """
    submission, ref = begun.submission, begun.ref
    if submission is not None and ref is None and isinstance(ending, Exception) and not isinstance(ending, ViduError):
        unknown = SubmissionUnknownError(submission.account, f"{type(ending).__name__}: {ending}", submission)
        unknown.__cause__ = ending
        return unknown
    for name, value in (("submission", submission), ("ref", ref)):
        if value is not None:
            vars(ending).setdefault(name, value)  # an error about another task keeps its own
    if ref is not None:
        ending.add_note(wait_note([ref]))
    else:
        note_interrupt(ending, lambda: find_note(submission))
    return ending


def note_interrupt(ending: BaseException | None, note: Callable[[], Note]) -> None:
    """Add a note on how to continue if this is an interrupt or a cancellation. Errors say that themselves."""
    if ending is not None and not isinstance(ending, Exception):
        ending.add_note(note())


def find_note(submission: Submission | None) -> Note:
    """Return the note of an interrupted submit."""
    if submission is None:
        return Note("No request is on its way, and nothing is paid.")
    remedy = submission.remedy
    if remedy.action == "find":  # after an interrupt another process has to look, and has the submission only as text
        remedy = remedy._replace(action="find-by-text")
    return Note(f"A request to {submission.account} may be on its way and may be paid.", remedy)


def wait_note(refs: Iterable[TaskRef], unseen: Mapping[TaskRef, str] | None = None) -> Note:
    """Return the note of an interrupted wait. `unseen` are the tasks that no answer has mentioned yet, each with the reason."""
    names = tuple(str(ref) for ref in refs)
    tasks = "The task keeps running and is charged." if len(names) == 1 else f"{len(names)} tasks keep running and are charged."
    if unseen:
        ref, why = next(iter(unseen.items()))
        others = f", nor {len(unseen) - 1} more" if len(unseen) > 1 else ""
        seen = len(names) - len(unseen)
        running = f" {seen} other{'s keep' if seen > 1 else ' keeps'} running." if seen else ""
        tasks = f"No answer has mentioned {ref} so far{others}: {why}. If it exists, it keeps running and is charged.{running}"
    return Note(tasks, Remedy(action="wait", refs=names))


def download_note(ref: TaskRef) -> Note:
    """Return the note of an interrupted download."""
    lost = f"The result of {ref} is not lost, and the partial download resumes."
    return Note(lost, Remedy(action="download", refs=(str(ref),)))
