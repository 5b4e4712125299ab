"""Drivers of flows and of poll queues, the clock and the randomness of the package.

`Driver` holds the steps of all flows, written once, as coroutines. Those of the blocking driver wait for nothing but the thread,
so `finish` runs them to their end without an event loop, which this module does not import. async_driver.py has the awaited one.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, ParamSpec, Protocol, TypeVar, cast

from vidu_ext.flows.effects import Chance, Effect, Flow, Now, Pause, Send, WallClock, Work
from vidu_ext.values.errors import ClientClosedError, ConfigurationError, ViduError
from vidu_ext.values.exchange import Call, ExchangeError, Reply
from vidu_ext.values.forks import ONLY, PerAccount, this_process
from vidu_ext.values.http_library import httpx
from vidu_ext.values.tasks import is_account_name

from .answer_body import Answer, received_headers
from .endpoint import Endpoint, client_arguments, failure_of, fetch_request, put_request
from .options import KEYLESS_CONNECTIONS, HttpOptions, making_a_client

if TYPE_CHECKING:
    from vidu_ext.flows.drift_watch import DriftWatch
    from vidu_ext.flows.file_effects import Fetch, Write
    from vidu_ext.flows.poll import PollQueue, PollRequest


class Gate(Protocol):
    """A semaphore, of threads or of an event loop."""

    def acquire(self) -> bool | Awaitable[bool]: ...
    def release(self) -> None: ...


T = TypeVar("T")
P = ParamSpec("P")
ClientT = TypeVar("ClientT", bound=httpx.Client | httpx.AsyncClient)

logger: Final = logging.getLogger("vidu_ext")

KEYLESS: Final = ONLY
"""Takes the place of an account's name for the client without a key."""

CLOSE_SECONDS: Final = 2.0
"""Seconds that closing a client may take after an interrupt, which may have left a lock of httpcore held for ever."""

NOT_BEGUN: Final = "it was stopped while it waited for a free connection"

PIECE_BYTES: Final = 1 << 19
"""Bytes of a download that are written at a time."""
PIECE_SECONDS: Final = 0.2
"""Seconds after which fewer are."""

monotonic: Final[Callable[[], float]] = time.monotonic
wall_clock: Final[Callable[[], float]] = time.time
chance: Final[Callable[[], float]] = random.SystemRandom().random


class FlowRun:
    """One run of a flow: how long it waited for free connections, and the process in which it began."""

    def __init__(self) -> None:
        self.waited = 0.0
        self._process = this_process()

    @property
    def is_inherited(self) -> bool:
        """Whether it began in the process from which this one was forked, and continues there."""
        return self._process is not this_process()

    def check_process(self) -> None:
        """Raise ConfigurationError in a forked child: both processes would send the same and read each other's answers."""
        if self.is_inherited:
            raise ConfigurationError(
                "this call began before the process was forked, and continues in the parent. Nothing more is sent from the child:"
                " make calls of its own there."
            )


class LateOutcomeError(Exception):
    """The caller was cancelled or interrupted during a create, and it is known all the same what became of the request."""

    def __init__(self, outcome: Reply | ExchangeError, stopped: BaseException) -> None:
        self.outcome = outcome
        self.stopped = stopped


def check_open(*, is_closed: bool) -> None:
    if is_closed:
        raise ClientClosedError


async def settled(value: T | Awaitable[T]) -> T:
    """Return the value of a blocking call, or await that of an awaited one."""
    return await cast("Awaitable[T]", value) if isinstance(value, Awaitable) else value


