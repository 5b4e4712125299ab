"""Show progress: one updated line on a terminal; elsewhere a line for each change, and after each silence."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

from vidu_ext.flows.download import DownloadProgress
from vidu_ext.flows.retry import duration
from vidu_ext.values.tasks import Snapshot

from .formats import state_of
from .output import Printer

if TYPE_CHECKING:  # imported for a terminal only
    from rich.console import RenderableType
    from rich.live import Live

SILENCE_SECONDS: Final = 2.5
"""Silence after which a progress line is written if stderr is not a terminal."""
FIRST_SILENCE_SECONDS: Final = 1.0
"""The same before the first line: it is shorter because the start of the program was silent too."""


class LiveDisplay:
    """Shows progress on stderr while the context is open."""

    def __init__(self, output: Printer) -> None:
        self._output = output
        self._live: Live | None = None
        self._is_over = threading.Event()
        self._began = time.monotonic()
        self._trouble: tuple[str, float | None, bool] | None = None
        """Why nothing progresses, when the retries end, and whether Ctrl-C is safe now."""

    def __enter__(self) -> Self:
        self._output.live = self
        if self._output.is_animated:
            from rich.console import Console
            from rich.live import Live

            self._live = Live(
                console=Console(stderr=True, highlight=False),
                get_renderable=self._render,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        else:
            self._speaker = threading.Thread(target=self._break_silence, name="vidu progress", daemon=True)
            self._speaker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        if self._live is None:
            self._speaker.join()
        else:
            self._live.stop()
        self._live = self._output.live = None

    @contextmanager
    def paused(self) -> Generator[None]:
        """Release the terminal for other output."""
        if (live := self._live) is not None:
            live.stop()
        try:
            yield
        finally:
            if live is not None:
                live.start()

    def show_trouble(self, problem: str, left: float | None, *, is_safe: bool) -> None:
        """Show a problem that is retried for `left` seconds, or for as long as the wait lasts."""
        self._trouble = problem, None if left is None else time.monotonic() + left, is_safe

    def _break_silence(self) -> None:
        while not self._is_over.wait(SILENCE_SECONDS / 10):
            last = self._output.last_line_at
            silence = SILENCE_SECONDS if last > self._began else FIRST_SILENCE_SECONDS
            if time.monotonic() - max(self._began, last) >= silence:
                self._output.say(self._line())

    def _line(self) -> str:
        """Return the progress as one line."""
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        return f"{self._text()}  {minutes}:{seconds:02d}"

    def _text(self) -> str:
        if self._trouble is None:
            return self._state()
        problem, until, is_safe = self._trouble
        left = "" if until is None else f" for {duration(max(until - time.monotonic(), 0.0))}"
        return f"{problem}{left}{', Ctrl-C is safe' if is_safe else ''}"

    def _state(self) -> str:
        """Return what to show if there is no problem."""
        raise NotImplementedError

    def _render(self) -> RenderableType:
        """Render the progress for a terminal."""
        from rich.padding import Padding
        from rich.spinner import Spinner
        from rich.text import Text

        # Padded, it is beside the spinner: on a narrow terminal its further rows are indented, so none begins with its words.
        spinner = Spinner("dots", text=Padding(Text(self._output.clean(self._line()), overflow="fold"), 0))
        spinner.start_time = 0.0  # animate it by the clock, not by its age
        return spinner


class Progress(LiveDisplay):
    """Shows the progress of tasks: `doing` until the first answer, then their states, and the estimated rest of a single one."""

    def __init__(self, output: Printer, *, tasks: int = 1, doing: str = "waiting, no answer yet") -> None:
        super().__init__(output)
        self._tasks = tasks
        self._seen: dict[str, Snapshot] = {}
        self._activity = doing

    def show_activity(self, text: str) -> None:
        """Show another activity than waiting, until the next answer."""
        self._activity, self._trouble = text, None
        if self._live is None:
            self._output.say(text)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a status answer."""
        before = self._seen.get(str(snapshot.ref))
        self._seen[str(snapshot.ref)] = snapshot
        self._activity, self._trouble = "", None
        if self._live is None and (before is None or state_of(before) != state_of(snapshot)):
            self._output.say(f"{snapshot.ref}: {state_of(snapshot)}")

    def show_download(self, progress: DownloadProgress) -> None:
        """Show the progress of a download."""
        self._activity, self._trouble = _download_text(progress), None

    def _state(self) -> str:
        snapshots = list(self._seen.values())
        if self._activity or not snapshots:
            return self._activity
        if self._tasks == 1:
            return _task_text(snapshots[0])
        ended = sum(snapshot.state.is_final for snapshot in snapshots)
        running = Counter(state_of(snapshot) for snapshot in snapshots if not snapshot.state.is_final)
        return f"{ended} of {self._tasks} ended" + "".join(f", {number} {state}" for state, number in running.most_common())


def _task_text(snapshot: Snapshot) -> str:
    share = "" if snapshot.progress is None else f" {snapshot.progress:.0f} %"
    left = f", about {duration(snapshot.eta)} to go" if snapshot.eta and not snapshot.state.is_final else ""
    return f"{snapshot.ref} {state_of(snapshot)}{share}{left}"


def _download_text(progress: DownloadProgress) -> str:
    from rich.filesize import decimal

    whole = "" if progress.total is None else f" of {decimal(progress.total)}"
    rate = "" if progress.rate is None else f", {decimal(int(progress.rate))}/s"
    left = "" if not progress.seconds_left else f", {duration(progress.seconds_left)} to go"
    return f"{progress.ref}: downloading {decimal(progress.received)}{whole}{rate}{left}"
