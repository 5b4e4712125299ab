"""House rules about a document as a whole and about its operations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from documents import EVENT_DATA, FOLDER, STREAM_MEDIA_TYPE, Document, Json, Object, as_list, as_object, pointer_of, text_of
from reading_prices import UNITS
from rule_book import Breaches, objects_of, rule, snake_case

JSON_MEDIA_TYPE: Final = "application/json"
EVENT_FORM: Final = ("object", ["data"], "string", JSON_MEDIA_TYPE)
"""Type and required members of an event, type and content of its data."""
INSTEAD_OF_OTHER_BODIES: Final = (
    "the clients, the checks and the emulator read no other body. Describe a file as a text with x-media (an address or a data"
    " URI), or as an upload in two steps, as createUpload of vidu.yaml; leave out an operation that takes a form only"
)
"""What to write instead of a body that is not JSON."""
ONE_FILE: Final = (
    "a spec is whole in one file, since the package carries it as one openapi.json. Copy the component below `components` of"
    " this file"
)
"""Why a reference must stay within its file, and what to do."""
EVIDENCE: Final = frozenset({"seed", "page", "mirror", "code", "unsure"})
"""Marks of how sure a fact is, strongest first; no mark means a seed or an official page."""

SAID: Final = frozenset({"what", "description", "summary"})
"""Members with a text in words."""
EXAMPLES: Final = frozenset({"value", "example"})
AMOUNT: Final[Json] = {"$ref": "#/$defs/amount"}
PRICES: Final = Document("prices", FOLDER / "README.md", {
    "type": "array",
    "uniqueItems": True,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["per", "source"],
        "properties": {
            "models": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            "when": {"type": "object"},
            "per": {"type": "string"},
            "each": {"type": "integer"},
            **dict.fromkeys(UNITS, AMOUNT),
            "adds": {"const": True},
            "region": {"enum": ["cn", "international"]},
            "until": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
            "sure": {"enum": ["high", "medium", "low"]},
            "source": {"type": "string"},
        },
    },
    "$defs": {"amount": {"anyOf": [
        {"type": "number", "minimum": 0},
        {"type": "array", "items": {"type": ["number", "null"]}},
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": {"type": "object", "minProperties": 1, "additionalProperties": AMOUNT},
        },
    ]}},
})  # fmt: skip
"""The schema of `x-prices`, which README.md describes."""


@rule
def operation_ids_are_unique(document: Document) -> Breaches:
    """The generator writes one module per snake-cased operationId and silently overwrites a second one."""
    seen: dict[str, str] = {}
    for operation in document.operations():
        if not re.fullmatch(r"[a-z][A-Za-z0-9]*", operation.id):
            yield operation.pointer, f"operationId {operation.id!r} is not written in camelCase"
        module = snake_case(operation.id)
        if module in seen:
            yield (*operation.pointer, "operationId"), f"operationId {operation.id} is used already by {seen[module]}"
        seen.setdefault(module, f"{operation.method.upper()} {operation.path}")


@rule
def operations_name_their_security(document: Document) -> Breaches:
    """The generator ignores security at document level: the operation would lose its key."""
    schemes = as_object(as_object(document.root.get("components")).get("securitySchemes"))
    for operation in document.operations():
        alternatives = as_list(operation.value.get("security"))
        if not alternatives or any(not as_object(alternative) for alternative in alternatives):
            yield operation.pointer, "security is missing, empty, or allows a call without a key"
        for alternative in alternatives:
            for name in as_object(alternative):
                if name not in schemes:
                    yield (*operation.pointer, "security"), f"{name} is no declared security scheme"


@rule
def operations_are_described(document: Document) -> Breaches:
    """Every operation says what it does, where the fact comes from, and in which folder its module is."""
    for operation in document.operations():
        if not str(operation.value.get("summary", "")).strip():
            yield operation.pointer, "summary is missing"
        if len(as_list(operation.value.get("tags"))) != 1:
            yield operation.pointer, "exactly one tag is needed: it is the folder of the generated module"
        sources = as_list(operation.value.get("x-source"))
        if not sources or not all(re.match(r"https://|seeds/", str(source)) for source in sources):
            yield operation.pointer, "x-source must be a list of page addresses (https://...) or seeds (seeds/...)"


@rule
def evidence_marks_are_known(document: Document) -> Breaches:
    """A misspelt mark would count as no mark, and an unsure fact as a sure one."""
    for pointer, value in objects_of(document.root):
        mark = value.get("x-evidence")
        if mark is not None and str(mark) not in EVIDENCE:
            yield (*pointer, "x-evidence"), f"{mark!r} is not one of {', '.join(sorted(EVIDENCE))}"


@rule
def prices_can_be_read(document: Document) -> Breaches:
    """A price in another form, such as a number in quotation marks, is read by some programs and stops others.

    One whose source has another name in the list of prices would be quoted without a date and a page.
    """
    sources = as_object(as_object(document.root.get("x-price-list")).get("sources"))
    for operation in document.operations():
        place = (*operation.pointer, "x-prices")
        if document.has(place):
            yield from (((*place, *inside), message) for inside, message in PRICES.faults((), document.at(place)))
            for number, row in enumerate(as_list(document.at(place))):
                if (source := as_object(row).get("source")) not in sources:
                    yield (*place, str(number), "source"), f"{source!r} is not among the sources of x-price-list"


@rule
def texts_are_whole(document: Document) -> Breaches:
    """In `{description: One, two}` YAML takes the comma for the end of the text and the rest for a member without a value."""
    for pointer, value in objects_of(document.root):
        for name, member in value.items():
            if member is None and (" " in name or (SAID & value.keys() and name != "date" and not EXAMPLES & set(pointer))):
                yield (*pointer, name), "the text was cut at a comma, and this is the rest of it; put the text in quotes"


@rule
def answers_to_failures_are_documented(document: Document) -> Breaches:
    """Without a default answer the generated client drops the body of every status that is not listed."""
    for operation in document.operations():
        statuses = [status for status, _ in document.responses(operation.pointer)]
        if "default" not in statuses:
            yield (*operation.pointer, "responses"), "there is no default answer"
        if not any(status.startswith("2") for status in statuses):
            yield (*operation.pointer, "responses"), "there is no success answer"
        if not any(status.startswith("4") for status in statuses):
            yield (*operation.pointer, "responses"), "no answer to a refused request (4xx) is documented"


@rule
def bodies_have_one_content_type(document: Document) -> Breaches:
    """Two content types make the generated body a union, and its first branch is sent whatever was meant."""
    for operation in document.operations():
        holders = [(*operation.pointer, "requestBody")]
        holders += [response for _, response in document.responses(operation.pointer)]
        for holder in holders:
            places = list(document.media(holder))
            if len(places) > 1:
                yield holder, f"several content types: {', '.join(place[-1] for place in places)}"
            for place in places:
                if place[-1] not in (JSON_MEDIA_TYPE, STREAM_MEDIA_TYPE):
                    yield place, f"{place[-1]} is not {JSON_MEDIA_TYPE} or {STREAM_MEDIA_TYPE}; {INSTEAD_OF_OTHER_BODIES}"


@rule
def streams_describe_their_events(document: Document) -> Breaches:
    """Some tools read a stream as one text, others event by event: a schema for one alone refuses what the other reads."""
    for media in document.streams():
        schema = document.event_schema(media)
        if schema is None:
            yield (*media, "schema"), "anyOf must hold a text, and an event whose data has a contentSchema"
            continue
        event = as_object(document.at(schema[: -len(EVENT_DATA)]))
        data = as_object(document.at(schema[:-1]))
        if (event.get("type"), event.get("required"), data.get("type"), data.get("contentMediaType")) != EVENT_FORM:
            yield schema[: -len(EVENT_DATA)], "an event is an object that must have data, a text of the type application/json"


@rule
def components_are_used(document: Document) -> Breaches:
    """A component that nothing refers to would be generated and tested for no use."""
    used = {str(value["$ref"]) for _, value in objects_of(document.root) if isinstance(value.get("$ref"), str)}
    for kind, entries in _components(document):
        for name in entries:
            if kind != "securitySchemes" and text_of(("components", kind, name)) not in used:
                yield ("components", kind, name), "nothing refers to it: remove it, or restore what referred to it"


@rule
def references_lead_somewhere(document: Document) -> Breaches:
    """A reference to nothing stops the generator with a message that does not name the place."""
    for pointer, value in objects_of(document.root):
        reference = value.get("$ref")
        if not isinstance(reference, str):
            continue
        if not reference.startswith("#"):
            yield (*pointer, "$ref"), f"{reference} leads out of the file; {ONE_FILE}"
        elif not (reference.startswith("#/") and document.has(pointer_of(reference))):
            yield (*pointer, "$ref"), f"{reference} does not exist{_nearest(document, reference)}"


def _nearest(document: Document, reference: str) -> str:
    names = [text_of(("components", kind, name)) for kind, held in _components(document) for name in held]
    near = get_close_matches(reference, names, n=1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else ""


def _components(document: Document) -> Iterator[tuple[str, Object]]:
    for kind, entries in as_object(document.root.get("components")).items():
        yield kind, as_object(entries)
