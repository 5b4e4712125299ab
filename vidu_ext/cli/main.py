"""The typer app with all commands: the group that imports them, their common options, and the handling of their errors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from vidu_ext.values.secrets import redacted

from . import exits
from .failures import report_error
from .options import command
from .output import Printer

COMMANDS: Final[Mapping[str, str]] = {
    "generate": "Make a video: submit, wait, download.",
    "submit": "Submit to any operation that starts a task.",
    "call": "Call any operation that answers at once.",
    "route": "Say which accounts can serve a request, and at what price.",
    "find": "Look for the task of an order whose outcome is not known.",
    "status": "Show the state of tasks now.",
    "wait": "Wait for tasks, from any process.",
    "download": "Download the files of finished tasks.",
    "cancel": "Ask the provider to cancel tasks.",
    "tasks": "List the tasks of the accounts.",
    "orders": "List what was ordered.",
    "providers": "Show the accounts, and what each provider can do.",
    "credits": "Show what the accounts have left.",
    "spec": "Show what a provider takes.",
    "emulator": "Run all four providers on this machine.",
    "listen": "Print the notices of your tasks as they arrive.",
    "guide": "Print a page of the manual.",
    "mcp": "Serve agents that speak MCP.",
    "open": "Open the film of a finished task in the browser.",
    "url": "Print the signed address of a film.",
    "batch": "Run batches of thousands of jobs.",
    "contract": "Compare specs, clients, servers and answers.",
}
"""What `vidu --help` says of each command. A command is imported when it is used: to import all takes as long as a call."""
GROUPS: Final = ("batch", "contract")
"""Commands with commands of their own, in packages of their names."""
_MODULES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("submit", "call"), "generate"),
    **dict.fromkeys(("status", "cancel", "open", "url"), "task"),
    **dict.fromkeys(("tasks", "credits"), "accounts"),
    "download": "wait",
    "find": "orders",
}
"""The modules of commands that are not in one of their own name."""

_CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
_HELP: Final = f"""Make videos with the Vidu models, through whichever provider you have an account with.

\b
  vidu providers                                     what is configured, and how to configure it
  vidu generate "a paper bird" -m viduq3-turbo       makes, waits, downloads
  vidu wait vidu:940107923630096384 -o bird.mp4      waits for a task of any process
  vidu spec vidu textToVideo                         models and what they take

Keys come from the environment (VIDU_API_KEY, COMFY_API_KEY, ZENLAYER_API_KEY, SKILLS_VIDEO_API_KEY) or from the
configuration file ($VIDU_CONFIG, else ~/.config/vidu/config.toml), never from the command line. An option wins
over the environment, and the environment over the file.

\b
Exit codes:
{exits.table()}
"""


class Commands(TyperGroup):
    """The group of all commands. It imports and builds each when it is used, and ends with an exit code of exits.py."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature of the group
        """Return the names of all commands and groups."""
        return [*COMMANDS]

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as above
        """Write the list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - as above
        """Return the command or group of this name, or None."""
        if cmd_name in GROUPS:
            return get_group(import_module(f"{__package__}.commands.{cmd_name}.app").app)
        return _single_command(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the arguments name. For a misspelt name typer suggests one of `commands`, so fill these."""
        if args and args[0] not in COMMANDS:
            self.commands = cast("Any", COMMANDS)  # only the names are read
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command, and return its exit code. Ctrl-C is reported here: typer would not say how to continue."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            return report_error(interrupt, ctx.obj)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *rest: Any, **extra: Any) -> Any:
        """Run the command of these arguments and end the process with its exit code."""
        output = Printer()
        given = [*(sys.argv[1:] if args is None else args), "--"]
        output.as_json = "--json" in given[: given.index("--")]
        _tolerate_any_text()
        try:
            code = super().main(args, prog_name or "vidu", *rest, **{**extra, "standalone_mode": False, "obj": output})
        except (Exception, KeyboardInterrupt) as error:
            code = report_error(error, output)
        if output.fault is not None:
            output.error(f"stdout could not be written: {output.fault}")
            code = code or exits.Exit.UNEXPECTED
        sys.exit(int(code or exits.Exit.OK))


@cache
def _single_command(name: str) -> Any:
    module = import_module(f"{__package__}.commands.{_MODULES.get(name, name)}")
    single = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=_CONTEXT)
    command(single, name, getattr(module, f"run_{name}"))
    return get_command(single)


def _tolerate_any_text() -> None:
    """Escape what a stream cannot encode: an error would interrupt paid work."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _print_version(is_set: bool) -> None:
    if is_set:
        from importlib.metadata import version

        typer.echo(f"vidu-ext {version('vidu-ext')}")
        raise typer.Exit


def _print_help_json(context: typer.Context, is_set: bool) -> None:
    if is_set:
        import json

        from .help_json import help_document

        typer.echo(json.dumps(help_document(context)))
        raise typer.Exit


app = typer.Typer(
    name="vidu",
    cls=Commands,
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=_CONTEXT,
)


@app.callback()
def _every_command(
    context: typer.Context,
    *,
    version: bool = typer.Option(  # noqa: ARG001 - its callback acts
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
    help_json: bool = typer.Option(  # noqa: ARG001 - its callback acts
        False,
        "--help-json",
        callback=_print_help_json,
        is_eager=True,
        help="Print commands, documents, errors, exit codes as JSON.",
    ),
    debug: bool = typer.Option(False, "--debug", envvar="VIDU_DEBUG", help="Log to stderr, and show the traceback of an error."),
) -> None:
    output = context.find_object(Printer)
    if output is not None:
        output.is_debugging = debug
        context.call_on_close(_log(output, debug=debug))


def _log(output: Printer, *, debug: bool) -> Callable[[], None]:
    """Log warnings to stderr, or everything if `debug`. Returns the function that ends this."""
    import logging

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            output.say(redacted(self.format(record)))
            extra = vars(record)
            if output.live is not None and "problem" in extra:
                output.live.show_trouble(redacted(extra["problem"]), extra["left"], is_safe=extra["is_safe"])

    handler = Lines()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s" if debug else "%(message)s"))
    if not debug:  # for maintainers; `vidu contract live` shows all of it
        handler.addFilter(lambda record: record.module != "drift_watch")
    logger = logging.getLogger("vidu_ext")
    level = logger.level
    logger.setLevel(logging.DEBUG if debug else level)
    logger.addHandler(handler)

    def end() -> None:
        logger.removeHandler(handler)
        logger.setLevel(level)

    return end
