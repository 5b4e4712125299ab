"""The blocking drivers of flows and of poll queues; the clock and the randomness of the package.

async_driver.py has the same names, awaited. This module imports no event loop, because a blocking program does not need one.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Final, TypeVar

from vidu_ext.flows.effects import Chance, Effect, Fetch, Flow, Head, Now, Open, Pause, Put, Receive, Send, WallClock, Work
from vidu_ext.values.errors import ClientClosedError, ConfigurationError, ViduError
from vidu_ext.values.exchange import Call, ExchangeError, Reply
from vidu_ext.values.forks import ONLY, PerAccount, this_process
from vidu_ext.values.http_library import httpx
from vidu_ext.values.tasks import is_account_name

from .answer_body import Answer, raw_chunks, received_headers
from .endpoint import Endpoint, client_arguments, failure_of, fetch_request, log_exchange, log_failure, put_request
from .options import KEYLESS_CONNECTIONS, HttpOptions, making_a_client

if TYPE_CHECKING:
    from vidu_ext.flows.drift_watch import DriftWatch
    from vidu_ext.flows.poll import PollQueue, PollRequest

T = TypeVar("T")

KEYLESS: Final = ONLY
"""Takes the place of an account's name for the client without a key."""

CLOSE_SECONDS: Final = 2.0
"""Seconds that closing a client may take after an interrupt, which may have left a lock of httpcore held for ever."""

monotonic: Final[Callable[[], float]] = time.monotonic
wall_clock: Final[Callable[[], float]] = time.time
chance: Final[Callable[[], float]] = random.SystemRandom().random


def value_of(effect: Effect[object]) -> object:
    """Return the value of an effect that needs no waiting and is the same for every flow."""
    match effect:
        case Open():
            from .part_file import open_destination  # 5 ms that only a download needs

            return open_destination(effect)
        case WallClock():
            return wall_clock()
        case Chance():
            return chance()
        case _:
            raise TypeError(f"no driver knows the effect {type(effect).__name__}")


class KeylessUse:
    """State of one flow's use of the client without a key: its connection slot, its open response, its waiting time in all."""

    def __init__(self) -> None:
        self.has_place = False
        self.download: httpx.Response | None = None
        self.waited = 0.0
        self._process = this_process()

    @property
    def is_inherited(self) -> bool:
        """Whether the flow began in the process from which this one was forked, and continues there."""
        return self._process is not this_process()

    def check_process(self) -> None:
        """Raise ConfigurationError in a forked child: both processes would send the same and read each other's answers."""
        if self.is_inherited:
            raise ConfigurationError(
                "this call began before the process was forked, and continues in the parent. Nothing more is sent from the child:"
                " make calls of its own there."
            )


def max_in_flight(endpoints: Mapping[str, Endpoint], account: str) -> int:
    """Return how many requests a client may have in flight."""
    return KEYLESS_CONNECTIONS if account == KEYLESS else endpoints[account].in_flight


def check_open(*, is_closed: bool) -> None:
    if is_closed:
        raise ClientClosedError


