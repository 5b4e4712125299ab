"""The one place that prints: rows and documents to stdout, everything else to stderr, no key and no control character.

A row is aligned and coloured for a terminal, and separated by tabs, uncut, for anything else. Rich is imported for a
terminal only.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Protocol, TextIO
from unicodedata import category

if TYPE_CHECKING:
    from rich.console import Console


_OBEYED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of what moves a cursor, paints, ends a line, turns the direction of writing, or is no character at all."""
_HARMLESS: Final = frozenset("\t\n\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")
"""Of these: our own breaks, and what scripts and emoji are written with."""

_BREAKS: Final = re.compile(r"\s*[\t\n]\s*")

HIDDEN: Final = "<key>"


class Pausable(Protocol):
    """Something that owns the last line of the terminal and gives it free for a while."""

    def pause(self) -> None: ...

    def go_on(self) -> None: ...

    def trouble(self, problem: str, left: float | None, *, is_safe: bool) -> None: ...


class Printer:
    """Writes what one run of the command prints: results on stdout, everything else on stderr."""

    def __init__(self) -> None:
        self.as_json = False
        """Whether stdout takes JSON documents, one a line, and no text."""
        self.is_debugging = False
        self.live: Pausable | None = None
        """What is to be paused while a line is written."""
        self.said_at = 0.0
        """When stderr was last written, by the monotonic clock."""
        self.fault: str | None = None
        """Why stdout could not be written, where it could not; a reader that has gone is no fault."""
        self._is_stdout_open = True
        self._secrets: set[str] = set()

    # -- what is written where ----------------------------------------------------------------------------------------

    @property
    def stdout_is_terminal(self) -> bool:
        return _is_terminal(sys.stdout)

    @property
    def stderr_is_terminal(self) -> bool:
        return _is_terminal(sys.stderr)

    @property
    def is_animated(self) -> bool:
        """Whether stderr is a terminal that can move its cursor."""
        return self.stderr_is_terminal and os.environ.get("TERM") != "dumb"

    @property
    def is_heard(self) -> bool:
        """Whether there is still somebody to read stdout."""
        return self._is_stdout_open

    def row(self, *cells: str) -> None:
        """A line of text on stdout. Not for JSON."""
        if not self.as_json:
            self._to_stdout(("  " if self.stdout_is_terminal else "\t").join(map(self._cell, cells)) + "\n")

    def text(self, text: str) -> None:
        """Text of several lines on stdout, as it is. Not for JSON."""
        if not self.as_json:
            self._to_stdout(self.clean(text) + "\n")

    def markdown(self, text: str) -> None:
        """A page of Markdown on stdout, rendered on a terminal. Not for JSON."""
        if self.as_json or not self.stdout_is_terminal:
            self.text(text.rstrip("\n"))
            return
        from rich.markdown import Markdown

        with self._alone():
            console().print(Markdown(self.clean(text), hyperlinks=False))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Rows on stdout, under their columns on a terminal. Not for JSON."""
        if self.as_json:
            return
        if not self.stdout_is_terminal:
            for cells in rows:
                self.row(*cells)
            return
        from rich.table import Table
        from rich.text import Text

        table = Table(*columns, box=None, pad_edge=False, header_style="bold")
        for cells in rows:
            table.add_row(*(Text(self._cell(cell), overflow="fold") for cell in cells))
        with self._alone():
            console().print(table)

    def document(self, value: Mapping[str, object]) -> None:
        """A JSON document, which is one line of stdout. Only for JSON."""
        if self.as_json:
            self._to_stdout(self.hidden(json.dumps(value, separators=(", ", ": "))) + "\n")

    def say(self, text: str) -> None:
        """A line for the person, on stderr."""
        self._to_stderr(self.clean(text) + "\n")

    def warn(self, text: str) -> None:
        self._to_stderr(f"{self._painted('warning:', '33')} {self.clean(text)}\n")

    def error(self, text: str) -> None:
        self._to_stderr(f"{self._painted('error:', '1;31')} {self.clean(text)}\n")

    # -- what may be shown --------------------------------------------------------------------------------------------

    def hide(self, secrets: Iterable[str]) -> None:
        """Never write these texts, whoever quotes them."""
        self._secrets.update(secrets)

    def clean(self, text: str) -> str:
        """The text without keys and without what a terminal would obey. A provider's text may hold anything."""
        shown = self.hidden(text)
        return shown if shown.isprintable() else "".join(map(_seen, shown))

    def hidden(self, text: str) -> str:
        """The text without keys."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def _cell(self, text: str) -> str:
        return _BREAKS.sub(" ", self.clean(text))

    def _painted(self, word: str, code: str) -> str:
        return f"\x1b[{code}m{word}\x1b[0m" if self.is_animated and not os.environ.get("NO_COLOR") else word

    # -- writing ------------------------------------------------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Generator[None]:
        live = self.live
        if live is None:
            yield
            return
        live.pause()
        try:
            yield
        finally:
            live.go_on()

    def _to_stdout(self, text: str) -> None:
        if not self._is_stdout_open:
            return
        with self._alone():
            fault = _write(sys.stdout, text)
        if fault is not None:
            self._is_stdout_open = False
            self.fault = None if fault.errno == errno.EPIPE else fault.strerror or str(fault)

    def _to_stderr(self, text: str) -> None:
        self.said_at = time.monotonic()
        with self._alone():
            _write(sys.stderr, text)


def _seen(mark: str) -> str:
    return ascii(mark)[1:-1] if category(mark) in _OBEYED and mark not in _HARMLESS else mark


def console() -> Console:
    """A rich console on stdout that adds nothing of its own to a text."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False, soft_wrap=False)


def _is_terminal(stream: TextIO | None) -> bool:
    with suppress(ValueError):  # closed
        return stream is not None and stream.isatty()
    return False


def _write(stream: TextIO | None, text: str) -> OSError | None:
    """Write at once, so that a line is out before anything else happens. The error where that failed."""
    if stream is None:
        return OSError(errno.EBADF, "it is closed")
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        _silence(stream)
        return error
    except ValueError as error:
        return OSError(errno.EBADF, str(error))
    return None


def _silence(stream: TextIO) -> None:
    """Send what is left in the buffer nowhere, else Python complains about it at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
