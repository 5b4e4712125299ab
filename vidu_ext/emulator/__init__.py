"""All four providers on this machine: real paths, refusals and files, no money. Needs the extra `emulator`.

    from vidu_ext.emulator import EmulatorServer

    with EmulatorServer() as server:
        print(server.origin)

It is independent of the layer that it tests: it reads the packaged specs and imports no flow, adapter or client. What needs
the server's packages is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .clock import Clock as Clock
from .core import Emulator as Emulator
from .faults.rules import FaultRule as FaultRule
from .faults.rules import Faults as Faults
from .http.transports import AsyncEmulatorTransport as AsyncEmulatorTransport
from .http.transports import EmulatorTransport as EmulatorTransport
from .messages import Piece as Piece
from .messages import ServerReply as ServerReply
from .messages import ServerRequest as ServerRequest
from .settings import EmulatorSettings as EmulatorSettings
from .state.ledger import Ledger as Ledger
from .state.ledger import SeenRequest as SeenRequest
from .state.notices import Callback as Callback
from .state.task_engine import PaidTask as PaidTask

if TYPE_CHECKING:
    from .http.app import asgi as asgi
    from .http.server import EmulatorServer as EmulatorServer

_OF_SERVER = {"asgi": ".http.app", "EmulatorServer": ".http.server"}


def __getattr__(name: str) -> object:
    if name not in _OF_SERVER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_OF_SERVER[name], __name__), name)
    return value
