"""The two drivers that run flows and the two that run boards: the only code with a clock or a socket.

Sync and async differ here and in client.py, nowhere else. A driver carries out effects and decides nothing.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import httpx

from .door import Door, Wiring, failure_of, fetch_request, log_exchange, log_failure, lower_names, put_request
from .effects import Chance, Effect, Fetch, Flow, Head, Now, Pause, Put, Receive, Send, WallClock
from .errors import ConfigurationError, ViduError
from .exchange import Call, ExchangeError, Reply
from .watching import Ask, Board

T = TypeVar("T")
logger: Final = logging.getLogger("vidu_ext")

BARE_CONNECTIONS: Final = 32
"""Connections for downloads and uploads, which go to many hosts."""

CANCEL_GRACE: Final = 5.0
"""Seconds that a cancelled submit still waits for the answer to a create that is on the wire."""

monotonic: Final[Callable[[], float]] = time.monotonic
chance: Final[Callable[[], float]] = random.SystemRandom().random


def _value_of(effect: Effect) -> float:
    """What the effects give that need no waiting."""
    match effect:
        case Now():
            return monotonic()
        case WallClock():
            return time.time()
        case Chance():
            return chance()
        case _:
            raise TypeError(f"no driver knows the effect {type(effect).__name__}")


def _check_open(client: httpx.Client | httpx.AsyncClient) -> None:
    if client.is_closed:
        raise ConfigurationError("this client is closed, so nothing was sent. Call it inside its with block, or make another.")


# -- sync -----------------------------------------------------------------------------------------------------------------


class SyncDriver:
    """Runs flows in the calling thread. One driver serves many threads."""

    def __init__(self, doors: Mapping[str, Door], wiring: Wiring) -> None:
        self._doors = doors
        self._wiring = wiring
        self._clients = {
            name: httpx.Client(
                base_url=door.base_url, headers=door.headers(), transport=wiring.transport, **wiring.options(door.in_flight)
            )
            for name, door in doors.items()
        }
        self._gates = {name: threading.BoundedSemaphore(door.in_flight) for name, door in doors.items()}
        self._bare = httpx.Client(transport=wiring.transport, **wiring.options(BARE_CONNECTIONS))

    def close(self) -> None:
        for client in (*self._clients.values(), self._bare):
            client.close()

    def run(self, flow: Flow[T]) -> T:
        """What the flow ends with. The flow and its open download are closed whatever happens."""
        download: list[httpx.Response] = []
        try:
            effect = next(flow)
            while True:
                try:
                    value = self._perform(effect, download)
                except ExchangeError as failure:
                    effect = flow.throw(failure)
                else:
                    effect = flow.send(value)
        except StopIteration as end:
            ended: T = end.value
            return ended
        finally:
            flow.close()
            _close_all(download)

    def _perform(self, effect: Effect, download: list[httpx.Response]) -> object:
        match effect:
            case Send(account, call):
                return self.send(account, call)
            case Pause(seconds):
                time.sleep(seconds)
                return None
            case Put():
                return self._exchange(self._bare, put_request(self._bare, effect, self._wiring), keeps_part=False)
            case Fetch():
                _close_all(download)
                response = self._open(self._bare, fetch_request(self._bare, effect, self._doors))
                download.append(response)
                return Head(response.status_code, lower_names(response.headers))
            case Receive(sink):
                return self._copy(download[-1], sink.write)
            case _:
                return _value_of(effect)

    def send(self, account: str, call: Call) -> Reply:
        """The answer to a call. Raises ExchangeError where none came."""
        client, door = self._clients[account], self._doors[account]
        with self._gates[account]:
            began = monotonic()
            try:
                request = door.request(client, call, self._wiring)
                reply = self._exchange(client, request, keeps_part=call.creates, clean=door.without_key)
            except ExchangeError as failure:
                log_failure(account, call, failure)
                raise
            log_exchange(account, call, reply.status, monotonic() - began)
            return reply

    def _exchange(
        self, client: httpx.Client, request: httpx.Request, *, keeps_part: bool, clean: Callable[[bytes], bytes] = bytes
    ) -> Reply:
        response = self._open(client, request)
        content = bytearray()
        try:
            self._copy(response, content.extend)
        except ExchangeError:
            if not keeps_part:
                raise
        finally:
            response.close()
        return Reply(response.status_code, lower_names(response.headers), clean(bytes(content)))

    def _open(self, client: httpx.Client, request: httpx.Request) -> httpx.Response:
        _check_open(client)
        try:
            return client.send(request, stream=True)
        except Exception as error:
            raise failure_of(error) from error

    def _copy(self, response: httpx.Response, write: Callable[[bytes], object]) -> int:
        count = 0
        chunks = response.iter_bytes()  # with a chunk size httpx loses the last bytes of a body that breaks off
        while True:
            try:
                chunk = next(chunks, None)
            except Exception as error:
                raise failure_of(error) from error
            if chunk is None:
                return count
            write(chunk)
            count += len(chunk)


def _close_all(responses: list[httpx.Response]) -> None:
    while responses:
        responses.pop().close()


class SyncPoller:
    """Runs the boards of one client for the threads that wait: one of them leads, the others are told.

    Every question is asked in a thread of its own, a daemon: an answer that hangs keeps no deadline from coming, no other
    task from ending and no interrupted program from its end.
    """

    def __init__(self, driver: SyncDriver, in_flight: Mapping[str, int]) -> None:
        self.boards: dict[str, Board] = {}
        self.turn: Final = threading.Condition()
        """To be held by whoever joins or leaves a board; notified of every answer."""
        self._driver = driver
        self._in_flight = in_flight
        self._asking: Counter[str] = Counter()
        self._is_led = False

    def close(self) -> None:
        """End every wait: nobody will ask any more."""
        with self.turn:
            for board in self.boards.values():
                board.abandon()
            self.turn.notify_all()

    def wait(self, is_done: Callable[[], bool], deadline: float | None) -> bool:
        """Whether it was done before the deadline. Asks and listens meanwhile. `turn` is held by the caller."""
        while not is_done():
            left = None if deadline is None else deadline - monotonic()
            if left is not None and left <= 0:
                return False
            if self._is_led:
                self.turn.wait(left)
                continue
            self._is_led = True
            try:
                self._lead(is_done, deadline)
            finally:
                self._is_led = False
                self.turn.notify_all()
        return True

    def _lead(self, is_done: Callable[[], bool], deadline: float | None) -> None:
        """Have everything asked when it is due, until the leader's own wait is over."""
        while not is_done() and (deadline is None or monotonic() < deadline):
            dues = [] if deadline is None else [deadline]
            for name, board in self.boards.items():
                for ask in board.take_due(monotonic(), most=self._in_flight[name] - self._asking[name]):
                    self._asking[name] += 1
                    threading.Thread(target=self._ask, args=(board, ask), name=f"vidu-ext {name}", daemon=True).start()
                due = board.next_due()
                if due is not None and self._asking[name] < self._in_flight[name]:
                    dues.append(due)
            self.turn.wait(max(min(dues) - monotonic(), 0.0) if dues else None)

    def _ask(self, board: Board, ask: Ask) -> None:
        answer: Reply | Exception
        try:
            answer = self._driver.send(board.account, ask.call)
        except Exception as failure:
            answer = failure
        with self.turn:
            self._asking[board.account] -= 1
            board.answered(ask, answer, monotonic())
            self.turn.notify_all()


