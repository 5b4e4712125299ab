"""Make commands of functions. Options that several commands share are declared once: one here, several as a dataclass.

A parameter annotated with such a class becomes one option of the command for each member; a parameter annotated with
Printer receives the output. Every command has `--json`.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Annotated, Any, Final, Self, TypeAlias, get_type_hints

import typer

from vidu_ext.values.checks import decimal

from .completion import accounts, references
from .output import Printer

Reference: TypeAlias = Annotated[str, typer.Argument(metavar="REF", show_default=False, autocompletion=references)]
_REFERENCES: Final = "References, such as vidu:940107923630096384."
References: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="REF...", help=_REFERENCES, show_default=False, autocompletion=references)
]
_ACCOUNT: Final = "Use only this account. Default: every account whose provider supports this command."
AccountName: TypeAlias = Annotated[
    str | None, typer.Option("--account", "-a", metavar="NAME", help=_ACCOUNT, autocompletion=accounts)
]
AllowPrivateHosts: TypeAlias = Annotated[
    bool,
    typer.Option("--allow-private-hosts", help="Fetch also from addresses like 10.1.2.3 and localhost, if you trust them."),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON documents, one a line, and nothing else on stdout.")]

_COMMON: Final = (
    inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
    inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, annotation=AsJson, default=False),
)
"""Parameters of every command."""

DECLARED: Final = "typer"
"""Key in the metadata of a dataclass field: the declaration for typer."""
_TIME: Final = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?:in)?)?(?:(\d+(?:\.\d+)?)s)?", re.IGNORECASE | re.ASCII)


class Seconds(float):
    """A number of seconds, parsed from a number or a time such as 90s, 5m, 1h30m."""

    def __new__(cls, text: str) -> Self:
        if (number := decimal(text)) is not None:
            return super().__new__(cls, number)
        match = _TIME.fullmatch(text.replace(" ", ""))
        if not text.strip() or match is None:
            raise typer.BadParameter(f"{text!r} is not a time: write seconds, or a time such as 90s, 5m or 1h30m.")
        hours, minutes, seconds = (float(part or 0) for part in match.groups())
        return super().__new__(cls, hours * 3600 + minutes * 60 + seconds)


def option(default: Any, *names: str, **settings: Any) -> Any:
    """Declare an option as a member of a class of options. The default is ... if it is required; `settings` are typer's."""
    return _member(default, typer.Option(default, *names, **settings))


def argument(default: Any, **settings: Any) -> Any:
    """Declare an argument in the same way."""
    return _member(default, typer.Argument(default, **settings))


def _member(default: Any, declared: Any) -> Any:
    return dataclasses.field(default=dataclasses.MISSING if default is ... else default, metadata={DECLARED: declared})


time_option: Final = partial(option, None, metavar="TIME", parser=Seconds)
"""An option that takes seconds, or a time such as 5m; None if it is not given."""


def command(app: typer.Typer, name: str, function: Callable[..., int | None]) -> None:
    """Register a function as a command of the app. It returns the exit code; None means 0."""
    parameters = inspect.signature(function, eval_str=True).parameters
    groups: dict[str, type] = {name: one.annotation for name, one in parameters.items() if _is_group(one.annotation)}
    printer = next(name for name, one in parameters.items() if one.annotation is Printer)
    declared = [member for name, one in parameters.items() if name != printer for member in _members(one)]

    def run(*, context: typer.Context, as_json: bool, **values: Any) -> int | None:
        output = context.find_object(Printer) or Printer()
        output.as_json = as_json
        options = {name: _build_group(kind, values) for name, kind in groups.items()}
        return function(**{printer: output}, **options, **values)

    signature = inspect.Signature([*_COMMON, *declared])
    run.__doc__ = function.__doc__
    run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
    vars(run)["__signature__"] = signature
    app.command(name)(run)


def _members(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    """Yield the parameter as typer needs it; of a class of options its members."""
    kind = parameter.annotation
    if not _is_group(kind):
        yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        return
    hints: Mapping[str, object] = get_type_hints(kind, include_extras=True)
    for member in dataclasses.fields(kind):
        default = member.metadata.get(DECLARED, member.default)
        yield inspect.Parameter(member.name, inspect.Parameter.KEYWORD_ONLY, annotation=hints[member.name], default=default)


def _is_group(annotation: object) -> bool:
    """Return whether an annotation is a class of options."""
    return isinstance(annotation, type) and dataclasses.is_dataclass(annotation)


def _build_group(kind: type, values: dict[str, Any]) -> object:
    """Build a class of options from its members, which are removed from the values."""
    return kind(**{member.name: values.pop(member.name) for member in dataclasses.fields(kind)})
