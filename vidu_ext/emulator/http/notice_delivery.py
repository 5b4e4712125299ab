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


async def deliver(emulator: Emulator, reach: Reach) -> None:
    """Post the callbacks of an emulator as they become due, until cancelled."""
    verify = reach == "anywhere"  # reading certificates takes long, and loopback needs none
    timeout, limits = httpx.Timeout(ANSWER_SECONDS, pool=None), httpx.Limits(max_connections=AT_ONCE)
    async with (
        httpx.AsyncClient(timeout=timeout, limits=limits, verify=verify, trust_env=False) as client,
        asyncio.TaskGroup() as group,
    ):
        while True:
            for callback in emulator.due_callbacks():
                group.create_task(_deliver(emulator, client, callback, reach))
            await asyncio.sleep(NAP)


async def _deliver(emulator: Emulator, client: httpx.AsyncClient, callback: Callback, reach: Reach) -> None:
    began, status = milliseconds(), None
    try:
        if reach == "anywhere" or is_this_machine(urlsplit(callback.url).hostname or ""):
            async with client.stream("POST", callback.url, headers=dict(callback.headers), content=callback.body) as answer:
                status = answer.status_code
        else:
            logger.warning("a callback was not sent: the emulator sends to this machine only, unless callbacks is 'anywhere'")
    except Exception as failure:  # clients choose the address: a port above 65,535, say, must not end all deliveries
        logger.info("a callback was not delivered: %s", type(failure).__name__)
    emulator.callback_sent(callback, status=status, ms=milliseconds() - began)
