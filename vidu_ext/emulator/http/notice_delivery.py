"""Post due callbacks and report the results to the emulator, which decides when a callback is due or sent again."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from vidu_ext.emulator.clock import milliseconds
from vidu_ext.emulator.environment import is_this_machine
from vidu_ext.values.http_library import httpx

if TYPE_CHECKING:
    from vidu_ext.emulator.core import Emulator
    from vidu_ext.emulator.state.notices import Callback

Reach = Literal["loopback", "anywhere"]
"""Where callbacks may be sent: to this machine, or to any host."""

NAP: Final = 0.005
"""Real seconds between two looks for due callbacks."""
AT_ONCE: Final = 16
ANSWER_SECONDS: Final = 10.0
"""Real seconds to wait for the answer to a callback."""

logger: Final = logging.getLogger("vidu_ext.emulator")


class Deliveries:
    """Posts the callbacks of an emulator."""

    def __init__(self, emulator: Emulator, *, reach: Reach) -> None:
        self._emulator = emulator
        self._reach = reach
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._has_warned = False

    async def run(self) -> None:
        """Post callbacks as they become due, until cancelled."""
        verify = self._reach == "anywhere"  # reading certificates takes long, and loopback needs none
        async with (
            httpx.AsyncClient(timeout=ANSWER_SECONDS, verify=verify, trust_env=False) as client,
            asyncio.TaskGroup() as group,
        ):
            while True:
                for callback in self._emulator.due_callbacks():
                    group.create_task(self._deliver(client, callback))
                await asyncio.sleep(NAP)

    async def _deliver(self, client: httpx.AsyncClient, callback: Callback) -> None:
        async with self._gate:
            began = milliseconds()
            status = await self._post(client, callback)
            self._emulator.callback_sent(callback, status=status, ms=milliseconds() - began)

    async def _post(self, client: httpx.AsyncClient, callback: Callback) -> int | None:
        """Post a callback and return the status of the answer; None if it was not sent or not answered."""
        if self._reach != "anywhere" and not is_loopback(callback.url):
            level = logging.DEBUG if self._has_warned else logging.WARNING
            logger.log(level, "a callback was not sent: the emulator sends to this machine only, unless callbacks is 'anywhere'")
            self._has_warned = True
            return None
        try:
            async with client.stream("POST", callback.url, headers=dict(callback.headers), content=callback.body) as answer:
                return answer.status_code
        except Exception as failure:  # clients choose the address: a port above 65,535, say, must not end all deliveries
            logger.info("a callback was not delivered: %s", type(failure).__name__)
            return None


def is_loopback(url: str) -> bool:
    """Return whether a URL leads to this machine."""
    try:
        return is_this_machine(urlsplit(url).hostname or "")
    except ValueError:
        return False