class Driver(Generic[ClientT]):
    """Runs flows. Its steps block the thread unless AsyncDriver replaces them."""

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint],
        options: HttpOptions,
        watch: DriftWatch | None,
        *,
        make_client: Callable[..., ClientT],
        make_gate: Callable[[int], Gate],
        transport: object,
    ) -> None:
        self._endpoints = endpoints
        self._options = options
        self._watch = watch
        self._make_client = make_client
        self._transport = transport
        self._clients = PerAccount(self._client)
        self.create_clients = PerAccount(partial(self._client, keepalive=False))
        """Clients for creates, which begin a connection each: what is left of an earlier answer would be read as theirs, and one
        that the server closes as they are sent leaves their outcome unknown. Making one, which may raise ConfigurationError,
        would block an event loop."""
        self._proxies = PerAccount(lambda name: options.proxy_for(endpoints[name].base_url, transport))
        """Read once: what the environment says may be unusable when a lost task is searched for."""
        self._gates = PerAccount(lambda name: make_gate(KEYLESS_CONNECTIONS if name == KEYLESS else endpoints[name].in_flight))
        self._trust = PerAccount(lambda _: options.trust(transport))
        self._is_closed = False
        self._is_reached = False

    async def _sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def _working(self, do: Callable[[], T]) -> T:
        """Call a slow function and return its value."""
        return do()

    async def _send(self, client: ClientT, request: httpx.Request, *, seconds: float | None) -> httpx.Response:  # noqa: ARG002
        """Send a request and return the answer, its body unread. A read that blocks cannot be stopped after some seconds."""
        return await settled(client.send(request, stream=True))

    def _read(self, response: httpx.Response) -> Callable[[], bytes | None | Awaitable[bytes | None]]:
        """Return a function that returns the next chunk of the raw body, and None at its end.

        The body is decoded if a hook or a transport has read it before. With a chunk size httpx would lose the last bytes of a
        body that breaks off.
        """
        return partial(next, response.iter_bytes() if response.is_stream_consumed else response.iter_raw(), None)

    async def _close_response(self, response: httpx.Response) -> None:
        response.close()

    def _client(self, name: str, *, keepalive: bool = True) -> ClientT:
        """Make a client. `name` is an account; for the client without a key, the URL of a proxy, or KEYLESS for no proxy."""
        check_open(is_closed=self._is_closed)
        endpoint = self._endpoints[name] if is_account_name(name) else None
        proxy = self._proxies[name] if endpoint else name or None
        with making_a_client():
            arguments = client_arguments(endpoint, self._options, self._trust, proxy, keepalive=keepalive)
            return self._make_client(transport=self._transport, **arguments)

    async def _client_of(self, name: str, *, creates: bool = False) -> ClientT:
        """Return the client of an account, made where the imports and certificates that it needs block no event loop."""
        clients = self.create_clients if creates else self._clients
        if name not in clients:
            await self._working(lambda: clients[name])
        return clients[name]

    def _proxy_of(self, request: httpx.Request) -> str | None:
        """Return the proxy of a request, for messages. The environment may have changed since the request was sent."""
        with suppress(ConfigurationError):
            return self._options.proxy_for(str(request.url), self._transport)
        return None

    def _shut(self) -> list[ClientT]:
        """Refuse further requests, and return the clients to close."""
        self._is_closed = True
        self._gates[KEYLESS].release()  # a waiting flow sees that the driver is closed, and releases the next one
        return [*self._clients.values(), *self.create_clients.values()]

    async def _run(self, flow: Flow[T]) -> T:
        """Run a flow and return its value. The flow is closed whatever happens."""
        run = FlowRun()
        try:
            effect = next(flow)
            while True:
                try:
                    value = await self._perform(effect, run)
                except (ExchangeError, ViduError) as failure:
                    effect = flow.throw(failure)
                except LateOutcomeError as late:
                    outcome = late.outcome
                    with suppress(StopIteration, ViduError):  # the caller was stopped and receives neither
                        flow.throw(outcome) if isinstance(outcome, ExchangeError) else flow.send(outcome)
                    raise late.stopped from None
                else:
                    effect = flow.send(value)
        except StopIteration as end:
            ended: T = end.value
            return ended
        finally:
            flow.close()
            if self._watch is not None:
                self._watch.report()

    async def _perform(self, effect: Effect[object], run: FlowRun) -> object:
        run.check_process()
        match effect:
            case Send(account, call):
                return await self._exchange(account, call)
            case Pause(seconds):
                await self._sleep(seconds)
            case Now():
                return monotonic() - run.waited
            case WallClock():
                return wall_clock()
            case Chance():
                return chance()
            case Work(do):
                return await self._working(do)
            case _:
                return await self._perform_with_files(effect, run)
        return None

    async def _perform_with_files(self, effect: Effect[object], run: FlowRun) -> Reply:
        """Send a request without the key of a client, when there is a free connection.

        In the pool of httpx the wait would count for its timeout, and by `Now` as time without progress.
        """
        from vidu_ext.flows.file_effects import Fetch, Put  # an upload or a download has loaded it

        if not isinstance(effect, Fetch | Put):
            raise TypeError(f"no driver knows the effect {type(effect).__name__}")
        began = monotonic()
        await settled(self._gates[KEYLESS].acquire())
        try:
            run.waited += monotonic() - began
            check_open(is_closed=self._is_closed)
            client = await self._client_of(self._options.proxy_for(effect.url, self._transport) or KEYLESS)
            if isinstance(effect, Put):
                return await self._answer(client, put_request(client, effect, self._options))
            return await self._fetch(client, effect, run)
        finally:
            if not run.is_inherited:
                self._gates[KEYLESS].release()

    async def _fetch(self, client: ClientT, effect: Fetch, run: FlowRun) -> Reply:
        response = await self._open(client, fetch_request(client, effect, self._endpoints))
        try:
            head = Reply(response.status_code, received_headers(response.headers, wall_clock), b"")
            if (write := effect.take(head)) is not None:
                await self._receive(response, effect, write)
            return head
        finally:
            if not run.is_inherited:
                await self._close_response(response)

    async def _receive(self, response: httpx.Response, effect: Fetch, write: Write) -> None:
        pieces = _Pieces(effect, write, self._working)
        try:
            await self._copy(response, pieces.write)
        except BaseException:
            pieces.store()
            raise
        await pieces.flush()

    async def _exchange(self, account: str, call: Call) -> Reply:
        """Send a call and return the answer. Raises ExchangeError if none arrives."""
        client = await self._client_of(account, creates=call.creates)
        endpoint, gate = self._endpoints[account], self._gates[account]
        try:
            await settled(gate.acquire())
        except BaseException as stopped:
            if call.creates:
                raise LateOutcomeError(ExchangeError(NOT_BEGUN, sent=False), stopped) from None
            raise
        try:
            began = monotonic()
            request = endpoint.request(client, call, self._options)
            reply = await self._answer(client, request, creates=call.creates, endpoint=endpoint)
            reply = endpoint.with_doubt(reply, request)
        except ExchangeError as failure:
            left = "may have been sent" if failure.sent else "was not sent"
            logger.info("%s at %s %s: %s", call.operation, account, left, endpoint.with_setting_hint(failure).detail)
            raise
        finally:
            gate.release()
        logger.debug("%s at %s: HTTP %d in %.3f s", call.operation, account, reply.status, monotonic() - began)
        if self._watch is not None:
            self._watch.look(account, call, reply)
        return reply

    async def _answer(
        self, client: ClientT, request: httpx.Request, *, creates: bool = False, endpoint: Endpoint | None = None
    ) -> Reply:
        seconds = self._options.timeouts.exchange
        deadline = monotonic() + seconds
        response = await self._open(client, request, seconds=seconds)
        answer = Answer(response, deadline, monotonic, keeps_part=creates)
        try:
            await self._copy(response, answer.write)
        except ExchangeError as failure:
            answer.broken_off(failure)
        finally:
            await self._close_response(response)
        reply = answer.reply(wall_clock)
        return reply if endpoint is None else endpoint.without_key(reply)

    async def _open(self, client: ClientT, request: httpx.Request, *, seconds: float | None = None) -> httpx.Response:
        check_open(is_closed=client.is_closed)
        try:
            response = await self._send(client, request, seconds=seconds)
        except ExchangeError:
            raise
        except Exception as error:
            raise failure_of(error, self._proxy_of(request), request=request, is_first=not self._is_reached) from error
        self._is_reached = True
        return response

    async def _copy(self, response: httpx.Response, write: Callable[[bytes], Awaitable[None] | None]) -> None:
        read = self._read(response)
        while True:
            try:
                chunk = await settled(read())
            except Exception as error:
                raise failure_of(error) from error
            if chunk is None:
                return
            if (pending := write(chunk)) is not None:
                await pending


