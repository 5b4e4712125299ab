"""`vidu --help-json`: commands, options, documents, errors and exit codes, for programs and agents."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from vidu_ext.values import errors
from vidu_ext.values.tasks import Json, Object

from .exits import Exit, exit_of


def help_document(context: Any) -> Object:
    """Return everything that `vidu --help` and the help of each command say. `context` is that of typer."""
    package = files("vidu_ext")
    return {
        "version": version("vidu-ext"),
        "skill": str(package.joinpath("SKILL.md")),
        "exit_codes": {str(code.value): code.meaning for code in Exit},
        "errors": {kind.__name__: _error(kind) for kind in _subclasses(errors.ViduError)},
        "commands": {**dict(_commands(context.command, context, ""))},
        "documents": documents(),
    }


def documents() -> dict[str, Any]:
    """Return the schemas of what commands print and tools answer."""
    found: dict[str, Any] = json.loads(files("vidu_ext").joinpath("cli", "documents.json").read_text(encoding="utf-8"))
    return found


def tool_schema(tool: str) -> dict[str, Any]:
    """Return the schema of the answer of a tool, with the schemas that it refers to."""
    known = documents()
    schema, used = known["tools"][tool], dict[str, Any]()
    left = _references(schema)
    while left - used.keys():
        used |= {name: known["$defs"][name] for name in left}
        left = _references(used)
    return {"type": "object", **schema, "$defs": used}


def _references(schema: object) -> set[str]:
    return set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))


def _commands(group: Any, context: Any, before: str) -> Iterator[tuple[str, Json]]:
    """Yield every command by its name, which begins with that of its group."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if hasattr(command, "list_commands"):
            yield from _commands(command, context, f"{before}{name} ")
        else:
            yield f"{before}{name}", {"help": inspect.cleandoc(command.help), "parameters": [*map(_parameter, command.params)]}


def _parameter(one: Any) -> Object:
    return {
        "names": [*one.opts, *one.secondary_opts],
        "kind": one.param_type_name,
        "type": one.type.name,
        "required": one.required,
        "multiple": one.multiple or one.nargs == -1,
        "flag": getattr(one, "is_flag", False),
        "default": one.default if isinstance(one.default, bool | int | float | str) else None,
        "value": one.metavar,
        "help": one.help,
    }


def _error(kind: type[errors.ViduError]) -> Object:
    above = next(base for base in kind.__mro__[1:] if issubclass(base, Exception))
    code = int(exit_of(kind.__new__(kind)))
    return {"is_a": above.__name__, "exit_code": code, "meaning": (inspect.getdoc(kind) or "").partition("\n")[0]}


def _subclasses(kind: type[errors.ViduError]) -> Iterator[type[errors.ViduError]]:
    """Yield all subclasses of an error in vidu_ext.values."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("vidu_ext.values"):
            yield one
            yield from _subclasses(one)
