"""All four providers on one's own machine: real paths, real refusals, real files, no money. Needs the extra `emulator`.

    from vidu_ext.emulator import EmulatorServer

    with EmulatorServer() as server:
        print(server.origin)

It is an independent opinion on the contract: it reads the packaged specs and imports nothing of the layer that it tests
(no flow, no adapter, no client). The names below are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .app import asgi as asgi
    from .books import Books as Books
    from .books import PaidTask as PaidTask
    from .books import SeenRequest as SeenRequest
    from .callbacks import Callback as Callback
    from .clock import Clock as Clock
    from .core import Emulator as Emulator
    from .faults import FaultRule as FaultRule
    from .faults import Faults as Faults
    from .messages import Piece as Piece
    from .messages import Reply as Reply
    from .messages import Request as Request
    from .server import EmulatorServer as EmulatorServer
    from .server import serve as serve
    from .settings import EmulatorSettings as EmulatorSettings
    from .transports import AsyncEmulatorTransport as AsyncEmulatorTransport
    from .transports import EmulatorTransport as EmulatorTransport

_HOMES = {
    "app": ("asgi",),
    "books": ("Books", "PaidTask", "SeenRequest"),
    "callbacks": ("Callback",),
    "clock": ("Clock",),
    "core": ("Emulator",),
    "faults": ("FaultRule", "Faults"),
    "messages": ("Piece", "Reply", "Request"),
    "server": ("EmulatorServer", "serve"),
    "settings": ("EmulatorSettings",),
    "transports": ("AsyncEmulatorTransport", "EmulatorTransport"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

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