class _Pieces:
    """Receives the chunks of a body. Writes several at a time, as slow work, if writing may block."""

    def __init__(self, effect: Fetch, write: Write, working: Callable[[Callable[[], object]], Awaitable[object]]) -> None:
        self._effect = effect
        self._write = write
        self._working = working
        self._held: list[bytes] = []
        self._size = 0
        self._stored = monotonic()

    def write(self, chunk: bytes) -> Awaitable[None] | None:
        self._held.append(chunk)
        self._size += len(chunk)
        if not self._effect.may_block:
            self.store()
            self._effect.report()
            return None
        return self.flush() if self._size >= PIECE_BYTES or monotonic() - self._stored >= PIECE_SECONDS else None

    async def flush(self) -> None:
        if self._held:
            await self._working(self.store)
            self._effect.report()

    def store(self) -> None:
        """Write the chunks held. If `write` raises, they are not written again."""
        held, self._held, self._size = b"".join(self._held), [], 0
        self._stored = monotonic()
        if held:
            self._write(held)


def finish(work: Callable[P, Coroutine[object, None, T]], *args: P.args, **options: P.kwargs) -> T:
    """Run a coroutine that awaits nothing but other such coroutines, and return its value."""
    try:
        work(*args, **options).send(None)  # one expression, so that no interrupt leaves a coroutine that never ran
    except StopIteration as end:
        return cast("T", end.value)
    raise AssertionError("a step of the blocking driver waits for an event loop")


