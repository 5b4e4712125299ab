"""Make commands of functions. Options that several commands share are declared once, as a dataclass.

A parameter annotated with such a class becomes one option of the command for each member; a parameter annotated with
Printer receives the output. Every command has `--json`.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Annotated, Any, Final, Self, TypeAlias, TypeVar, get_type_hints

import typer

from vidu_ext.values.checks import decimal

from .output import Printer

Command: TypeAlias = "Callable[..., int | None]"
C = TypeVar("C", bound=Command)

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON documents, one a line, and nothing else on stdout.")]

_OWN: Final = (
    inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
    inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, annotation=AsJson, default=False),
)


DECLARED: Final = "typer"
"""Key in the metadata of a dataclass field: the declaration for typer."""
_TIME: Final = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?:in)?)?(?:(\d+(?:\.\d+)?)s)?", re.IGNORECASE | re.ASCII)


class Seconds(float):
    """A number of seconds, parsed from a number or a time such as 90s, 5m, 1h30m."""

    def __new__(cls, text: str) -> Self:
        if (number := decimal(text)) is not None:
            return super().__new__(cls, number)
        found = _TIME.fullmatch(text.replace(" ", ""))
        if not text.strip() or found is None:
            raise typer.BadParameter(f"{text!r} is not a time: write seconds, or a time such as 90s, 5m or 1h30m.")
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return super().__new__(cls, hours * 3600 + minutes * 60 + seconds)


def option(default: Any, *names: str, **settings: Any) -> Any:
    """Declare a member of a class of options: its default (... if it is required), and the settings of typer.Option."""
    return _member(default, typer.Option(default, *names, **settings))


def argument(default: Any, **settings: Any) -> Any:
    """Declare an argument in the same way."""
    return _member(default, typer.Argument(default, **settings))


def _member(default: Any, declared: Any) -> Any:
    return dataclasses.field(default=dataclasses.MISSING if default is ... else default, metadata={DECLARED: declared})


time: Final = partial(option, None, metavar="TIME", parser=Seconds)
"""An option that takes seconds, or a time such as 5m; None if it is not given."""


def command(app: typer.Typer, name: str) -> Callable[[C], C]:
    """Register a function as a command of the app. It returns the exit code; None means 0."""

    def register(function: C) -> C:
        parameters = inspect.signature(function, eval_str=True).parameters
        groups: dict[str, type] = {one.name: one.annotation for one in parameters.values() if _is_group(one.annotation)}
        printing = next(one.name for one in parameters.values() if one.annotation is Printer)
        declared = [one for parameter in parameters.values() for one in _parameters(parameter) if parameter.name != printing]

        def run(*, context: typer.Context, as_json: bool, **values: Any) -> int | None:
            output = context.find_object(Printer) or Printer()
            output.as_json = as_json
            shared = {group: _build_group(kind, values) for group, kind in groups.items()}
            return function(**{printing: output}, **shared, **values)

        signature = inspect.Signature([*_OWN, *declared])
        run.__doc__ = function.__doc__
        run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
        vars(run)["__signature__"] = signature
        app.command(name)(run)
        return function

    return register


def _parameters(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    """Return the parameter as typer needs it; a class of options becomes its members."""
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