class SyncDriver:
    """Runs flows in the calling thread. One driver serves many threads."""

    def __init__(self, endpoints: Mapping[str, Endpoint], options: HttpOptions, watch: DriftWatch | None = None) -> None:
        self._endpoints = endpoints
        self._options = options
        self._watch = watch
        self._clients = PerAccount(self._client)
        self._gates = PerAccount(lambda account: threading.Semaphore(max_in_flight(endpoints, account)))
        self._trust = PerAccount(lambda _: options.trust(options.transport))
        self._is_closed = False
        self._is_reached = False
        self._was_interrupted = False

    def _client(self, name: str) -> httpx.Client:
        """Make a client. `name` is an account; for the client without a key, the URL of a proxy, or KEYLESS for no proxy."""
        check_open(is_closed=self._is_closed)
        transport = self._options.transport
        endpoint = self._endpoints[name] if is_account_name(name) else None
        proxy = self._options.proxy_for(endpoint.base_url, transport) if endpoint else name or None
        with making_a_client(reads_proxies=transport is None and self._options.proxy is None):
            return httpx.Client(transport=transport, **client_arguments(endpoint, self._options, self._trust, proxy))

    def _keyless(self, url: str) -> httpx.Client:
        return self._clients[self._options.proxy_for(url, self._options.transport) or KEYLESS]

    def close(self) -> None:
        self._is_closed = True
        self._gates[KEYLESS].release()  # a waiting thread sees that the driver is closed, and releases the next one
        for client in list(self._clients.values()):
            if self._was_interrupted:
                _close_soon(client)
            else:
                client.close()

    def run(self, flow: Flow[T]) -> T:
        """Run a flow and return its value. The flow and its open download are closed whatever happens."""
        keyless = KeylessUse()
        try:
            effect = next(flow)
            while True:
                try:
                    value = self._perform(effect, keyless)
                except (ExchangeError, ViduError) as failure:
                    effect = flow.throw(failure)
                else:
                    effect = flow.send(value)
        except StopIteration as end:
            ended: T = end.value
            return ended
        except BaseException as ending:
            self._was_interrupted = self._was_interrupted or not isinstance(ending, Exception)
            raise
        finally:
            flow.close()
            self._leave(keyless)
            if self._watch is not None:
                self._watch.report()

    def _perform(self, effect: Effect[object], keyless: KeylessUse) -> object:
        keyless.check_process()
        match effect:
            case Send(account, call):
                return self.send(account, call)
            case Pause(seconds):
                self._leave(keyless)
                time.sleep(seconds)
                return None
            case Now():
                return monotonic() - keyless.waited
            case Put():
                self._enter(keyless)
                client = self._keyless(effect.url)
                reply = self._exchange(client, put_request(client, effect, self._options), keeps_part=False)
                self._leave(keyless)
                return reply
            case Fetch():
                self._enter(keyless)
                client = self._keyless(effect.url)
                keyless.download = response = self._open(client, fetch_request(client, effect, self._endpoints))
                return Head(response.status_code, received_headers(response.headers, wall_clock))
            case Receive(sink, report):

                def write(chunk: bytes) -> None:
                    sink.write(chunk)
                    report()

                self._copy(opened(keyless), write)
                self._leave(keyless)
                return None
            case Work(do):
                return do()
            case _:
                return value_of(effect)

    def _enter(self, keyless: KeylessUse) -> None:
        """Wait for a free connection of the client without a key.

        In the pool of httpx the wait would count for its timeout, and by `Now` as time without progress.
        """
        self._leave(keyless)
        began = monotonic()
        keyless.has_place = self._gates[KEYLESS].acquire()
        keyless.waited += monotonic() - began
        check_open(is_closed=self._is_closed)

    def _leave(self, keyless: KeylessUse) -> None:
        if keyless.is_inherited:
            return
        try:
            if keyless.download is not None:
                keyless.download.close()
        finally:
            keyless.download = None
            if keyless.has_place:
                keyless.has_place = False
                self._gates[KEYLESS].release()

    def send(self, account: str, call: Call) -> Reply:
        """Send a call and return the answer. Raises ExchangeError if none arrives."""
        client, endpoint = self._clients[account], self._endpoints[account]
        with self._gates[account]:
            began = monotonic()
            try:
                request = endpoint.request(client, call, self._options)
                reply = self._exchange(client, request, keeps_part=call.creates, clean=endpoint.without_key)
                reply = endpoint.with_doubt(reply, request)
            except ExchangeError as failure:
                log_failure(account, call, endpoint.with_setting_hint(failure))
                raise
        log_exchange(account, call, reply.status, monotonic() - began)
        if self._watch is not None:
            self._watch.look(account, call, reply)
        return reply

    def _exchange(
        self, client: httpx.Client, request: httpx.Request, *, keeps_part: bool, clean: Callable[[bytes], bytes] = bytes
    ) -> Reply:
        deadline = monotonic() + self._options.timeouts.exchange
        response = self._open(client, request)
        answer = Answer(response, deadline, monotonic, keeps_part=keeps_part)
        try:
            self._copy(response, answer.write)
        except ExchangeError as failure:
            answer.broken_off(failure)
        finally:
            response.close()
        return answer.reply(clean, wall_clock)

    def _open(self, client: httpx.Client, request: httpx.Request) -> httpx.Response:
        check_open(is_closed=client.is_closed)
        try:
            response = client.send(request, stream=True)
        except Exception as error:
            proxy = self._options.proxy_for(str(request.url), self._options.transport)
            raise failure_of(error, proxy, url=request.url, is_first=not self._is_reached) from error
        self._is_reached = True
        return response

    def _copy(self, response: httpx.Response, write: Callable[[bytes], object]) -> None:
        chunks = raw_chunks(response)  # with a chunk size httpx loses the last bytes of a body that breaks off
        while True:
            try:
                chunk = next(chunks, None)
            except Exception as error:
                raise failure_of(error) from error
            if chunk is None:
                return
            write(chunk)


def opened(keyless: KeylessUse) -> httpx.Response:
    """Return the answer that the last Fetch of a flow opened."""
    if keyless.download is None:
        raise AssertionError("a flow fetches before it receives")
    return keyless.download


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
                queue.abandon()
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