class SyncDriver(Driver[httpx.Client]):
    """Runs flows in the calling thread. One driver serves many threads."""

    def __init__(self, endpoints: Mapping[str, Endpoint], options: HttpOptions, watch: DriftWatch | None = None) -> None:
        transport = options.transport
        super().__init__(endpoints, options, watch, make_client=httpx.Client, make_gate=threading.Semaphore, transport=transport)
        self._was_interrupted = False

    def run(self, flow: Flow[T]) -> T:
        """Run a flow and return its value. The flow is closed whatever happens."""
        try:
            return finish(self._run, flow)
        except BaseException as ending:
            self._was_interrupted = self._was_interrupted or not isinstance(ending, Exception)
            raise

    def send(self, account: str, call: Call) -> Reply:
        """Send a call and return the answer. Raises ExchangeError if none arrives."""
        return finish(self._exchange, account, call)

    def close(self) -> None:
        for client in self._shut():
            if self._was_interrupted:
                _close_soon(client)
            else:
                client.close()


def _close_soon(client: httpx.Client) -> None:
    """Close a client in a thread, and wait at most CLOSE_SECONDS for it."""
    closing = threading.Thread(target=client.close, name="vidu-ext close", daemon=True)
    with suppress(RuntimeError):  # no thread can start while the program ends, which closes the connections
        closing.start()
        closing.join(CLOSE_SECONDS)


class SyncPoller:
    """Runs the poll queues of one client: one waiting thread runs the poll loop, the others are notified.

    Every poll is sent in a daemon thread of its own, so that an answer that hangs delays no deadline, no other task and not the
    end of an interrupted program.
    """

    def __init__(self, driver: SyncDriver, queue: Callable[[str], PollQueue], in_flight: Mapping[str, int]) -> None:
        self.queues: Final = PerAccount(queue)
        self._turns = PerAccount(lambda _: threading.Condition())
        self._driver = driver
        self._in_flight = in_flight
        self._asking = PerAccount(lambda _: 0)
        """How many requests are in flight, by account."""
        self._led_in: object = None
        """The process of the thread that runs the poll loop; None while none does."""

    @property
    def turn(self) -> threading.Condition:
        """The condition to hold while a wait joins or leaves a poll queue. It is notified of every answer."""
        return self._turns[ONLY]

    def close(self) -> None:
        """End every wait, because nothing is polled any more."""
        with self.turn:
            for queue in self.queues.values():
                queue.break_down(ClientClosedError())
            self.turn.notify_all()

    def wake(self, account: str, task_id: str) -> None:
        """Poll a task at once, if it is waited for."""
        with self.turn:
            if account in self.queues:
                self.queues[account].wake(task_id, monotonic())
                self.turn.notify_all()

    def wait(self, is_done: Callable[[], bool], deadline: float | None) -> bool:
        """Poll until `is_done` or the deadline. Return whether it was done. The caller holds `turn`."""
        while not is_done():
            left = None if deadline is None else deadline - monotonic()
            if left is not None and left <= 0:
                return False
            if self._led_in is this_process():
                self.turn.wait(left)
                continue
            self._led_in = this_process()
            try:
                self._lead(is_done, deadline)
            except Exception as fault:
                for queue in self.queues.values():
                    queue.break_down(fault)
            finally:
                self._led_in = None
                self.turn.notify_all()
        return True

    def _lead(self, is_done: Callable[[], bool], deadline: float | None) -> None:
        """Run the poll loop until the wait of this thread is over."""
        while not is_done() and (deadline is None or monotonic() < deadline):
            dues = [] if deadline is None else [deadline]
            for name, queue in self.queues.items():
                for request in queue.take_due(monotonic(), most=self._in_flight[name] - self._asking[name]):
                    self._asking[name] += 1
                    self._begin(queue, request)
                due = queue.next_due()
                if due is not None and self._asking[name] < self._in_flight[name]:
                    dues.append(due)
            self.turn.wait(max(min(dues) - monotonic(), 0.0) if dues else None)

    def _begin(self, queue: PollQueue, request: PollRequest) -> None:
        context = copy_context()  # so that tracing spans of the poll belong to the thread that runs the poll loop
        thread = threading.Thread(
            target=context.run, args=(self._ask, queue, request), name=f"vidu-ext {queue.account}", daemon=True
        )
        try:
            thread.start()
        except RuntimeError as fault:  # the system has no free thread at the moment
            self._process_answer(queue, request, ExchangeError(str(fault), sent=False))

    def _ask(self, queue: PollQueue, request: PollRequest) -> None:
        answer: Reply | Exception
        try:
            answer = self._driver.send(queue.account, request.call)
        except Exception as failure:
            answer = failure
        with self.turn:
            self._process_answer(queue, request, answer)

    def _process_answer(self, queue: PollQueue, request: PollRequest, answer: Reply | Exception) -> None:
        self._asking[queue.account] -= 1
        queue.answered(request, answer, monotonic())
        self.turn.notify_all()
