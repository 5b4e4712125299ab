"""Add answers that users recorded (`vidu contract record`) to the specs, as examples `seen-<date>`: `make seen FILES=...`.

A recording that contains a key, or that its spec does not allow, is refused, and no file is changed: correct the spec first.
The text is inserted after the last example of the answer; all other bytes of a spec stay unchanged.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from attrs import evolve
from documents import FOLDER, Document, Json, Object, Pointer, as_object, load, pointer_of
from example_rules import examples_hold_declared_members, examples_keep_their_schema
from yaml_files import mapping_at, parse_yaml

from vidu_ext.contract import recordings
from vidu_ext.contract.recordings import Recording
from vidu_ext.values.errors import ConfigurationError

NEXT: Final = "run `make golden contract`, then read `git diff openapi`"


class RefusedError(Exception):
    """A recording cannot become an example. The message says why and what to do."""


def added(document: Document, text: str, recording: Recording) -> str:
    """Return the text of the spec with the recording as a further example, unless it is there already. Raises RefusedError."""
    *examples, name = pointer_of(recording.place)
    holder: Pointer = tuple(examples)
    shown = as_object(document.at(holder)) if document.has(holder) else {}
    if not shown:
        raise RefusedError(f"{document.path.name} has no {recording.place.rpartition('/')[0]}: describe this answer there first")
    if any(as_object(one).get("value") == recording.answer for one in shown.values()):
        return text
    number = sum(other == name or other.startswith(f"{name}-") for other in shown)
    name = f"{name}-{number + 1}" if number else name
    _refuse_faults(document, (*holder, name), recording)
    new = inserted(text, holder, name, json.dumps(recording.answer, ensure_ascii=False))
    if as_object(evolve(document, root=as_object(as_json(new))).at((*holder, name))).get("value") != recording.answer:
        raise RefusedError(f"{document.place(holder)}: the answer cannot be written as YAML here; add the example {name} by hand")
    return new


def as_json(text: str) -> Json:
    return cast("Json", parse_yaml(text))


def _refuse_faults(document: Document, place: Pointer, recording: Recording) -> None:
    """Raise RefusedError if the answer breaks its spec, or has members that it does not declare."""
    root: Object = json.loads(json.dumps(document.root))
    shown = evolve(document, root=root)
    as_object(shown.at(place[:-1]))[place[-1]] = {"value": recording.answer}
    rules = (examples_keep_their_schema, examples_hold_declared_members)
    found = [one for rule in rules for one in rule(shown) if one[0][: len(place)] == place]
    if found:
        faults = "\n".join(f"  {'/'.join(where[len(place) + 1 :]) or 'the answer'}: {why}" for where, why in found)
        raise RefusedError(
            f"{recording.operation} {recording.status} is not as in {document.path.name}; correct the spec first:\n{faults}"
        )


def inserted(text: str, holder: Pointer, name: str, value: str) -> str:
    """Return the text with one more entry at the end of a mapping, in the style of the mapping."""
    mapping = mapping_at(text, holder)
    if mapping.in_braces:
        end = mapping.end - 1
        return f"{text[:end]}, {name}: {{value: {value}}}{text[end:]}"
    lines = text.splitlines(keepends=True)
    end = mapping.last_line + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > mapping.column):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    indent = " " * mapping.column
    return "".join([*lines[:end], f"{indent}{name}:\n{indent}  value: {value}\n", *lines[end:]])


def main(arguments: Sequence[str] | None = None, folder: Path = FOLDER) -> int:
    paths = [Path(name) for name in (sys.argv[1:] if arguments is None else arguments)]
    texts: dict[Path, str] = {}
    problems: list[str] = [] if paths else ['name recordings: make seen FILES="kept/*.json"']
    count = 0
    for path in paths:
        try:
            recording = recordings.read(path)
            spec = folder / f"{recording.provider}.yaml"
            before = texts.get(spec) or spec.read_text(encoding="utf-8")
            document = evolve(load(spec), root=as_object(as_json(before)))
            texts[spec] = added(document, before, recording)
            count += texts[spec] != before
        except (ConfigurationError, RefusedError, OSError) as error:
            problems.append(f"{path}: {error}")
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if problems:
        print("no spec was changed", file=sys.stderr)
        return 2
    for spec, new in texts.items():
        spec.write_text(new, encoding="utf-8")
    print(f"{count} examples added, {len(paths) - count} were there already" + (f"; {NEXT}" if count else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
