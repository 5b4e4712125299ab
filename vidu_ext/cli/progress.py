"""The news of tasks that are waited for: one line on a terminal that renews itself, a line for each change elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final, Self

from .formats import state_of

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live
    from rich.spinner import Spinner

    from vidu_ext.values.tasks import Snapshot

    from .output import Printer

REFRESHES: Final = 8
"""How often a second the line is written anew."""


class LiveDisplay:
    """Something on stderr that renews itself where a terminal is watched, between entering and leaving it."""

    def __init__(self, output: Printer, *, refreshes: int) -> None:
        self._output = output
        self._refreshes = refreshes
        self._live: Live | None = None

    def __enter__(self) -> Self:
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
            self._output.live = self
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.pause()
        self._live = self._output.live = None

    def pause(self) -> None:
        """Give the terminal free."""
        if self._live is not None:
            self._live.stop()

    def go_on(self) -> None:
        """Take the terminal again."""
        if self._live is not None:
            self._live.start()

    def _rendered(self) -> RenderableType:
        """How it looks now."""
        raise NotImplementedError


class Progress(LiveDisplay):
    """What is going on, on stderr, between entering and leaving it."""

    def __init__(self, output: Printer, *, tasks: int = 1, doing: str = "waiting") -> None:
        super().__init__(output, refreshes=REFRESHES)
        self._tasks = tasks
        self._began = time.monotonic()
        self._seen: dict[str, Snapshot] = {}
        self._note = doing

    def note(self, text: str) -> None:
        """Something else than waiting goes on, until the next answer."""
        self._note = text
        if self._live is None:
            self._output.say(text)

    def take(self, snapshot: Snapshot) -> None:
        """A status answer came."""
        before = self._seen.get(str(snapshot.ref))
        self._seen[str(snapshot.ref)] = snapshot
        self._note = ""
        if self._live is None and (before is None or state_of(before) != state_of(snapshot)):
            self._output.say(f"{snapshot.ref}: {state_of(snapshot)}")

    def _rendered(self) -> Spinner:
        from rich.spinner import Spinner
        from rich.text import Text

        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        words = self._output.clean(f"{self._note or self._states()}  {minutes}:{seconds:02d}")
        spinner = Spinner("dots", text=Text(words, no_wrap=True, overflow="ellipsis"))
        spinner.start_time = 0.0  # its picture follows the clock, not its age
        return spinner

    def _states(self) -> str:
        snapshots = list(self._seen.values())
        if self._tasks == 1:
            return "".join(f"{one.ref} {_shown(one)}" for one in snapshots)
        ended = sum(snapshot.state.is_final for snapshot in snapshots)
        going_on = Counter(state_of(snapshot) for snapshot in snapshots if not snapshot.state.is_final)
        return f"{ended} of {self._tasks} ended" + "".join(f", {number} {state}" for state, number in going_on.most_common())


def _shown(snapshot: Snapshot) -> str:
    return state_of(snapshot) + ("" if snapshot.progress is None else f" {snapshot.progress:.0f} %")
