"""The only module that prints: rows and documents to stdout, everything else to stderr, without keys and control characters.

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
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Final, Protocol, TextIO
from unicodedata import category

if TYPE_CHECKING:
    from rich.console import RenderableType


_CONTROL_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of characters that control a terminal: cursor, colour, line ends, direction of text, surrogates."""
_ALLOWED: Final = frozenset("\t\n\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")
"""Characters of these categories that are printed: breaks, and joiners, which scripts and emoji need."""

_BREAKS: Final = re.compile(r"\s*[\t\n]\s*")

HIDDEN: Final = "<key>"


class Pausable(Protocol):
    """A display on the last lines of the terminal that can be paused."""

    def paused(self) -> AbstractContextManager[None]: ...

    def show_trouble(self, problem: str, left: float | None, *, is_safe: bool) -> None: ...


class Printer:
    """Writes what one run of the command prints: results on stdout, everything else on stderr."""

    def __init__(self) -> None:
        self.as_json = False
        """Whether stdout takes JSON documents, one a line, and no text."""
        self.is_debugging = False
        self.live: Pausable | None = None
        """The display to pause while a line is written."""
        self.last_line_at = 0.0
        """Time of the last line on stderr, by the monotonic clock."""
        self.fault: str | None = None
        """Why stdout could not be written; None if it could, or if its reader closed the pipe."""
        self.is_stdout_open = True
        """Whether stdout can still be written."""
        self._secrets: set[str] = set()

    # -- what is written where ----------------------------------------------------------------------------------------

    @property
    def stdout_is_terminal(self) -> bool:
        return _is_terminal(sys.stdout)

    @property
    def is_animated(self) -> bool:
        """Whether stderr is a terminal that can move its cursor."""
        return _is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"

    def row(self, *cells: str) -> None:
        """Print a row on stdout, unless stdout takes JSON."""
        self.text(("  " if self.stdout_is_terminal else "\t").join(map(self._cell, cells)))

    def text(self, text: str) -> None:
        """Print text, which may have several lines, on stdout, unless stdout takes JSON."""
        if not self.as_json:
            self._to_stdout(self.clean(text) + "\n")

    def write(self, text: str) -> int:
        """Write to stdout as to a file, whatever it takes. Raises BrokenPipeError if it takes no more."""
        self._to_stdout(text)
        if not self.is_stdout_open:
            raise BrokenPipeError
        return len(text)

    def markdown(self, text: str) -> None:
        """Print Markdown on stdout, rendered if it is a terminal, unless stdout takes JSON."""
        if self.as_json or not self.stdout_is_terminal:
            self.text(text.rstrip("\n"))
            return
        from rich.markdown import Markdown

        self._draw(Markdown(self.clean(text), hyperlinks=False))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print rows on stdout, with a header if it is a terminal, unless stdout takes JSON."""
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
        self._draw(table)

    def document(self, value: Mapping[str, object]) -> None:
        """Print a JSON document as one line of stdout, if stdout takes JSON."""
        if self.as_json:
            self._to_stdout(self.without_keys(json.dumps(value)) + "\n")

    def say(self, text: str) -> None:
        """Print a line on stderr."""
        self._to_stderr(self.clean(text) + "\n")

    def summary(self, text: str) -> None:
        """Print a line on stderr, unless stdout takes JSON, which says the same."""
        if not self.as_json:
            self.say(text)

    def warn(self, text: str) -> None:
        self._to_stderr(f"{self._colour('warning:', '33')} {self.clean(text)}\n")

    def error(self, text: str) -> None:
        self._to_stderr(f"{self._colour('error:', '1;31')} {self.clean(text)}\n")

    # -- what may be shown --------------------------------------------------------------------------------------------

    def hide(self, secrets: Iterable[str]) -> None:
        """Replace these texts wherever they would be printed."""
        self._secrets.update(secrets)

    def clean(self, text: str) -> str:
        """Return the text without keys and with its control characters escaped: a provider's text may contain anything."""
        text = self.without_keys(text)
        return text if text.isprintable() else "".join(map(_escape, text))

    def without_keys(self, text: str) -> str:
        """Return the text with each key replaced."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def _cell(self, text: str) -> str:
        return _BREAKS.sub(" ", self.clean(text))

    def _colour(self, word: str, code: str) -> str:
        return f"\x1b[{code}m{word}\x1b[0m" if self.is_animated and not os.environ.get("NO_COLOR") else word

    # -- writing ------------------------------------------------------------------------------------------------------

    def _alone(self) -> AbstractContextManager[None]:
        return nullcontext() if self.live is None else self.live.paused()

    def _draw(self, renderable: RenderableType) -> None:
        """Print with rich, which does not change the text."""
        from rich.console import Console

        with self._alone():
            Console(highlight=False, markup=False, emoji=False, soft_wrap=False).print(renderable)

    def _to_stdout(self, text: str) -> None:
        if not self.is_stdout_open:
            return
        with self._alone():
            fault = _write(sys.stdout, text)
        if fault is not None:
            self.is_stdout_open = False
            self.fault = None if fault.errno == errno.EPIPE else fault.strerror or str(fault)

    def _to_stderr(self, text: str) -> None:
        self.last_line_at = time.monotonic()
        with self._alone():
            _write(sys.stderr, text)


def _escape(character: str) -> str:
    is_control = category(character) in _CONTROL_CATEGORIES and character not in _ALLOWED
    return ascii(character)[1:-1] if is_control else character


def _is_terminal(stream: TextIO | None) -> bool:
    with suppress(ValueError):  # closed
        return stream is not None and stream.isatty()
    return False


def _write(stream: TextIO | None, text: str) -> OSError | None:
    """Write and flush, so that a line is out before anything else happens. Returns the error if that failed."""
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
    """Discard what is left in the buffer, which Python would try to write at exit."""
    with suppress(OSError, ValueError):
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, stream.fileno())
        os.close(sink)
