"""A client against a server of these tests, with policies of milliseconds: one call, or a run of submit, wait and download."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial, wraps
from pathlib import Path
from typing import Any, Final, Literal, ParamSpec, cast

import pytest
from attrs import evolve, field, frozen
from provider_forms import Object
from provider_tasks import film_of
from server import Server

from vidu_ext import (
    Account,
    AsyncTask,
    AsyncTaskResult,
    AsyncVidu,
    DownloadOptions,
    PollPolicy,
    RetryPolicy,
    Settings,
    SettlePolicy,
    TaskRef,
    TextToVideo,
    Timeouts,
    Vidu,
)
from vidu_ext.client.account_choice import Keys
from vidu_ext.flows.effects import Flow
from vidu_ext.providers import PROVIDERS as PROVIDERS
from vidu_ext.providers import provider_named
from vidu_ext.providers.base import UnsupportedError
from vidu_ext.transport.async_driver import AsyncDriver
from vidu_ext.transport.driver import SyncDriver
from vidu_ext.transport.endpoint import Endpoint
from vidu_ext.transport.options import HttpOptions
from vidu_ext.transport.part_file import part_of
from vidu_ext.values.errors import SubmissionUnknownError, SubmitError, TaskError, ViduError

P = ParamSpec("P")
Way = Literal["blocking", "awaited"]
WAYS: Final[tuple[Way, ...]] = ("blocking", "awaited")
PROMPT: Final = "a paper bird"
PATIENCE: Final = 60.0
"""Seconds after which a test gives up a wait that should have ended long before."""
NEVER_COMES: Final = 3600.0
"""Seconds of a pause that a passing test does not wait for; pytest ends a test that does."""

MOST_AT_ONCE: Final = 48
"""Calls that a `Threaded` makes at the same time."""

RETRY: Final = RetryPolicy(first=0.005, ceiling=0.03, budget=1.0)
POLL: Final = PollPolicy(floor=0.005, ceiling=0.01)


def brief(*, silence: float = 5.0, retry: RetryPolicy = RETRY, window: float = 0.06, poll: PollPolicy = POLL) -> Settings:
    """Return settings that give up soon: after `silence` seconds a hanging answer, after `window` the search for a lost task."""
    timeouts = Timeouts(connect=5.0, read=silence, create_read=silence, write=5.0)
    return Settings(retry=retry, settle=SettlePolicy(window=window, first=0.005), poll=poll, timeouts=timeouts, verify=False)


def account(server: Server) -> Account:
    return Account(provider=server.provider, name=server.account, key=server.key, base_url=server.url)


def request_for(provider: str) -> TextToVideo:
    """Return a request that the provider takes, with a model if its routes have one."""
    request = TextToVideo(prompt=PROMPT, model="viduq3-turbo", duration=5)
    try:
        provider_named(provider).encode(request)
    except UnsupportedError:
        return evolve(request, model=None)  # the path of its route names the model
    return request


def body_for(provider: str) -> Object:
    """Return the JSON that the provider receives for `request_for`, without an idempotency key."""
    model = request_for(provider).model
    return {**({} if model is None else {"model": model}), "prompt": PROMPT, "duration": 5}


def task_at(server: Server) -> TaskRef:
    """Return the reference of a new task that no client of the test submitted."""
    return TaskRef(server.account, server.make(body_for(server.provider)).id)


class Awaited:
    """An AsyncVidu, or a task or result of one, with methods that block: each runs the event loop until it has returned."""

    def __init__(self, runner: asyncio.Runner, awaited: Any) -> None:
        self._runner = runner
        self._awaited = awaited

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._awaited, name)
        return partial(self._call, value) if callable(value) else value

    def _call(self, method: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        plain = [vars(argument)["_awaited"] if isinstance(argument, Awaited) else argument for argument in arguments]
        return self._blocking(method(*plain, **options))

    def _blocking(self, value: object) -> Any:
        if isinstance(value, AsyncIterator):
            return self._items(cast("AsyncIterator[object]", value))
        if isinstance(value, Awaitable):
            value = self._run(cast("Awaitable[object]", value))
        if isinstance(value, list):
            return [self._blocking(item) for item in cast("list[object]", value)]
        return Awaited(self._runner, value) if isinstance(value, AsyncTask | AsyncTaskResult) else value

    def _run(self, value: Awaitable[object]) -> object:
        async def run() -> object:
            return await value

        return self._runner.run(run())

    def _items(self, stream: AsyncIterator[object]) -> Iterator[Any]:
        with suppress(StopAsyncIteration):
            while True:
                yield self._blocking(self._run(anext(stream)))


@contextmanager
def client(way: Way, accounts: Keys, settings: Settings | None = None, **options: Any) -> Generator[Any]:
    """Yield a Vidu, or an AsyncVidu whose methods block, so that one test is for both."""
    if way == "blocking":
        with Vidu(accounts, settings=settings or brief(), **options) as vidu:
            yield vidu
        return
    with asyncio.Runner() as runner:
        awaited = Awaited(runner, AsyncVidu(accounts, settings=settings or brief(), **options))
        try:
            yield awaited
        finally:
            awaited.close()


class Threaded:
    """A Vidu with methods that return awaitables: each runs in a thread."""

    def __init__(self, vidu: Vidu, pool: ThreadPoolExecutor) -> None:
        self._vidu = vidu
        self._pool = pool

    def __getattr__(self, name: str) -> Callable[..., asyncio.Future[Any]]:
        method: Callable[..., Any] = getattr(self._vidu, name)

        def call(*arguments: Any, **options: Any) -> asyncio.Future[Any]:
            return asyncio.get_running_loop().run_in_executor(self._pool, partial(method, *arguments, **options))

        return call


def awaitable_client(way: Way, accounts: Keys, settings: Settings) -> Any:
    """Return an AsyncVidu, or a Vidu whose methods can be awaited, so that one test of calls at the same time is for both."""
    if way == "awaited":
        return AsyncVidu(accounts, settings=settings)
    return Threaded(Vidu(accounts, settings=settings), ThreadPoolExecutor(MOST_AT_ONCE))


def call_client(way: Way, accounts: Keys, call: Callable[[Any], Any], settings: Settings | None = None) -> Any:
    """Return the result of one call of a new client."""
    with client(way, accounts, settings) as vidu:
        return call(vidu)


def run_flow(way: Way, endpoints: Mapping[str, Endpoint], options: HttpOptions, *flows: Flow[Any]) -> Any:
    """Run the flows with one new driver, and return the value of the last."""

    async def awaited() -> Any:
        driver = AsyncDriver(endpoints, options)
        try:
            return [await driver.run(flow) for flow in flows][-1]
        finally:
            await driver.close()

    if way == "awaited":
        return asyncio.run(awaited())
    driver = SyncDriver(endpoints, options)
    try:
        return [driver.run(flow) for flow in flows][-1]
    finally:
        driver.close()


@frozen
class Ended:
    """What a run leaves its user with: the film or an error."""

    film: bytes | None
    error: ViduError | None
    accepted: tuple[TaskRef, ...] = field(factory=tuple)
    """The references given to on_accepted."""


def run(way: Way, servers: Sequence[Server], settings: Settings | None = None, *, timeout: float = PATIENCE) -> Ended:
    """Submit one request to the servers in their order, and return the film or the ViduError. Other errors are raised.

    What must hold whatever a server does is checked if there is one server.
    """
    accounts = [account(server) for server in servers]
    options = DownloadOptions(retry=RETRY)
    accepted: list[TaskRef] = []
    film = io.BytesIO()
    request = request_for(servers[0].provider)
    error: ViduError | None = None

    try:
        with client(way, accounts, settings) as vidu:
            vidu.submit(request, on_accepted=accepted.append).wait(timeout=timeout).download(film, options=options)
    except ViduError as failure:
        error = failure
    ended = Ended(None if error else film.getvalue(), error, tuple(accepted))
    if len(servers) == 1:
        check(ended, servers[0])
    return ended


def check(ended: Ended, server: Server) -> None:
    """Check what holds whatever a server does: at most one task is paid, and the film or the error names it."""
    assert len(server.paid) <= 1
    paid = server.paid[0] if server.paid else None
    assert [str(ref) for ref in ended.accepted] in ([], [f"{server.account}:{paid.id}" if paid else ""])
    if ended.error is None:
        assert paid is not None
        assert ended.film == film_of(paid.id)
        return
    assert ended.film is None
    if isinstance(ended.error, TaskError):
        assert paid is not None
        assert ended.error.ref == TaskRef(server.account, paid.id)
        assert paid.id in str(ended.error)
    elif isinstance(ended.error, SubmissionUnknownError):
        submission = ended.error.submission
        assert submission.account == server.account
        if paid is not None and provider_named(server.provider).settlement in ("payload", "idempotency-key"):
            assert submission.idempotency_key == (paid.key or paid.body.get("payload"))
            assert str(submission.idempotency_key) in str(ended.error)
    elif isinstance(ended.error, SubmitError):
        assert paid is None, "paid, and the error says that nothing is"


def assert_download_resumes(ref: str, server: Server, folder: Path) -> None:
    """Download the rest of a film that has a part file, and check that only the rest was fetched."""
    part = part_of(folder / "film.mp4")
    kept = part.stat().st_size
    assert 0 < kept <= 5000
    with Vidu([account(server)], settings=brief()) as vidu:
        vidu.download(ref, folder / "film.mp4")
    assert server.calls("film")[-1].headers["range"] == f"bytes={kept}-"
    assert (folder / "film.mp4").read_bytes() == film_of(server.paid[0].id)
    assert not part.exists()


def in_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a coroutine function as a test."""

    @wraps(test)
    def run_test(*arguments: P.args, **options: P.kwargs) -> None:
        asyncio.run(test(*arguments, **options))

    return run_test


both_ways = pytest.mark.parametrize("way", WAYS)


def crossed(name: str, cases: Iterable[object], *, ids: Callable[[Any], str] = str) -> pytest.MarkDecorator:
    """Try each case blocking at one provider and awaited at the next, in turn, so that each provider meets every other case."""
    values = [
        pytest.param(case, provider, way, id=f"{ids(case)}-{provider}")
        for row, case in enumerate(cases)
        for at, way in enumerate(WAYS)
        for provider in [PROVIDERS[(row + at * 2) % len(PROVIDERS)]]
    ]
    return pytest.mark.parametrize((name, "provider", "way"), values)


all_providers = pytest.mark.parametrize("provider", PROVIDERS)
