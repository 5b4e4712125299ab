"""An error in the words of the command line: what the layers below say, with commands where they name functions."""

from __future__ import annotations

import re
import shlex
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from vidu_ext.values.errors import DownloadError

if TYPE_CHECKING:
    from vidu_ext.values.submission import Submission

_WORDS: Final = (
    (re.compile(r"wait\('([^']+)'\)"), r"`vidu wait \1`"),
    (re.compile(r"show the raw answer in \.snapshot\.raw to"), "show its id to"),
    (re.compile(r"pass check=False\b"), "use --no-check"),
    (re.compile(r" The text is to_text\(\) of the submission[^\n]*"), ""),
    (re.compile(r"overwrite='refuse' was asked for"), "--no-overwrite was given"),
    (re.compile(r"Pass it opened in binary mode"), "Name a file or a folder"),
    (re.compile(r"allow it with allow_insecure=True"), "allow it with allow_insecure = true in the configuration file"),
    (re.compile(r"\[Errno \d+\] (.+): '[^']*'\.$"), r"\1."),
    (re.compile(r"^timeout must"), "--timeout must"),
    (re.compile(r"^idempotency_key must"), "--idempotency-key must"),
    (
        re.compile(r"^TaskFilter\.(\w+) needs a time such as (.+), or a datetime with a time zone,"),
        r"--\1 needs a time such as \2,",
    ),
    (re.compile(r"^DownloadOptions\.\w+ must"), "--output must"),
)
"""Words of the layers below, and what they are on the command line."""

_FIND: Final = re.compile(r"find\((error\.submission|Submission\.parse\(text\))\)")


def worded(error: BaseException) -> str:
    """What a person is told: the message, then its notes, a line each."""
    said = [str(error), *getattr(error, "__notes__", ())]
    text = "\n".join(part for part in said if part)
    if not text:
        return "interrupted" if isinstance(error, KeyboardInterrupt) else type(error).__name__
    for pattern, words in _WORDS:
        text = pattern.sub(words, text)
    ref = vars(error).get("ref")
    if isinstance(error, DownloadError) and ref is not None:
        text += f" Download it again with `vidu download {ref}`."
    return text


def looking(submission: Submission, note: str | None, text: str) -> str:
    """The message about an outcome that is not known, with the command that looks for the task."""
    how = f"`vidu find {shlex.quote(note)}`" if note is not None else "`vidu find -`, with this line as its input"
    if submission.settlement == "none":
        text += f" What was sent is kept in {note}: delete it once you know." if note is not None else ""
    found = _FIND.sub(lambda _: how, text)
    return found if note is not None else f"{found}\n{submission.to_text()}"


@contextmanager
def going_on(command: Sequence[str], refs: Iterable[object]) -> Generator[None]:
    """Lets Ctrl-C pass with the command that goes on with what is left of the references, in place of what the layers
    below say of functions."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        names = [str(ref) for ref in refs]
        who = f"{names[0]} goes on and stays paid" if len(names) == 1 else f"{len(names)} tasks go on and stay paid"
        vars(interrupt)["references"] = names
        interrupt.__notes__ = [f"interrupted; {who}. Go on with: {shlex.join([*command[:2], *names, *command[2:]])}"]
        raise
