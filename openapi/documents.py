"""The spec documents as data: load, resolve references, walk operations, schemas and examples.

A place is a JSON pointer, as a tuple of its parts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, TypeAlias, cast
from urllib.parse import quote

import jsonschema_rs
from attrs import field, frozen
from ruamel.yaml.error import YAMLError
from yaml_files import foreign_values, lines_of, parse_yaml

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"
Object: TypeAlias = dict[str, Json]
Pointer: TypeAlias = tuple[str, ...]
FOLDER: Final = Path(__file__).resolve().parent
METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

SUBSCHEMA_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
SUBSCHEMA_MAPS: Final = ("properties", "patternProperties", "dependentSchemas", "$defs")
SUBSCHEMAS: Final = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "contentSchema")
STREAM_MEDIA_TYPE: Final = "text/event-stream"
EVENT_DATA: Final = ("properties", "data", "contentSchema")
"""Place of the schema of the JSON in an event, below the schema of the event."""
CONDITIONS: Final = ("if", "then", "else", "not")
"""Keywords below which a schema only restricts; nothing below them becomes a type."""

SPEC_ADDRESS: Final = "spec:/document"
"""The URI under which validators find their own document."""
MESSAGE_CHARACTERS: Final = 300
"""Length at which messages of a validator are cut, since they contain the whole value."""


class DocumentError(Exception):
    """A spec cannot be read. The message names the file and the line."""


def text_of(pointer: Pointer) -> str:
    """Return the pointer as text, `#/paths/~1ent~1v2~1tasks/get`."""
    return "#" + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in pointer)


def pointer_of(text: str) -> Pointer:
    """Return the parts of a pointer written as `#/a/b`."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])


def file_of(path: Path) -> str:
    """Return the file as a message names it, `openapi/vidu.yaml`."""
    folder = f"{path.parent.name}/" if path.parent != FOLDER and path.parent.parent == FOLDER else ""
    return f"openapi/{folder}{path.name}"


def reference_to(pointer: Pointer) -> str:
    """Return the pointer as the value of a $ref, where braces and spaces must be escaped."""
    return "#" + quote(text_of(pointer)[1:], safe="/~")


def as_object(value: Json) -> Object:
    """Return the value if it is an object, else an empty one, so that a walk survives a document that breaks a rule."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """Return the value if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


@frozen
class Operation:
    """One operation of a document, callbacks not counted."""

    pointer: Pointer
    method: str
    path: str
    value: Object = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.value.get("operationId", ""))


@frozen
class Schema:
    """One schema met on a walk."""

    pointer: Pointer
    value: Json = field(repr=False)
    conditional: bool
    """Whether it is below if, then, else or not: it restricts, and no type is generated from it."""


@frozen
class Example:
    """One documented example and the schema that it must satisfy."""

    pointer: Pointer
    kind: str
    """request, response, error, callback, parameter, header or default."""
    schema: Pointer
    value: Json = field(repr=False)
    operation: str = ""
    """operationId, if the example belongs to a single operation."""
    status: str = ""


