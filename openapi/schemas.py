"""Write vidu_ext/cli/documents.json, the JSON schemas of what the commands print, from their types: `make schemas`."""

from __future__ import annotations

import json
import typing
from pathlib import Path
from typing import Any, Final, Union, cast

import typing_extensions
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

typing.TypedDict = typing_extensions.TypedDict  # before the types are made: pydantic cannot read those of Python 3.11

from vidu_ext.cli import documents  # noqa: E402

FILE: Final = Path(__file__).parents[1] / "vidu_ext" / "cli" / "documents.json"


class _Untitled(GenerateJsonSchema):
    """Without a title for each member, which would repeat its name."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002
        return False


def schemas() -> str:
    """The file: the schema of each document below `$defs`, below `commands` what each command prints, below `tools` what each
    tool answers, whole.
    """
    definitions: dict[str, object] = {}
    error = _schema(documents.ErrorDocument, definitions)
    commands = {
        command: {"anyOf": [*(_schema(kind, definitions) for kind in kinds), error]}
        for command, kinds in documents.PRINTED.items()
    }
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What the commands of vidu-ext print with --json, one document a line",
        "commands": commands,
        "tools": {tool: {"type": "object", **_whole(cast("Any", Union)[kinds])} for tool, kinds in documents.ANSWERED.items()},
        "$defs": dict(sorted(definitions.items())),
    }
    return json.dumps(document, indent=1) + "\n"


def _schema(kind: object, definitions: dict[str, object]) -> dict[str, Any]:
    """The schema of a type, or the reference to it if it has a name."""
    found = _whole(kind)
    definitions.update(found.pop("$defs", {}))
    if "title" not in found:
        return found
    definitions[found["title"]] = found
    return {"$ref": f"#/$defs/{found['title']}"}


def _whole(kind: object) -> dict[str, Any]:
    """The schema of a type, with what it refers to."""
    return TypeAdapter(cast("Any", kind)).json_schema(schema_generator=_Untitled)


if __name__ == "__main__":
    FILE.write_text(schemas(), encoding="utf-8")
