"""`vidu listen`: print the notices that providers send."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import typer

from vidu_ext.callbacks import CallbackReceiver
from vidu_ext.cli.clients import load_configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import ConfigurationError, MissingExtraError
from vidu_ext.values.installed import install_command
from vidu_ext.values.notice import Notice

MOST_REQUESTS: Final = 100
"""Most concurrent requests, to limit the memory for slow uploads."""


# A class, because the receiver holds only weak references to bound methods: `run` must keep the object alive.
class _NoticePrinter:
    """Prints each notice as a line."""

    def __init__(self, output: Printer) -> None:
        self._output = output

    def show(self, notice: Notice) -> None:
        ref = f"{notice.account}:{notice.task_id}" if notice.task_id else None
        self._output.document({"ref": ref, "account": notice.account, "state": notice.state or None})
        self._output.row(ref or notice.account, notice.state)


def run_listen(
    output: Printer,
    *,
    url: str | None = typer.Option(
        None, "--url", metavar="URL", help="The address as providers reach it, for example that of a tunnel."
    ),
    host: str = typer.Option("127.0.0.1", help="Address to listen on. The default accepts connections from this machine only."),
    port: int = typer.Option(8787, min=1, max=65535, help="Port to listen on."),
) -> int:
    """Print the notices of your accounts' tasks as they arrive, each checked by its signature. Stop it with Ctrl-C.

    \b
      vidu listen --url https://films.example/vidu --json
    """
    if not host:  # which would be every address of this machine
        raise ConfigurationError("the --host is empty: name the address to listen on.")
    keys = {one.name: one.key for one in load_configuration(output).accounts() if provider_named(one.provider).sends_notices}
    printer = _NoticePrinter(output)
    receiver = CallbackReceiver(url or f"http://{host}:{port}/")
    receiver.join(keys, printer.show)
    if not keys:
        output.say(
            "No configured account has a provider that signs notices, so none will arrive. Add such an account and start again."
        )

    def ready() -> None:
        output.say(f"listening at {host}:{port} for the notices of {', '.join(keys) or 'no account'}")
        output.say(f"submit with callback_url={receiver.address('NAME')}, where NAME is any text of your own")
        output.say("Stop it with Ctrl-C.")

    _serve(receiver, host=host, port=port, on_ready=ready)
    return Exit.OK


def _serve(receiver: CallbackReceiver, *, host: str, port: int, on_ready: Callable[[], object]) -> None:
    """Serve until Ctrl-C. `on_ready` is called when the port is open. Raises ConfigurationError if it cannot be opened."""
    try:
        import uvicorn
    except ImportError:
        how = install_command("callbacks")
        raise MissingExtraError(f"vidu listen needs uvicorn, which is not installed: {how}") from None
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]  # create_server repeats the address
        raise ConfigurationError(f"cannot listen on {host}:{port}: {reason}. Choose another --port or --host.") from None
    config = uvicorn.Config(receiver, log_level="warning", access_log=False, server_header=False, limit_concurrency=MOST_REQUESTS)
    with suppress(KeyboardInterrupt), listening:
        on_ready()
        uvicorn.Server(config).run(sockets=[listening])
