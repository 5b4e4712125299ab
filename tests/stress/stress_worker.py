"""A worker of a batch with a defect: `python stress_worker.py` and its settings as JSON on stdin.

`room`: pages by which its database may grow. `sleep`: where in its third request it suspends itself with SIGSTOP, as a share of
all lines, or as a number of lines before the request is written.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from asyncio import selector_events
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from batch_worker_process import run
from interrupting import Lines, Moment
from sqlalchemy import event
from stress_lines import EVERY_FILE, moments, name_of

from vidu_ext import AsyncVidu

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

    from vidu_ext import AsyncTask


def main(order: dict[str, Any]) -> None:
    if order["room"] is not None:
        _bound(order["room"])
    if order["sleep"] is not None:
        Sleep(Path(order["place"]), **order["sleep"]).lie_in_wait()
    run(order)


def _bound(room: int) -> None:
    """Limit the database to the pages that it has at first and `room` more, for each connection of this process."""
    most: list[int] = []

    def bound(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        if not most:
            cursor.execute("PRAGMA page_count")
            (pages,) = cursor.fetchone() or (0,)
            most.append(pages + room)
        cursor.execute(f"PRAGMA max_page_count={most[0]}")
        cursor.close()

    event.listen(sa.Engine, "connect", bound)


class Sleep:
    """Suspends this process at one line of the third request that it sends. The second one shows which lines there are."""

    def __init__(self, place: Path, *, share: float | None, before: float | None) -> None:
        self._place: Final = place
        self._share: Final = share
        self._before: Final = before
        self._recorded: Final = Lines(of=EVERY_FILE)
        self._written = 0
        """Lines of the second request before its last byte was given to the system."""
        self._requests = 0

    def lie_in_wait(self) -> None:
        transports: Any = vars(selector_events)["_SelectorSocketTransport"]
        send, write = AsyncVidu.send, transports.write

        async def traced(*arguments: Any, **more: Any) -> AsyncTask:
            self._requests += 1
            if self._requests == 2:
                sys.settrace(self._recorded.trace)
            elif self._requests == 3:
                sys.settrace(Lines(self._at(), self._stop, of=EVERY_FILE).trace)
            try:
                return await send(*arguments, **more)
            finally:
                sys.settrace(None)

        def written(transport: Any, data: bytes) -> None:
            if self._requests == 2 and b"a bird, number" in data:
                self._written = len(self._recorded.ran)
            write(transport, data)

        AsyncVidu.send = traced  # type: ignore[method-assign]  # one that is watched
        transports.write = written

    def _at(self) -> Moment:
        ran = [line for _, line in self._recorded.ran]
        number = int((self._share or 0.0) * len(ran)) if self._before is None else max(self._written - int(self._before), 0)
        return moments(ran)[number]

    def _stop(self) -> None:
        self._place.write_text(name_of(self._at()[0]), encoding="utf-8")
        os.kill(os.getpid(), signal.SIGSTOP)


if __name__ == "__main__":
    main(json.loads(sys.stdin.read()))
