"""Notes on interrupts and cancellations: what they mean for the money, and how to go on. Nothing is caught."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vidu_ext.flows.outcome import Accepted, error_of
from vidu_ext.values.errors import SubmissionUnknownError, ViduError

if TYPE_CHECKING:
    from vidu_ext.flows.submit import Submitted
    from vidu_ext.values.submission import Submission
    from vidu_ext.values.tasks import TaskRef


@contextmanager
def noting(note: Callable[[], str]) -> Generator[None]:
    """Lets an interrupt or a cancellation pass with a note of how to go on. Errors say that themselves."""
    try:
        yield
    except BaseException as interrupt:
        note_interrupt(interrupt, note)
        raise


@contextmanager
def submitting(begun: Sequence[Submission], late: Sequence[Submitted] = ()) -> Generator[None]:
    """Lets an interrupt of a submit pass with a note, and with the `submission` by which its task can be looked for.

    `late` is how the submit ended all the same. What nobody foresaw becomes a SubmissionUnknownError once a request may be out.
    """
    with noting(lambda: how_it_ended(late[0]) if late else how_to_look(begun)):
        try:
            yield
        except BaseException as interrupt:
            if not begun or isinstance(interrupt, ViduError):
                raise
            if isinstance(interrupt, Exception):
                detail = f"{type(interrupt).__name__}: {interrupt}"
                raise SubmissionUnknownError(begun[-1].account, detail, begun[-1]) from interrupt
            vars(interrupt)["submission"] = begun[-1]
            raise


@contextmanager
def handing_out(ref: TaskRef) -> Generator[None]:
    """Lets whatever goes wrong while a reference is handed out pass with that reference."""
    try:
        yield
    except BaseException as error:
        error.add_note(how_to_go_on([ref]))
        raise


def note_interrupt(ending: BaseException | None, note: Callable[[], str]) -> None:
    """Gives an interrupt or a cancellation a note of how to go on. Errors say that themselves."""
    if ending is not None and not isinstance(ending, Exception):
        ending.add_note(note())


def how_to_look(begun: Sequence[Submission]) -> str:
    """What an interrupted submit says at its end."""
    if not begun:
        return "No request is on its way, and nothing is paid."
    submission = begun[-1]
    note = f"A request to {submission.account} may be on its way and may be paid. {submission.advice}"
    if submission.settlement == "none":
        return note
    text = "The text is to_text() of the submission that this exception has, or that on_submission was given."
    return f"{note.replace('error.submission', 'Submission.parse(text)')} {text}"


def how_to_go_on(refs: Iterable[TaskRef]) -> str:
    """What an interrupted wait says at its end."""
    names = [str(ref) for ref in refs]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"The tasks go on and stay paid. Wait again with wait(...), here or in another process: {shown}"


def how_it_ended(submitted: Submitted) -> str:
    """What a cancelled submit says whose answer still came."""
    if isinstance(submitted.outcome, Accepted):
        return f"The request was accepted before the end. {how_to_go_on([submitted.outcome.ref])}"
    return str(error_of(submitted.outcome, submitted.attempt.submission))


def how_to_fetch(ref: TaskRef) -> str:
    """What an interrupted download says at its end."""
    return f"The result of {ref} is not lost. Download it again, here or in another process; the partial download resumes."
