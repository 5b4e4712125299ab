"""How a function becomes a command: options that several commands share are declared once, as a class.

A parameter that is annotated with a class of options stands for its members, each an option of the command; one that is
annotated with Printer is where the command prints. Every command has `--json`.
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
"""Key of the metadata of an option: its declaration for typer."""
_TIME: Final = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?:in)?)?(?:(\d+(?:\.\d+)?)s)?", re.IGNORECASE | re.ASCII)


class Seconds(float):
    """A number of seconds, from its text or from a time such as 90s, 5m, 1h30m."""

    def __new__(cls, text: str) -> Self:
        if (number := decimal(text)) is not None:
            return super().__new__(cls, number)
        found = _TIME.fullmatch(text.replace(" ", ""))
        if not text.strip() or found is None:
            raise typer.BadParameter(f"{text!r} is no time: write seconds, or a time such as 90s, 5m or 1h30m.")
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return super().__new__(cls, hours * 3600 + minutes * 60 + seconds)


def option(default: Any, *names: str, **told: Any) -> Any:
    """A member of a class of options: its default, and what typer shows of it; ... if it must be given."""
    return _member(default, typer.Option(default, *names, **told))


def argument(default: Any, **told: Any) -> Any:
    """The same for an argument."""
    return _member(default, typer.Argument(default, **told))


def _member(default: Any, declared: Any) -> Any:
    return dataclasses.field(default=dataclasses.MISSING if default is ... else default, metadata={DECLARED: declared})


time: Final = partial(option, None, metavar="TIME", parser=Seconds)
"""An option that takes seconds, or a time such as 5m; None if it is not given."""


def command(app: typer.Typer, name: str) -> Callable[[C], C]:
    """Makes the function a command of the app. What it returns is the exit code, None for 0."""

    def register(function: C) -> C:
        parameters = inspect.signature(function, eval_str=True).parameters
        groups: dict[str, type] = {one.name: one.annotation for one in parameters.values() if _is_group(one.annotation)}
        printing = next(one.name for one in parameters.values() if one.annotation is Printer)
        declared = [one for parameter in parameters.values() for one in _declared(parameter) if parameter.name != printing]

        def run(*, context: typer.Context, as_json: bool, **values: Any) -> int | None:
            output = context.find_object(Printer) or Printer()
            output.as_json = as_json
            shared = {group: _filled(kind, values) for group, kind in groups.items()}
            return function(**{printing: output}, **shared, **values)

        signature = inspect.Signature([*_OWN, *declared])
        run.__doc__ = function.__doc__
        run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
        vars(run)["__signature__"] = signature
        app.command(name)(run)
        return function

    return register


def _declared(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    """The parameter as typer shall see it, or the members that it stands for."""
    kind = parameter.annotation
    if not _is_group(kind):
        yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        return
    hints: Mapping[str, object] = get_type_hints(kind, include_extras=True)
    for member in dataclasses.fields(kind):
        default = member.metadata.get(DECLARED, member.default)
        yield inspect.Parameter(member.name, inspect.Parameter.KEYWORD_ONLY, annotation=hints[member.name], default=default)


def _is_group(annotation: object) -> bool:
    """Whether an annotation is a class of options."""
    return isinstance(annotation, type) and dataclasses.is_dataclass(annotation)


def _filled(kind: type, values: dict[str, Any]) -> object:
    """The class of options with its members taken out of the values."""
    return kind(**{member.name: values.pop(member.name) for member in dataclasses.fields(kind)})
