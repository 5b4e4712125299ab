"""The emulator as a server in a thread of this process."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Final, Self

from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.environment import LOOPBACK, environment, is_this_machine, origin_of
from vidu_ext.values.errors import ConfigurationError, ViduError

from .extra import missing_extra

try:
    import uvicorn
    from uvicorn.protocols.http.h11_impl import H11Protocol
except ImportError as error:  # pragma: no cover  # shown by a test in a process of its own
    raise missing_extra(error) from error

from .app import CONNECTION, asgi

if TYPE_CHECKING:
    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.faults.rules import FaultRule
    from vidu_ext.emulator.settings import EmulatorSettings

    from .notice_delivery import Reach

HIGHEST_PORT: Final = 65_535
MOST_CONNECTIONS: Final = 2_000
"""Concurrent connections and requests; above it uvicorn answers 503."""
KEEP_ALIVE_SECONDS: Final = 75
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 10.0
LEAVING_SECONDS: Final = 1.0
"""How long an answer may take to end after its connection was closed."""

logger: Final = logging.getLogger("vidu_ext.emulator")


class EmulatorServer:
    """An emulator on a port of this machine, as a context manager; the server runs in a thread.

    `port` 0 takes a free one. `settings`, `clock`, `rules` and `seed` are those of an `Emulator`; or pass an `emulator`
    instead. Callbacks go to loopback hosts only unless `callbacks` is "anywhere". Raises ConfigurationError for another word
    there and if the address cannot be listened on, and MissingExtraError if the extra `emulator` is not installed.
    """

    def __init__(
        self,
        *,
        emulator: Emulator | None = None,
        settings: EmulatorSettings | None = None,
        host: str = LOOPBACK,
        port: int = 0,
        rules: Sequence[FaultRule | str] = (),
        clock: Clock | None = None,
        seed: int = 0,
        callbacks: Reach = "loopback",
    ) -> None:
        if emulator is not None and (settings is not None or clock is not None or rules):
            raise ConfigurationError("settings, clock and rules make a new emulator; give them, or a ready emulator, not both.")
        self.emulator: Final = emulator or Emulator(settings, clock=clock, rules=rules, seed=seed)
        self._host = host
        self._port = port
        self._app: Final = asgi(self.emulator, callbacks=callbacks, hosts=(host,))
        self._origin = ""
        self._server: _Server | None = None

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:49152`; the page and the control API are there. Raises ConfigurationError before the start."""
        if not self._origin:
            raise ConfigurationError("this emulator has no address yet. Start it in a with block.")
        return self._origin

    @property
    def urls(self) -> Mapping[str, str]:
        """Base URL by provider, as `Account` takes it."""
        return self.emulator.base_urls(self.origin)

    def env(self) -> dict[str, str]:
        """Return the environment variables for a program: `VIDU_API_KEY`, `VIDU_BASE_URL` and so on, and `VIDU_POLL_SECONDS`,
        which makes its clients poll often.

        The keys are generated, or those of the settings.
        """
        return environment(self.emulator, self.origin)

    def __enter__(self) -> Self:
        if self._server is not None:
            raise ConfigurationError("this emulator was started already. Make another one.")
        listener = open_socket(self._host, self._port)
        self._origin = origin_of(self._host, listener.getsockname()[1])
        config = uvicorn.Config(
            self._app,
            http=_BreakableProtocol,
            loop="asyncio",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,  # the emulator's clock dates its answers
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self._server = _Server(config, listener)
        self._server.thread.start()
        if not self._server.is_ready.wait(START_SECONDS) or not self._server.started:
            self.__exit__(None, None, None)
            raise ViduError("the emulator's server did not start. Look into the log of uvicorn for the reason.")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._server is not None:
            self._server.stop()

    def run(self, *, on_ready: Callable[[EmulatorServer], None] | None = None) -> None:
        """Serve until Ctrl-C or SIGTERM, then return. `on_ready` is called when requests are answered. For the main thread."""
        stopping = threading.Event()

        def stop(_number: int, _frame: FrameType | None) -> None:
            stopping.set()

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with self:
                if on_ready is not None:
                    on_ready(self)
                while self._server is not None and self._server.thread.is_alive() and not stopping.is_set():
                    stopping.wait(1)  # on Windows no signal ends a wait without a limit
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def open_socket(host: str, port: int) -> socket.socket:
    """Open a listening socket. Raises ConfigurationError if that fails; warns of a host that is not loopback."""
    if not 0 <= port <= HIGHEST_PORT:
        raise ConfigurationError(f"the emulator cannot listen on {host}:{port}: a port is a number from 0 to {HIGHEST_PORT}.")
    if not host:  # which would be every address of this machine
        raise ConfigurationError(
            "the emulator needs an address to listen on, such as 127.0.0.1. To open it to the network, name it."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        opened = socket.create_server((host, port), family=family, backlog=MOST_CONNECTIONS)
    except OSError as error:
        is_of_port = error.errno in (errno.EADDRINUSE, errno.EACCES)
        reason = (error.strerror or str(error)).partition(" (")[0]
        advice = "Choose another port, or 0 for any that is free" if is_of_port else "Choose an address of this machine"
        raise ConfigurationError(f"the emulator cannot listen on {host}:{port}: {reason}. {advice}.") from error
    if not is_this_machine(host):
        logger.warning("the emulator listens on %s: everyone who can reach this machine can use and stop it", host)
    return opened


class _BreakableProtocol(H11Protocol):
    """HTTP/1.1 with the transport of the connection in the `state` of every scope, so that the application can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn itself
        super().connection_made(transport)
        # asyncio sets TCP_NODELAY only for sockets that were created with a protocol number
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, CONNECTION: transport}


class _Server(uvicorn.Server):
    """A server in a thread that signals when it is ready and stops at once: open connections are closed."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket) -> None:
        super().__init__(config)
        self.thread: Final = threading.Thread(target=self._listen, name="vidu-ext emulator", daemon=True)
        self.is_ready: Final = threading.Event()
        """Set when the server answers, or has failed to start."""
        self._listener: Final = listener
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: Final = asyncio.Event()

    def _listen(self) -> None:
        try:
            self.run(sockets=[self._listener])
        finally:
            self.is_ready.set()

    def stop(self) -> None:
        """Stop it and wait for its end."""
        self.should_exit = True
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._stopping.set)
        self.thread.join(STOP_SECONDS)
        self._listener.close()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.is_ready.set()

    async def main_loop(self) -> None:
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002  # as uvicorn calls it
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        if tasks := list(self.server_state.tasks):  # they end because their client is gone; uvicorn would log a cancelled one
            await asyncio.wait(tasks, timeout=LEAVING_SECONDS)
        await self.lifespan.shutdown()
