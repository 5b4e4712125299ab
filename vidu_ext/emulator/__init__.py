"""All four providers on this machine: real paths, refusals and files, no money. Needs the extra `emulator`.

    from vidu_ext.emulator import EmulatorServer

    with EmulatorServer() as server:
        print(server.origin)

It is independent of the layer that it tests: it reads the packaged specs and imports no flow, adapter or client. The names
below are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vidu_ext.emulator.faults.rules import FaultRule as FaultRule
    from vidu_ext.emulator.faults.rules import Faults as Faults
    from vidu_ext.emulator.http.app import asgi as asgi
    from vidu_ext.emulator.http.server import EmulatorServer as EmulatorServer
    from vidu_ext.emulator.http.transports import AsyncEmulatorTransport as AsyncEmulatorTransport
    from vidu_ext.emulator.http.transports import EmulatorTransport as EmulatorTransport
    from vidu_ext.emulator.state.ledger import Ledger as Ledger
    from vidu_ext.emulator.state.ledger import SeenRequest as SeenRequest
    from vidu_ext.emulator.state.notices import Callback as Callback
    from vidu_ext.emulator.state.task_engine import PaidTask as PaidTask

    from .clock import Clock as Clock
    from .core import Emulator as Emulator
    from .messages import Piece as Piece
    from .messages import ServerReply as ServerReply
    from .messages import ServerRequest as ServerRequest
    from .settings import EmulatorSettings as EmulatorSettings

_HOMES = {
    "clock": "Clock",
    "core": "Emulator",
    "faults.rules": "FaultRule Faults",
    "http.app": "asgi",
    "http.server": "EmulatorServer",
    "http.transports": "AsyncEmulatorTransport EmulatorTransport",
    "messages": "Piece ServerReply ServerRequest",
    "settings": "EmulatorSettings",
    "state.ledger": "Ledger SeenRequest",
    "state.notices": "Callback",
    "state.task_engine": "PaidTask",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}
__all__ = sorted(_HOME_OF)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
