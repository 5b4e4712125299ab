"""`vidu emulator`: all four providers on this machine. Needs the extra `emulator`."""

from __future__ import annotations

import logging
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar, cast

import typer

from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.providers import PROVIDERS
from vidu_ext.values.checks import decimal, seconds
from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from vidu_ext.emulator.http.notice_delivery import Reach

V = TypeVar("V")


def run_emulator(
    output: Printer,
    *,
    port: int = typer.Option(8400, "--port", "-p", min=0, max=65535, help="Port to listen on; 0 for any that is free."),
    host: str = typer.Option("127.0.0.1", help="Address to listen on. Others than loopback are open to the network."),
    rate: float = typer.Option(1.0, help="Seconds of the emulator in one real second, at most 1000000."),
    queue_seconds: float = typer.Option(1.0, help="Shortest time in the queue."),
    processing_seconds: float = typer.Option(4.0, help="How long a task runs."),
    concurrency: int = typer.Option(5, min=1, help="Tasks of an account that run at once."),
    comfy_refuses: bool = typer.Option(
        False, "--comfy-refuses", help="Have Comfy answer 429 to tasks beyond --concurrency instead of queueing them."
    ),
    credits_: list[str] | None = typer.Option(
        None, "--credits", metavar="PROVIDER=NUMBER", help="What each account has at first."
    ),
    fault: list[str] | None = typer.Option(
        None, metavar="RULE", help="What goes wrong: kind=html_502,operation=create,nth=1; may be repeated."
    ),
    callbacks: str = typer.Option("loopback", metavar="loopback|anywhere", help="Where Vidu's notices may be sent to."),
    key: list[str] | None = typer.Option(
        None, metavar="PROVIDER=KEY", help="Refuse every other key of this provider, as it would a wrong one."
    ),
    own_keys_only: bool = typer.Option(
        False,
        "--own-keys-only",
        help="Refuse every key but those that --print-env names, and null or empty members that the specs do not allow:"
        " for tools that hold a server to the specs.",
    ),
    log: bool = typer.Option(False, "--log", help="Print each request: status, time, and its fault."),
    seed: int = typer.Option(0, help="The same seed brings the same faults and files."),
    print_env: bool = typer.Option(False, "--print-env", help="Only print the variables for an emulator at this port."),
) -> int:
    """Run all four providers on this machine: real paths, refusals and files, no money. Ends with Ctrl-C.

    \b
      vidu emulator &
      eval "$(vidu emulator --print-env)"
      vidu generate "a paper bird" -m viduq3-turbo
    """
    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.environment import own_key
    from vidu_ext.emulator.faults.rules import FaultRule
    from vidu_ext.emulator.http.server import EmulatorServer
    from vidu_ext.emulator.settings import EmulatorSettings

    rules = [FaultRule.parse(text) for text in fault or ()]
    settings = EmulatorSettings(
        queue_seconds=seconds("--queue-seconds", queue_seconds),
        processing_seconds=seconds("--processing-seconds", processing_seconds),
        concurrency=concurrency,
        comfy_refuses=comfy_refuses,
        credits=_by_provider("--credits needs PROVIDER=NUMBER, such as vidu=100", credits_, decimal),
        keys={
            **{provider: own_key(provider) for provider in PROVIDERS if own_keys_only},
            **_by_provider("--key needs PROVIDER=KEY", key, str),
        },
        is_strict=own_keys_only,
    )
    if print_env:
        from vidu_ext.emulator.core import Emulator
        from vidu_ext.emulator.environment import environment, origin_of

        if port == 0:
            raise ConfigurationError("--print-env needs the --port of the emulator.")
        _print_environment(output, environment(Emulator(settings), origin_of(host, port)))
        return Exit.OK

    if log:
        logging.getLogger("vidu_ext.emulator.requests").setLevel(logging.INFO)

    def ready(server: EmulatorServer) -> None:
        _print_environment(output, server.env())
        output.say(f"The emulator is at {server.origin}, its page too. Stop it with Ctrl-C.")

    server = EmulatorServer(
        settings=settings,
        host=host,
        port=port,
        rules=rules,
        clock=Clock(rate=rate),
        seed=seed,
        callbacks=cast("Reach", callbacks),  # any other word is refused there
    )
    server.run(on_ready=ready)
    return Exit.OK


def _print_environment(output: Printer, variables: Mapping[str, str]) -> None:
    """Print the variables for a shell, or as one document, in which an empty value means that the variable is not set.

    Accounts at other servers are removed from the environment: a user of the emulator must not spend money elsewhere.
    """
    from vidu_ext.emulator.environment import variables_of_other_servers, without_proxies

    hidden = variables_of_other_servers(variables, os.environ)
    variables = {**variables, **without_proxies(os.environ)}
    output.document({**dict.fromkeys(hidden, ""), **variables})
    for name in hidden:
        output.row(f"unset {shlex.quote(name)}")
    for name, value in variables.items():
        output.row(f"export {name}={shlex.quote(value)}")


def _by_provider(option: str, texts: Sequence[str] | None, parse: Callable[[str], V | None]) -> dict[str, V]:
    """Parse `vidu=100` or `vidu=some-key`. The text may be a secret: no message shows it."""
    values: dict[str, V] = {}
    for text in texts or ():
        provider, _, end = text.partition("=")
        value = parse(end) if "=" in text else None
        if provider not in PROVIDERS or value is None:
            raise ConfigurationError(f"{option}; the providers are {', '.join(PROVIDERS)}.")
        values[provider] = value
    return values
