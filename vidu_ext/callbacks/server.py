"""The server of `vidu listen`: runs a receiver with uvicorn."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from vidu_ext.values.errors import ConfigurationError, MissingExtraError
from vidu_ext.values.installed import install_command

if TYPE_CHECKING:
    from .receiver import CallbackReceiver


MOST_REQUESTS: Final = 100
"""Most concurrent requests, to limit the memory for slow uploads."""


def serve(receiver: CallbackReceiver, *, host: str, port: int, on_ready: Callable[[], object]) -> None:
    """Serve until Ctrl-C. `on_ready` is called when the port is open. Raises ConfigurationError if it cannot be opened."""
    try:
        import uvicorn
    except ImportError:
        how = install_command("callbacks")
        raise MissingExtraError(f"vidu listen needs uvicorn, which is not installed: {how}") from None
    if not host:  # which would be every address of this machine
        raise ConfigurationError("the --host is empty: name the address to listen on.")
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]  # create_server repeats the address
        raise ConfigurationError(f"cannot listen on {host}:{port}: {reason}. Choose another --port or --host.") from None
    config = uvicorn.Config(receiver, log_level="warning", access_log=False, server_header=False, limit_concurrency=MOST_REQUESTS)
    with suppress(KeyboardInterrupt), listening:
        on_ready()
        uvicorn.Server(config).run(sockets=[listening])
