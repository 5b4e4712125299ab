"""Validate what the commands print with --json against the packaged schemas: each document of each test of the command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

OPEN = "ErrorMembers"
"""The only document with members that its schema does not list: those of each type of error."""


@cache
def schemas() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(files("vidu_ext").joinpath("cli", "documents.json").read_text(encoding="utf-8"))
    return document


@cache
def validator(name: str, kind: str = "commands") -> jsonschema_rs.Validator:
    """Return a validator of the documents of a command or tool that refuses members that the schema does not list."""
    closed = {title: {**schema, "additionalProperties": title == OPEN} for title, schema in schemas()["$defs"].items()}
    return jsonschema_rs.validator_for({**schemas()[kind][name], "$defs": closed})


def command_of(arguments: Sequence[str]) -> str | None:
    """Return the command that arguments name, that of a group with the group before it."""
    words = [word for word in arguments if not word.startswith("-")]
    names = (" ".join(words[:length]) for length in (2, 1))
    return next((name for name in names if name in schemas()["commands"]), None)


def check(arguments: Sequence[str], out: str) -> None:
    """Fail if a line of stdout is not a document of the command."""
    command = command_of(arguments)
    if command is None or "--json" not in arguments or "--format" in arguments:
        return
    for line in out.splitlines():
        document = json.loads(line)
        errors = [error.message for error in validator(command).iter_errors(document)]
        assert not errors, f"vidu {command} printed {line[:500]}, which its schema does not know: {errors}"