@frozen(eq=False)
class Document:
    """One spec, read from disk."""

    name: str
    path: Path
    root: Object = field(repr=False)

    def at(self, pointer: Pointer) -> Json:
        """Return the value at a place. Raises KeyError if there is none."""
        value: Json = self.root
        for part in pointer:
            if isinstance(value, dict) and part in value:
                value = value[part]
            elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            else:
                raise KeyError(f"{self.path.name}{text_of(pointer)}: nothing is there")
        return value

    def resolve(self, pointer: Pointer) -> Pointer:
        """Return the place at the end of the chain of references that begins here."""
        seen: set[Pointer] = set()
        while True:
            reference = as_object(self.at(pointer)).get("$ref")
            if not isinstance(reference, str) or pointer in seen:
                return pointer
            seen.add(pointer)
            pointer = pointer_of(reference)

    def line(self, pointer: Pointer) -> int:
        """Return the line on which the place begins; if it does not exist, that of the nearest place above it."""
        lines = lines_of(self.path)
        while pointer not in lines:
            pointer = pointer[:-1]
        return lines[pointer]

    def place(self, pointer: Pointer) -> str:
        """Return the place for a message: file, line and pointer."""
        return f"{file_of(self.path)}:{self.line(pointer)} {text_of(pointer)}"

    def operations(self) -> Iterator[Operation]:
        for path, item in as_object(self.root.get("paths")).items():
            for method in METHODS:
                value = as_object(item).get(method)
                if isinstance(value, dict):
                    yield Operation(("paths", path, method), method, path, value)

    def callbacks(self) -> Iterator[Pointer]:
        """Yield the places of all callback operations, each once."""
        seen: set[Pointer] = set()
        for operation in self.operations():
            holder = (*operation.pointer, "callbacks")
            if not self.has(holder):
                continue
            for name in as_object(self.at(holder)):
                callback = self.resolve((*holder, name))
                for expression, item in as_object(self.at(callback)).items():
                    for method in as_object(item):
                        place = (*callback, expression, method)
                        if method in METHODS and place not in seen:
                            seen.add(place)
                            yield place

    def has(self, pointer: Pointer) -> bool:
        try:
            self.at(pointer)
        except KeyError:
            return False
        return True

    def parameters(self, operation: Pointer) -> Iterator[Pointer]:
        """Yield the places of an operation's parameters and of those of its path."""
        for holder in (operation[:-1], operation):
            place = (*holder, "parameters")
            if self.has(place):
                for index in range(len(as_list(self.at(place)))):
                    yield self.resolve((*place, str(index)))

    def media(self, holder: Pointer) -> Iterator[Pointer]:
        """Yield the places of the media types below a request body or an answer."""
        if not self.has(holder):
            return
        target = self.resolve(holder)
        for media_type in as_object(as_object(self.at(target)).get("content")):
            yield (*target, "content", media_type)

    def streams(self) -> Iterator[Pointer]:
        """Yield the places of the event streams among the answers."""
        for operation in self.operations():
            for _, response in self.responses(operation.pointer):
                yield from (media for media in self.media(response) if media[-1] == STREAM_MEDIA_TYPE)

    def event_schema(self, media: Pointer) -> Pointer | None:
        """Return the schema of the JSON in each event of a stream, if the schema of the media type allows one beside text."""
        place = (*media, "schema", "anyOf")
        branches = as_list(self.at(place)) if self.has(place) else []
        if not any(as_object(branch).get("type") == "string" for branch in branches):
            return None
        events = ((*self.resolve((*place, str(index))), *EVENT_DATA) for index in range(len(branches)))
        return next(filter(self.has, events), None)

    def responses(self, operation: Pointer) -> Iterator[tuple[str, Pointer]]:
        """Yield the status word and the place of each documented answer of an operation."""
        place = (*operation, "responses")
        if self.has(place):
            for status in as_object(self.at(place)):
                yield status, self.resolve((*place, status))

    def headers(self, response: Pointer) -> Iterator[Pointer]:
        """Yield the places of the headers of an answer."""
        for name in as_object(as_object(self.at(response)).get("headers")):
            yield self.resolve((*response, "headers", name))

    def request_schemas(self) -> Iterator[Pointer]:
        for operation in self.operations():
            for media in self.media((*operation.pointer, "requestBody")):
                yield (*media, "schema")

    def response_schemas(self) -> Iterator[Pointer]:
        """Yield the schemas of what a provider sends: answers and bodies of callbacks."""
        for operation in self.operations():
            for _, response in self.responses(operation.pointer):
                for media in self.media(response):
                    yield (*media, "schema")
        for callback in self.callbacks():
            for media in self.media((*callback, "requestBody")):
                yield (*media, "schema")

    def parameter_schemas(self) -> Iterator[Pointer]:
        """Yield the schemas of parameters and of headers of answers."""
        for operation in (*(operation.pointer for operation in self.operations()), *self.callbacks()):
            for parameter in self.parameters(operation):
                yield (*parameter, "schema")
            for _, response in self.responses(operation):
                for header in self.headers(response):
                    yield (*header, "schema")

    def walk(self, roots: Iterator[Pointer]) -> Iterator[Schema]:
        """Yield every schema reachable from the roots, references followed, each place once."""
        seen: set[tuple[Pointer, bool]] = set()
        pending = [(root, False) for root in roots]
        while pending:
            pointer, conditional = pending.pop()
            if (pointer, conditional) in seen or not self.has(pointer):
                continue
            seen.add((pointer, conditional))
            value = self.at(pointer)
            yield Schema(pointer, value, conditional)
            if not isinstance(value, dict):
                continue
            pending += [(below, conditional or restricts) for below, restricts in _subschemas(pointer, value)]

    def examples(self) -> Iterator[Example]:
        """Yield every documented example, each place once, and every documented default."""
        seen: set[Pointer] = set()
        for example in self._all_examples():
            if example.pointer not in seen:
                seen.add(example.pointer)
                yield example

    def _all_examples(self) -> Iterator[Example]:
        for operation in self.operations():
            for media in self.media((*operation.pointer, "requestBody")):
                yield from self._examples_at(media, "request", operation.id)
            for status, response in self.responses(operation.pointer):
                kind = "response" if status.startswith("2") else "error"
                owner = "" if response[0] == "components" else operation.id
                for media in self.media(response):
                    yield from self._examples_at(media, kind, owner, status)
                for header in self.headers(response):
                    yield from self._examples_at(header, "header", owner)
            for parameter in self.parameters(operation.pointer):
                yield from self._examples_at(parameter, "parameter", operation.id if parameter[0] == "paths" else "")
        for callback in self.callbacks():
            for media in self.media((*callback, "requestBody")):
                yield from self._examples_at(media, "callback")
            for parameter in self.parameters(callback):
                yield from self._examples_at(parameter, "parameter")
        for schema in self.walk(iter([*self.request_schemas(), *self.response_schemas()])):
            if isinstance(schema.value, dict) and "x-default" in schema.value:
                yield Example((*schema.pointer, "x-default"), "default", schema.pointer, schema.value["x-default"])

    def _examples_at(self, holder: Pointer, kind: str, operation: str = "", status: str = "") -> Iterator[Example]:
        value = as_object(self.at(holder))
        schema = (*holder, "schema")
        if "example" in value:
            yield Example((*holder, "example"), kind, schema, value["example"], operation, status)
        for name, entry in as_object(value.get("examples")).items():
            place = self.resolve((*holder, "examples", name))
            target = as_object(self.at(place)) if place != (*holder, "examples", name) else as_object(entry)
            if "value" in target:
                yield Example((*place, "value"), kind, schema, target["value"], operation, status)

    def rules(self, schema: Pointer) -> Iterator[tuple[Pointer, Object]]:
        """Yield the place and value of each entry of `allOf`, followed by those of its `else`."""
        for index in range(len(as_list(as_object(self.at(schema)).get("allOf")))):
            place = (*schema, "allOf", str(index))
            while self.has(place):
                yield place, as_object(self.at(place))
                place = (*place, "else")

    def validator(self, schema: Pointer) -> jsonschema_rs.Draft202012Validator:
        """Return a validator for the schema at a place; references resolve within the document."""
        return _validators(self)(schema)

    def faults(self, schema: Pointer, value: Json) -> list[tuple[Pointer, str]]:
        """Return what is wrong with a value, with the place in it; empty if it is valid. The schema must be usable."""
        return [_place_and_message(one) for error in self.validator(schema).iter_errors(value) for one in _innermost(error)]

    def unusable(self, schema: Pointer) -> tuple[Pointer, str] | None:
        """Return why a schema cannot be used, and the place in the document; None if it can."""
        try:
            self.validator(schema)
        except jsonschema_rs.ValidationError as error:
            place, message = _place_and_message(next(iter(_innermost(error))))
            return place, f"the schema cannot be used: {message}"
        return None


