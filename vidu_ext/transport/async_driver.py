"""The drivers of flows and of poll queues in one event loop; driver.py has the same names, blocking."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final, TypeVar, cast

from anyio import to_thread

from vidu_ext.flows.drift_watch import DriftWatch
from vidu_ext.flows.effects import Destination, Effect, Fetch, Flow, Head, Now, Open, Pause, Put, Receive, Send, Work
from vidu_ext.flows.poll import PollQueue, PollRequest
from vidu_ext.values.errors import ConfigurationError, ViduError
from vidu_ext.values.exchange import Call, ExchangeError, Reply
from vidu_ext.values.forks import ONLY, PerAccount
from vidu_ext.values.http_library import httpx
from vidu_ext.values.tasks import is_account_name

from .answer_body import TOO_SLOW, Answer, async_raw_chunks, received_headers
from .driver import KEYLESS, KeylessUse, check_open, max_in_flight, monotonic, opened, value_of, wall_clock
from .endpoint import Endpoint, client_arguments, failure_of, fetch_request, log_exchange, log_failure, put_request
from .options import HttpOptions, making_a_client

T = TypeVar("T")

PIECE_BYTES: Final = 1 << 19
"""Bytes of a download that are written at a time."""
PIECE_SECONDS: Final = 0.2
"""Seconds after which fewer are."""

CANCEL_GRACE: Final = 5.0
"""Seconds that a cancelled submit still waits for the answer to a create that is on the wire."""


class AsyncDriver:
    """Runs flows in the running event loop."""

    def __init__(self, endpoints: Mapping[str, Endpoint], options: HttpOptions, watch: DriftWatch | None = None) -> None:
        self._endpoints = endpoints
        self._options = options
        self._watch = watch
        self._clients = PerAccount(self._client)
        self._gates = PerAccount(lambda account: asyncio.Semaphore(max_in_flight(endpoints, account)))
        self._trust = PerAccount(lambda _: options.trust(options.async_transport))
        self._loops = PerAccount(lambda _: asyncio.get_running_loop())
        self._is_closed = False
        self._is_reached = False

    def stay_in_loop(self) -> None:
        """Raise ConfigurationError in another event loop than the first, in which the open connections would break."""
        if self._loops[ONLY] is not asyncio.get_running_loop():
            raise ConfigurationError(
                "this client was used in another event loop before, and its connections belong to that one. Nothing was sent."
                " Make one AsyncVidu in each asyncio.run, or call asyncio.run once."
            )

    def _client(self, name: str) -> httpx.AsyncClient:
        """Make the client of an account; for the URL of a proxy, or KEYLESS for none, the one without a key."""
        check_open(is_closed=self._is_closed)
        transport = self._options.async_transport
        endpoint = self._endpoints[name] if is_account_name(name) else None
        proxy = self._options.proxy_for(endpoint.base_url, transport) if endpoint else name or None
        with making_a_client(reads_proxies=transport is None and self._options.proxy is None):
            return httpx.AsyncClient(transport=transport, **client_arguments(endpoint, self._options, self._trust, proxy))

    async def working(self, do: Callable[[], T]) -> T:
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

    def make(self, name: str) -> httpx.AsyncClient:
        """Return the client of an account. Must not run in the event loop, which imports and certificates would block."""
        return self._clients[name]

    async def _client_of(self, name: str) -> httpx.AsyncClient:
        """Return the client of an account, made in a thread: imports and certificates would block the event loop."""
        if name not in self._clients:
            await self.working(lambda: self.make(name))
        return self._clients[name]

    async def _keyless(self, url: str) -> httpx.AsyncClient:
        return await self._client_of(self._options.proxy_for(url, self._options.async_transport) or KEYLESS)

    async def close(self) -> None:
        self._is_closed = True
        self._gates[KEYLESS].release()  # as above
        for client in list(self._clients.values()):
            await client.aclose()

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow and return its value. The flow and its open download are closed whatever happens.

        A cancellation while a create is on the wire waits a little for the answer and passes it to the flow before it is raised.
        """
        self.stay_in_loop()
        keyless = KeylessUse()
        try:
            effect = next(flow)
            while True:
                try:
                    value = await self._perform(effect, keyless)
                except (ExchangeError, ViduError) as failure:
                    effect = flow.throw(failure)
                except _LateAnswerError as answer:
                    with suppress(StopIteration, ViduError):  # the caller was cancelled and receives neither
                        flow.send(answer.reply)
                    raise answer.cancelled from None
                else:
                    effect = flow.send(value)
        except StopIteration as end:
            ended: T = end.value
            return ended
        finally:
            flow.close()
            await self._leave(keyless)
            if self._watch is not None:
                self._watch.report()

    async def _perform(self, effect: Effect[object], keyless: KeylessUse) -> object:
        keyless.check_process()
        match effect:
            case Send(account, call):
                return await self.send(account, call)
            case Pause(seconds):
                await self._leave(keyless)
                await asyncio.sleep(seconds)
                return None
            case Now():
                return monotonic() - keyless.waited
            case Put():
                await self._enter(keyless)
                client = await self._keyless(effect.url)
                reply = await self._exchange(client, put_request(client, effect, self._options), keeps_part=False)
                await self._leave(keyless)
                return reply
            case Fetch():
                await self._enter(keyless)
                client = await self._keyless(effect.url)
                keyless.download = response = await self._open(client, fetch_request(client, effect, self._endpoints))
                return Head(response.status_code, received_headers(response.headers, wall_clock))
            case Receive():
                pieces = _Pieces(effect, self.working)
                try:
                    await self._copy(opened(keyless), pieces.write)
                except BaseException:
                    pieces.store()
                    raise
                await pieces.flush()
                await self._leave(keyless)
                return None
            case Open():
                made: list[Destination] = []
                try:
                    await self.working(lambda: made.append(cast("Destination", value_of(effect))))
                except asyncio.CancelledError:
                    for place in made:  # the flow will not have it
                        place.close()
                    raise
                return made[0]
            case Work(do):
                return await self.working(do)
            case _:
                return value_of(effect)

    async def _enter(self, keyless: KeylessUse) -> None:
        """Wait for a free connection of the client without a key, as in driver.py."""
        await self._leave(keyless)
        began = monotonic()
        keyless.has_place = await self._gates[KEYLESS].acquire()
        keyless.waited += monotonic() - began
        check_open(is_closed=self._is_closed)

    async def _leave(self, keyless: KeylessUse) -> None:
        if keyless.is_inherited:
            return
        try:
            if keyless.download is not None:
                await keyless.download.aclose()
        finally:
            keyless.download = None
            if keyless.has_place:
                keyless.has_place = False
                self._gates[KEYLESS].release()

    async def send(self, account: str, call: Call) -> Reply:
        """Send a call and return the answer. Raises ExchangeError if none arrives."""
        client, endpoint = await self._client_of(account), self._endpoints[account]
        async with self._gates[account]:
            began = monotonic()
            try:
                request = endpoint.request(client, call, self._options)
                exchange = self._exchange(client, request, keeps_part=call.creates, clean=endpoint.without_key)
                reply = await (_answer_despite_cancel(asyncio.ensure_future(exchange)) if call.creates else exchange)
                reply = endpoint.with_doubt(reply, request)
            except ExchangeError as failure:
                log_failure(account, call, endpoint.with_setting_hint(failure))
                raise
        log_exchange(account, call, reply.status, monotonic() - began)
        if self._watch is not None:
            self._watch.look(account, call, reply)
        return reply

    async def _exchange(
        self, client: httpx.AsyncClient, request: httpx.Request, *, keeps_part: bool, clean: Callable[[bytes], bytes] = bytes
    ) -> Reply:
        patience = self._options.timeouts.exchange
        deadline = monotonic() + patience
        try:  # the blocking client has no such limit for the head of an answer, because a read cannot be stopped
            async with asyncio.timeout(patience):
                response = await self._open(client, request)
        except TimeoutError as error:
            raise ExchangeError(TOO_SLOW, sent=True) from error
        answer = Answer(response, deadline, monotonic, keeps_part=keeps_part)
        try:
            await self._copy(response, answer.write)
        except ExchangeError as failure:
            answer.broken_off(failure)
        finally:
            await response.aclose()
        return answer.reply(clean, wall_clock)

    async def _open(self, client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
        check_open(is_closed=client.is_closed)
        try:
            response = await client.send(request, stream=True)
        except Exception as error:
            proxy = self._options.proxy_for(str(request.url), self._options.async_transport)
            raise failure_of(error, proxy, url=request.url, is_first=not self._is_reached) from error
        self._is_reached = True
        return response

    async def _copy(self, response: httpx.Response, write: Callable[[bytes], Awaitable[None] | None]) -> None:
        chunks = async_raw_chunks(response)  # as above
        while True:
            try:
                chunk = await anext(chunks, None)
            except Exception as error:
                raise failure_of(error) from error
            if chunk is None:
                return
            if (pending := write(chunk)) is not None:
                await pending


class _Pieces:
    """Receives the chunks of a body. Writes several at a time in a thread, if the sink may block."""

    def __init__(self, wanted: Receive, working: Callable[[Callable[[], object]], Awaitable[object]]) -> None:
        self._wanted = wanted
        self._working = working
        self._held: list[bytes] = []
        self._size = 0
        self._stored = monotonic()

    def write(self, chunk: bytes) -> Awaitable[None] | None:
        self._held.append(chunk)
        self._size += len(chunk)
        if not self._wanted.may_block:
            self.store()
            self._wanted.report()
            return None
        return self.flush() if self._size >= PIECE_BYTES or monotonic() - self._stored >= PIECE_SECONDS else None

    async def flush(self) -> None:
        if self._held:
            await self._working(self.store)
            self._wanted.report()

    def store(self) -> None:
        """Write the chunks held. If the sink raises, they are not written again."""
        held, self._held, self._size = b"".join(self._held), [], 0
        self._stored = monotonic()
        if held:
            self._wanted.sink.write(held)


class _LateAnswerError(Exception):
    """The caller was cancelled while a create was on the wire, and the answer arrived nevertheless."""

    def __init__(self, reply: Reply, cancelled: asyncio.CancelledError) -> None:
        self.reply = reply
        self.cancelled = cancelled


async def _answer_despite_cancel(exchange: asyncio.Future[Reply]) -> Reply:
    """Wait for the answer to a create even if the caller is cancelled, so that no accepted task is lost."""
    try:
        return await asyncio.shield(exchange)
    except asyncio.CancelledError as cancelled:
        try:
            await asyncio.wait({exchange}, timeout=CANCEL_GRACE)
        finally:
            exchange.cancel()  # if it is not done, or the caller was cancelled once more
        await asyncio.wait({exchange})
        if not exchange.cancelled() and exchange.exception() is None:
            raise _LateAnswerError(exchange.result(), cancelled) from None
        raise


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
        self.queue.abandon()
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
            await self._until(None if due is None or is_full else due)

    async def _until(self, due: float | None) -> None:
        if due is None:
            await self._wake.wait()
            return
        timer = asyncio.get_running_loop().call_later(max(due - monotonic(), 0.0), self._wake.set)
        try:
            await self._wake.wait()
        finally:
            timer.cancel()

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
