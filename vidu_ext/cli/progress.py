"""What is going on: one line on a terminal that renews itself; elsewhere a line for each change, and for a silence."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Final, Self

from .formats import state_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType
    from rich.live import Live

    from vidu_ext.flows.download import DownloadProgress
    from vidu_ext.values.tasks import Snapshot

    from .output import Printer

REFRESHES: Final = 8
"""How often a second the line is written anew."""
SILENCE_SECONDS: Final = 2.5
"""Silence after which a line says what is going on, where no terminal is watched."""
FIRST_SILENCE_SECONDS: Final = 1.0
"""The same before the first line: starting the program was silent already."""


class LiveDisplay:
    """What is going on, on stderr, between entering and leaving it."""

    def __init__(self, output: Printer, *, refreshes: int = REFRESHES) -> None:
        self._output = output
        self._refreshes = refreshes
        self._live: Live | None = None
        self._is_over = threading.Event()
        self._began = time.monotonic()
        self._trouble: tuple[str, float | None, bool] | None = None
        """Why it does not go on, the moment at which that is given up, and whether nothing is paid if it ends now."""

    def __enter__(self) -> Self:
        self._output.live = self
        if self._output.is_animated:
            from rich.console import Console
            from rich.live import Live

            self._live = Live(
                console=Console(stderr=True, highlight=False),
                get_renderable=self._rendered,
                refresh_per_second=self._refreshes,
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
        self.pause()
        if self._live is None:
            self._speaker.join()
        self._live = self._output.live = None

    def pause(self) -> None:
        """Give the terminal free."""
        if self._live is not None:
            self._live.stop()

    def go_on(self) -> None:
        """Take the terminal again."""
        if self._live is not None:
            self._live.start()

    def trouble(self, problem: str, left: float | None, *, is_safe: bool) -> None:
        """Something does not go on. It is tried for the seconds that are left, or for as long as the wait lasts."""
        self._trouble = problem, None if left is None else time.monotonic() + left, is_safe

    def _break_silence(self) -> None:
        while not self._is_over.wait(SILENCE_SECONDS / 10):
            said = self._output.said_at
            silence = SILENCE_SECONDS if said > self._began else FIRST_SILENCE_SECONDS
            if time.monotonic() - max(self._began, said) >= silence:
                self._output.say(self._line())

    def _line(self) -> str:
        """How it is now, in one line."""
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        return f"{self._words()}  {minutes}:{seconds:02d}"

    def _words(self) -> str:
        if self._trouble is None:
            return self._state()
        from vidu_ext.flows.retry import duration

        problem, until, is_safe = self._trouble
        left = "" if until is None else f" for {duration(max(until - time.monotonic(), 0.0))}"
        return f"{problem}{left}{', Ctrl-C is safe' if is_safe else ''}"

    def _state(self) -> str:
        """What is going on, where nothing is in its way."""
        raise NotImplementedError

    def _rendered(self) -> RenderableType:
        """How it looks now on a terminal."""
        from rich.spinner import Spinner
        from rich.text import Text

        spinner = Spinner("dots", text=Text(self._output.clean(self._line()), overflow="fold"))
        spinner.start_time = 0.0  # its picture follows the clock, not its age
        return spinner


class Progress(LiveDisplay):
    """What is going on with tasks."""

    def __init__(
        self,
        output: Printer,
        *,
        tasks: int = 1,
        doing: str = "waiting, no answer yet",
        estimates: Mapping[str, float | None] | None = None,
    ) -> None:
        super().__init__(output)
        self._tasks = tasks
        self._estimates = estimates or {}
        self._seen: dict[str, Snapshot] = {}
        self._note = doing

    def note(self, text: str) -> None:
        """Something else than waiting goes on, until the next answer."""
        self._note, self._trouble = text, None
        if self._live is None:
            self._output.say(text)

    def take(self, snapshot: Snapshot) -> None:
        """A status answer came."""
        before = self._seen.get(str(snapshot.ref))
        self._seen[str(snapshot.ref)] = snapshot
        self._note, self._trouble = "", None
        if self._live is None and (before is None or state_of(before) != state_of(snapshot)):
            self._output.say(f"{snapshot.ref}: {state_of(snapshot)}")

    def load(self, progress: DownloadProgress) -> None:
        """So much of a file is here."""
        self._note, self._trouble = _loaded(progress), None

    def _state(self) -> str:
        snapshots = list(self._seen.values())
        if self._note or not snapshots:
            return self._note
        if self._tasks == 1:
            return "".join(f"{one.ref} {self._shown(one)}" for one in snapshots)
        ended = sum(snapshot.state.is_final for snapshot in snapshots)
        going_on = Counter(state_of(snapshot) for snapshot in snapshots if not snapshot.state.is_final)
        return f"{ended} of {self._tasks} ended" + "".join(f", {number} {state}" for state, number in going_on.most_common())

    def _shown(self, snapshot: Snapshot) -> str:
        from vidu_ext.flows.retry import duration

        share = "" if snapshot.progress is None else f" {snapshot.progress:.0f} %"
        left = (self._estimates.get(str(snapshot.ref)) or 0.0) - (time.monotonic() - self._began)
        return f"{state_of(snapshot)}{share}{f', about {duration(left)} to go' if left >= 1 else ''}"


def _loaded(progress: DownloadProgress) -> str:
    from vidu_ext.flows.retry import duration

    whole = "" if progress.total is None else f" of {progress.total / 1e6:.1f}"
    rate = "" if progress.rate is None else f", {progress.rate / 1e6:.1f} MB/s"
    left = "" if not progress.seconds_left else f", {duration(progress.seconds_left)} to go"
    return f"{progress.ref}: downloading {progress.received / 1e6:.1f}{whole} MB{rate}{left}"