def _place_and_message(error: jsonschema_rs.ValidationError) -> tuple[Pointer, str]:
    return tuple(str(part) for part in error.instance_path), error.message[:MESSAGE_CHARACTERS]


def _innermost(error: jsonschema_rs.ValidationError) -> list[jsonschema_rs.ValidationError]:
    """Return the errors of the branch of an anyOf that the value was probably meant for: of its type, with the deepest error."""
    if error.kind.name != "anyOf":
        return [error]
    branches = [[inner for one in branch for inner in _innermost(one)] for branch in error.kind.value]
    of_its_type = [errors for errors in branches if not any(_is_other_type(one, error) for one in errors)]
    return max(of_its_type, key=lambda errors: (max(len(one.instance_path) for one in errors), -len(errors)), default=[error])


def _is_other_type(inner: jsonschema_rs.ValidationError, outer: jsonschema_rs.ValidationError) -> bool:
    return inner.kind.name == "type" and list(inner.instance_path) == list(outer.instance_path)


def _subschemas(pointer: Pointer, schema: Object) -> Iterator[tuple[Pointer, bool]]:
    """Yield the schemas that a schema refers to or contains, and whether each only restricts."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield pointer_of(reference), False
    for keyword in SUBSCHEMA_LISTS:
        for index in range(len(as_list(schema.get(keyword)))):
            yield (*pointer, keyword, str(index)), False
    for keyword in SUBSCHEMA_MAPS:
        for name in as_object(schema.get(keyword)):
            yield (*pointer, keyword, name), False
    for keyword in SUBSCHEMAS:
        if keyword in schema:
            yield (*pointer, keyword), keyword in CONDITIONS


@lru_cache(maxsize=16)
def _validators(document: Document) -> Callable[[Pointer], jsonschema_rs.Draft202012Validator]:
    """Return the validators of a document. Cached, because reading the document for each took most of a check."""
    registry = jsonschema_rs.Registry([(SPEC_ADDRESS, document.root)], draft=jsonschema_rs.Draft202012)

    @cache
    def validator(schema: Pointer) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator({"$ref": SPEC_ADDRESS + reference_to(schema)}, registry=registry)

    return validator


def load(path: Path) -> Document:
    """Return the document in a file. Raises DocumentError if it is not a YAML object of JSON values."""
    try:
        value = parse_yaml(path)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise DocumentError(f"{file_of(path)}{line}: not readable as YAML: {getattr(error, 'problem', None) or error}") from error
    except (OSError, ValueError) as error:
        raise DocumentError(f"{file_of(path)}: cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise DocumentError(f"{file_of(path)}: a spec is a YAML mapping; this file contains a {type(value).__name__}")
    document = Document(path.stem, path, cast("Object", value))
    try:
        found = next(foreign_values(value, ()), None)
    except RecursionError as error:
        raise DocumentError(f"{file_of(path)}: an alias (*name) leads back into itself") from error
    if found is not None:
        raise DocumentError(f"{document.place(found[0])}: {found[1]}; quote it")
    return document


def spec_files(folder: Path = FOLDER) -> list[Path]:
    """Return the spec files, one per provider: every YAML file except the generator's settings."""
    return sorted(path for path in folder.glob("*.yaml") if path.name != "generator.yaml")


def normalised(document: Document) -> str:
    """Return the document as canonical JSON text: sorted keys, two spaces, a final newline."""
    return json.dumps(document.root, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
