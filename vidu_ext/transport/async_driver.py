"""The drivers of flows and of poll queues in one event loop; driver.py has the same names, blocking."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

from anyio import to_thread

from vidu_ext.flows.drift_watch import DriftWatch
from vidu_ext.flows.effects import Flow
from vidu_ext.flows.poll import PollQueue, PollRequest
from vidu_ext.values.errors import ClientClosedError, ConfigurationError
from vidu_ext.values.exchange import Call, ExchangeError, Reply
from vidu_ext.values.forks import ONLY, PerAccount
from vidu_ext.values.http_library import httpx

from .answer_body import TOO_SLOW
from .driver import Driver, LateOutcomeError, monotonic
from .endpoint import Endpoint
from .options import HttpOptions

T = TypeVar("T")

CANCEL_GRACE: Final = 5.0
"""Seconds that a cancelled submit still waits for the answer to a create that is on the wire."""


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError(
            "an AsyncVidu needs a running event loop of asyncio, and there is none. Nothing was sent. Use it inside asyncio.run;"
            " without asyncio, as with trio, use a Vidu in a thread."
        ) from None


class AsyncDriver(Driver[httpx.AsyncClient]):
    """Runs flows in the running event loop."""

    def __init__(self, endpoints: Mapping[str, Endpoint], options: HttpOptions, watch: DriftWatch | None = None) -> None:
        transport = options.async_transport
        super().__init__(
            endpoints, options, watch, make_client=httpx.AsyncClient, make_gate=asyncio.Semaphore, transport=transport
        )
        self._loops = PerAccount(lambda _: _running_loop())

    def stay_in_loop(self) -> None:
        """Raise ConfigurationError outside asyncio, and in another event loop than the first: open connections would break."""
        if self._loops[ONLY] is not _running_loop():
            raise ConfigurationError(
                "this client was used in another event loop before, and its connections belong to that one. Nothing was sent."
                " Make one AsyncVidu in each asyncio.run, or call asyncio.run once."
            )

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow and return its value. The flow is closed whatever happens.

        A cancellation during a create waits a little for its answer or failure, and passes that to the flow before it is raised.
        """
        self.stay_in_loop()
        return await self._run(flow)

    async def send(self, account: str, call: Call) -> Reply:
        """Send a call and return the answer. Raises ExchangeError if none arrives."""
        return await self._exchange(account, call)

    async def close(self) -> None:
        for client in self._shut():
            await client.aclose()

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _working(self, do: Callable[[], T]) -> T:
        """Run a slow function in a thread and return its value. A cancellation waits for its end, because what it works on is
        closed next.
        """
        work = asyncio.ensure_future(to_thread.run_sync(do))  # a thread of asyncio's pool would end no forked child
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            while not work.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({work})
            work.exception()  # else asyncio logs that it was never retrieved
            raise

    async def _answer(
        self, client: httpx.AsyncClient, request: httpx.Request, *, creates: bool = False, endpoint: Endpoint | None = None
    ) -> Reply:
        """Wait for the answer to a create even if the caller is cancelled, so that no accepted task is lost."""
        answer = super()._answer(client, request, creates=creates, endpoint=endpoint)
        if not creates:
            return await answer
        answering = asyncio.ensure_future(answer)
        try:
            return await asyncio.shield(answering)
        except asyncio.CancelledError as cancelled:
            try:
                await asyncio.wait({answering}, timeout=CANCEL_GRACE)
            finally:
                answering.cancel()  # if it is not done, or the caller was cancelled once more
            await asyncio.wait({answering})
            if not answering.cancelled():
                failure = answering.exception()
                if failure is None or isinstance(failure, ExchangeError):
                    raise LateOutcomeError(failure or answering.result(), cancelled) from None
            raise

    async def _send(self, client: httpx.AsyncClient, request: httpx.Request, *, seconds: float | None) -> httpx.Response:
        try:
            async with asyncio.timeout(seconds):
                return await client.send(request, stream=True)
        except TimeoutError as error:
            raise ExchangeError(TOO_SLOW, sent=True) from error

    def _read(self, response: httpx.Response) -> Callable[[], Awaitable[bytes | None]]:
        return partial(anext, response.aiter_bytes() if response.is_stream_consumed else response.aiter_raw(), None)

    async def _close_response(self, response: httpx.Response) -> None:
        await response.aclose()


class AsyncPoller:
    """Runs a poll queue in the background while it has tasks."""

    def __init__(self, queue: PollQueue, driver: AsyncDriver, *, in_flight: int) -> None:
        self.queue = queue
        self._driver = driver
        self._in_flight = in_flight
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._asking: set[asyncio.Task[None]] = set()

    def kick(self) -> None:
        """Look at the queue again, because a task was added or a deadline is near."""
        if self._loop is None or self._loop.done():
            self._loop = asyncio.get_running_loop().create_task(self._run(), name=f"vidu-ext {self.queue.account}")
        self._wake.set()

    def wake(self, task_id: str) -> None:
        """Poll a task at once, if it is waited for. May be called in any thread."""
        if self._loop is not None and not self._loop.done():
            with suppress(RuntimeError):  # the event loop was closed with its waits
                self._loop.get_loop().call_soon_threadsafe(self._woken, task_id)

    def _woken(self, task_id: str) -> None:
        self.queue.wake(task_id, monotonic())
        self._wake.set()

    async def close(self) -> None:
        """End every wait, because nothing is polled any more."""
        self.queue.break_down(ClientClosedError())
        tasks = [task for task in (self._loop, *self._asking) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        try:
            await self._lead()
        except Exception as fault:
            self.queue.break_down(fault)

    async def _lead(self) -> None:
        """Run the poll loop until the queue has no tasks."""
        while len(self.queue):
            self._wake.clear()
            now = monotonic()
            for request in self.queue.take_due(now, most=self._in_flight - len(self._asking)):
                task = asyncio.create_task(self._ask(request))
                self._asking.add(task)
                task.add_done_callback(self._on_done)
            due = self.queue.next_due()
            is_full = len(self._asking) >= self._in_flight
            with suppress(TimeoutError):
                async with asyncio.timeout(None if due is None or is_full else max(due - monotonic(), 0.0)):
                    await self._wake.wait()

    async def _ask(self, request: PollRequest) -> None:
        answer: Reply | Exception
        try:
            answer = await self._driver.send(self.queue.account, request.call)
        except Exception as failure:
            answer = failure
        self.queue.answered(request, answer, monotonic())

    def _on_done(self, task: asyncio.Task[None]) -> None:
        """Look at the queue again when the slot of a request is free. Any earlier, it would seem occupied."""
        self._asking.discard(task)
        self._wake.set()
