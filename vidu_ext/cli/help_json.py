"""`vidu --help-json`: commands, options, documents, errors and exit codes, for programs and agents."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from typing import Any, TypeGuard

from vidu_ext.values import errors
from vidu_ext.values.tasks import Json, Object

from .exits import Exit, exit_of


def help_document(context: Any) -> Object:
    """Return all that `vidu --help` and the help of each command say. `context` is typer's."""
    package = files("vidu_ext")
    return {
        "version": version("vidu-ext"),
        "skill": str(package.joinpath("SKILL.md")),
        "exit_codes": {str(code.value): code.meaning for code in Exit},
        "errors": {name: _error(kind) for name, kind in vars(errors).items() if _is_error(kind)},
        "commands": {**dict(_commands(context.command, context, ""))},
        "documents": documents(),
    }


def documents() -> dict[str, Any]:
    """Return the schemas of what commands print and tools answer."""
    schemas: dict[str, Any] = json.loads(files("vidu_ext").joinpath("cli", "documents.json").read_text(encoding="utf-8"))
    return schemas


def tool_schema(tool: str) -> dict[str, Any]:
    """Return the schema of the answer of a tool, with the schemas that it refers to."""
    known = documents()
    schema, definitions = known["tools"][tool], dict[str, Any]()
    names = _references(schema)
    while names - definitions.keys():
        definitions |= {name: known["$defs"][name] for name in names}
        names = _references(definitions)
    return {"type": "object", **schema, "$defs": definitions}


def _references(schema: object) -> set[str]:
    """Return the names of the definitions that a schema refers to."""
    return set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))


def _commands(group: Any, context: Any, prefix: str) -> Iterator[tuple[str, Json]]:
    """Yield every command by its name, which begins with the name of its group."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if hasattr(command, "list_commands"):
            yield from _commands(command, context, f"{prefix}{name} ")
        else:
            parameters: list[Json] = [_parameter(one, context) for one in command.params]
            yield f"{prefix}{name}", {"help": inspect.cleandoc(command.help), "parameters": parameters}


def _parameter(parameter: Any, context: Any) -> Object:
    default = parameter.default
    return {
        "names": [*parameter.opts, *parameter.secondary_opts],
        "kind": parameter.param_type_name,
        "type": _type_name(parameter, context),
        "required": parameter.required,
        "multiple": parameter.multiple or parameter.nargs == -1,
        "flag": getattr(parameter, "is_flag", False),
        "default": default if isinstance(default, bool | int | float | str) else None,
        "value": parameter.metavar,
        "help": parameter.help,
    }


def _type_name(parameter: Any, context: Any) -> str:
    """Return the name of the type of a parameter. Typer before 0.29 had types of click, without one for lists."""
    if (kind := getattr(parameter, "type", None)) is not None:
        return str(kind.name)
    return str(parameter.display_type(context)).strip("<>").removeprefix("list[").removesuffix("]")


def _is_error(kind: object) -> TypeGuard[type[errors.ViduError]]:
    """Return whether a member of the module is an error that can be raised, not their root."""
    return isinstance(kind, type) and issubclass(kind, errors.ViduError) and kind is not errors.ViduError


def _error(kind: type[errors.ViduError]) -> Object:
    parent = next(base for base in kind.__mro__[1:] if issubclass(base, Exception))
    code = int(exit_of(kind.__new__(kind)))
    return {"is_a": parent.__name__, "exit_code": code, "meaning": (inspect.getdoc(kind) or "").partition("\n")[0]}