# -- async ----------------------------------------------------------------------------------------------------------------


class AsyncDriver:
    """Runs flows in the running event loop."""

    def __init__(self, doors: Mapping[str, Door], wiring: Wiring) -> None:
        self._doors = doors
        self._wiring = wiring
        self._clients = {
            name: httpx.AsyncClient(
                base_url=door.base_url, headers=door.headers(), transport=wiring.async_transport, **wiring.options(door.in_flight)
            )
            for name, door in doors.items()
        }
        self._gates = {name: asyncio.Semaphore(door.in_flight) for name, door in doors.items()}
        self._bare = httpx.AsyncClient(transport=wiring.async_transport, **wiring.options(BARE_CONNECTIONS))

    async def close(self) -> None:
        for client in (*self._clients.values(), self._bare):
            await client.aclose()

    async def run(self, flow: Flow[T], *, late: Callable[[T], object] | None = None) -> T:
        """What the flow ends with. The flow and its open download are closed whatever happens.

        A cancellation that meets a create on the wire waits a little for the answer. Where that is the end of the flow,
        `late` is given what it ended with before the cancellation goes on.
        """
        download: list[httpx.Response] = []
        try:
            effect = next(flow)
            while True:
                try:
                    value = await self._perform(effect, download)
                except ExchangeError as failure:
                    effect = flow.throw(failure)
                except _LateAnswerError as answer:
                    for ending in _ends(flow, answer.reply):
                        if late is not None:
                            late(ending)
                    raise answer.cancelled from None
                else:
                    effect = flow.send(value)
        except StopIteration as end:
            ended: T = end.value
            return ended
        finally:
            flow.close()
            await _aclose_all(download)

    async def _perform(self, effect: Effect, download: list[httpx.Response]) -> object:
        match effect:
            case Send(account, call):
                return await self.send(account, call)
            case Pause(seconds):
                await asyncio.sleep(seconds)
                return None
            case Put():
                return await self._exchange(self._bare, put_request(self._bare, effect, self._wiring), keeps_part=False)
            case Fetch():
                await _aclose_all(download)
                response = await self._open(self._bare, fetch_request(self._bare, effect, self._doors))
                download.append(response)
                return Head(response.status_code, lower_names(response.headers))
            case Receive(sink):
                return await self._copy(download[-1], sink.write)
            case _:
                return _value_of(effect)

    async def send(self, account: str, call: Call) -> Reply:
        """The answer to a call. Raises ExchangeError where none came."""
        client, door = self._clients[account], self._doors[account]
        async with self._gates[account]:
            began = monotonic()
            try:
                request = door.request(client, call, self._wiring)
                exchange = self._exchange(client, request, keeps_part=call.creates, clean=door.without_key)
                reply = await (_answer_despite_cancel(asyncio.ensure_future(exchange)) if call.creates else exchange)
            except ExchangeError as failure:
                log_failure(account, call, failure)
                raise
            log_exchange(account, call, reply.status, monotonic() - began)
            return reply

    async def _exchange(
        self, client: httpx.AsyncClient, request: httpx.Request, *, keeps_part: bool, clean: Callable[[bytes], bytes] = bytes
    ) -> Reply:
        response = await self._open(client, request)
        content = bytearray()
        try:
            await self._copy(response, content.extend)
        except ExchangeError:
            if not keeps_part:
                raise
        finally:
            await response.aclose()
        return Reply(response.status_code, lower_names(response.headers), clean(bytes(content)))

    async def _open(self, client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
        _check_open(client)
        try:
            return await client.send(request, stream=True)
        except Exception as error:
            raise failure_of(error) from error

    async def _copy(self, response: httpx.Response, write: Callable[[bytes], object]) -> int:
        count = 0
        chunks = response.aiter_bytes()  # as above
        while True:
            try:
                chunk = await anext(chunks, None)
            except Exception as error:
                raise failure_of(error) from error
            if chunk is None:
                return count
            write(chunk)
            count += len(chunk)


class _LateAnswerError(Exception):
    """The caller was cancelled while a create was on the wire, and the answer still came."""

    def __init__(self, reply: Reply, cancelled: asyncio.CancelledError) -> None:
        self.reply = reply
        self.cancelled = cancelled


async def _answer_despite_cancel(exchange: asyncio.Future[Reply]) -> Reply:
    """The answer to a create, which is on the wire and cannot be called back, so that a cancel loses no accepted task."""
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


def _ends(flow: Flow[T], reply: Reply) -> list[T]:
    """What the flow ends with when it is given this answer; nothing where it wants to go on."""
    try:
        flow.send(reply)
    except StopIteration as end:
        return [end.value]
    except ViduError:
        pass  # an error that nobody waits for any more
    return []


async def _aclose_all(responses: list[httpx.Response]) -> None:
    while responses:
        await responses.pop().aclose()


class AsyncPoller:
    """Runs a board in the background for as long as anything on it is waited for."""

    def __init__(self, board: Board, driver: AsyncDriver, *, in_flight: int) -> None:
        self.board = board
        self._driver = driver
        self._in_flight = in_flight
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._asking: set[asyncio.Task[None]] = set()

    def kick(self) -> None:
        """Look at the board again, because somebody joined or is in a hurry."""
        if self._loop is None or self._loop.done():
            self._loop = asyncio.get_running_loop().create_task(self._run(), name=f"vidu-ext {self.board.account}")
        self._wake.set()

    async def close(self) -> None:
        """End every wait: nobody will ask any more."""
        self.board.abandon()
        tasks = [task for task in (self._loop, *self._asking) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        while len(self.board):
            self._wake.clear()
            now = monotonic()
            for ask in self.board.take_due(now, most=self._in_flight - len(self._asking)):
                task = asyncio.create_task(self._ask(ask))
                self._asking.add(task)
                task.add_done_callback(self._asking.discard)
            due = self.board.next_due()
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

    async def _ask(self, ask: Ask) -> None:
        answer: Reply | Exception
        try:
            answer = await self._driver.send(self.board.account, ask.call)
        except Exception as failure:
            answer = failure
        self.board.answered(ask, answer, monotonic())
        self._wake.set()
