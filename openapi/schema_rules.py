"""House rules about schemas: what the generator and JSON Schema make of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from documents import CONDITIONS, Document, Json, Object, Pointer, Schema, as_list, as_object
from rule_book import (
    Breaches,
    all_schemas,
    keywords_of,
    objects_of,
    request_schemas,
    response_schemas,
    rule,
    snake_case,
    unknown_keys,
)

RESERVED_PROPERTIES: Final = frozenset({"to_dict", "from_dict", "additional_properties", "additional_keys"})
TYPED_FORMATS: Final = frozenset({"date-time", "date", "time", "uuid", "binary", "byte"})
KEYWORDS: Final = frozenset({
    "$ref", "type", "enum", "const", "description", "title", "examples", "format", "pattern",
    "contentMediaType", "contentSchema",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
    "items", "prefixItems", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems",
    "properties", "patternProperties", "additionalProperties", "propertyNames",
    "required", "dependentRequired", "minProperties", "maxProperties",
    "allOf", "anyOf", "not", "if", "then", "else",
    "default", "nullable", "oneOf", "discriminator", "deprecated",
})  # fmt: skip
"""Keywords that a schema may have. Those in the last line are refused by other rules, which say what to write instead."""
EXTENSIONS: Final = frozenset({
    "x-aliases", "x-code-families", "x-codes", "x-decision", "x-default", "x-download", "x-evidence",
    "x-key-prefix", "x-max-body-bytes", "x-max-upload-bytes", "x-media", "x-present", "x-price-list", "x-prices",
    "x-reasons", "x-signature-vectors", "x-source", "x-synchronous", "x-usual-poll", "x-words-of",
})  # fmt: skip
"""Keys of our own."""
MEDIA_KEYWORDS: Final = frozenset({
    "kind", "formats", "max-bytes", "min-aspect-ratio", "max-aspect-ratio", "min-pixels", "max-pixels",
    "min-seconds", "max-seconds",
})  # fmt: skip
"""Members that x-media may have."""


@rule
def keywords_are_known(document: Document) -> Breaches:
    """JSON Schema ignores an unknown keyword: `maxLenght` would be a limit that is never checked."""
    for schema in all_schemas(document):
        own = [key for key in keywords_of(schema) if not key.startswith("x-")]
        yield from unknown_keys(schema.pointer, own, KEYWORDS)
        yield from unknown_keys((*schema.pointer, "x-media"), as_object(keywords_of(schema).get("x-media")), MEDIA_KEYWORDS)
    for pointer, value in objects_of(document.root):
        if not {"example", "examples"} & set(pointer):  # an example is what a provider sends
            yield from unknown_keys(pointer, [key for key in value if key.startswith("x-")], EXTENSIONS)


@rule
def schemas_can_be_used(document: Document) -> Breaches:
    """With a limit written as text, or an unknown type, every example below it would look invalid."""
    problems = (document.unusable(schema.pointer) for schema in all_schemas(document))
    yield from dict.fromkeys(problem for problem in problems if problem is not None)
    for schema in all_schemas(document):
        for keyword, said in keywords_of(schema).items():
            entries = as_list(said)
            for index, entry in enumerate(entries):
                if entry in entries[:index]:
                    yield (*schema.pointer, keyword, str(index)), "the same entry a second time: remove it"


@rule
def enums_are_named(document: Document) -> Breaches:
    """An inline enum gets an invented class name that changes with its neighbours."""
    for schema in all_schemas(document):
        if schema.conditional or "enum" not in keywords_of(schema):
            continue
        if schema.pointer[:2] != ("components", "schemas") or len(schema.pointer) != 3:
            yield schema.pointer, "an enum outside if, then and not must be a component of its own"
        if "type" not in keywords_of(schema):
            yield schema.pointer, "an enum has a type, without which a generator may take it for any value"
        if None in as_list(keywords_of(schema)["enum"]):
            yield schema.pointer, "an enum contains null; write anyOf with {type: 'null'}"


@rule
def response_enums_are_open(document: Document) -> Breaches:
    """A closed enum raises on a new word and loses the whole answer, and with it the id of a paid task."""
    closed = {schema.pointer for schema in response_schemas(document) if {"enum", "const"} & set(keywords_of(schema))}
    for schema in response_schemas(document):
        value = keywords_of(schema)
        if "const" in value:
            yield schema.pointer, "const in an answer refuses every other word"
        if value.get("$ref") is None or document.resolve(schema.pointer) not in closed:
            continue
        *holder, keyword, _ = schema.pointer
        branches = as_list(document.at((*holder, keyword))) if keyword == "anyOf" else []
        enum = as_object(document.at(document.resolve(schema.pointer)))
        if not any(as_object(branch).get("type") == enum.get("type", "string") for branch in branches):
            yield schema.pointer, "the enum is closed; write anyOf: [{$ref: ...}, {type: string}]"


@rule
def nullable_is_written_in_3_1(document: Document) -> Breaches:
    """`nullable` has no meaning in OpenAPI 3.1: a null would crash the generated model."""
    for schema in all_schemas(document):
        if "nullable" in keywords_of(schema):
            yield (*schema.pointer, "nullable"), "write type: [string, 'null'], or anyOf with {type: 'null'}"


@rule
def requests_have_no_default(document: Document) -> Breaches:
    """The generator sends a default with every request; x-default documents it without sending it."""
    for schema in request_schemas(document):
        if "default" in keywords_of(schema):
            yield (*schema.pointer, "default"), "write x-default"
    for operation in document.operations():
        for parameter in document.parameters(operation.pointer):
            if "default" in as_object(as_object(document.at(parameter)).get("schema")):
                yield parameter, "write x-default"


@rule
def request_objects_are_closed(document: Document) -> Breaches:
    """A misspelt field must be refused before money is spent, not ignored after."""
    for schema in request_schemas(document):
        value = keywords_of(schema)
        if "properties" in value and not schema.conditional and value.get("additionalProperties") is not False:
            yield schema.pointer, "additionalProperties: false is missing"


@rule
def response_objects_are_open(document: Document) -> Breaches:
    """What a provider sends is kept, documented or not."""
    for schema in response_schemas(document):
        if keywords_of(schema).get("additionalProperties", True) is not True:
            yield schema.pointer, "additionalProperties in an answer drops or restricts unknown members"


@rule
def presence_can_be_checked(document: Document) -> Breaches:
    """On a request, or with an unknown word, the mark has no effect: the loss of a member would go unnoticed."""
    for schema in request_schemas(document):
        if "x-present" in keywords_of(schema):
            yield (*schema.pointer, "x-present"), "is allowed on members of answers only"
    for schema in response_schemas(document):
        for name in as_object(keywords_of(schema).get("properties")):
            place = (*schema.pointer, "properties", name, "x-present")
            mark = as_object(document.at(place[:-1])).get("x-present")
            words = {other: _words_below(document, (*schema.pointer, "properties", other)) for other in as_object(mark)}
            known = all(word in found for other, found in words.items() for word in as_list(as_object(mark)[other]))
            if mark not in (None, "needed", "always") and not (words and known):
                yield place, "write needed, always, or another member with some of its words"


def _words_below(document: Document, schema: Pointer) -> list[Json]:
    """Return the words of an enum at a place, or of one of its branches; empty if there are none."""
    if not document.has(schema):
        return []
    branches = range(len(as_list(as_object(document.at(document.resolve(schema))).get("anyOf"))))
    places = (schema, *((*schema, "anyOf", str(index)) for index in branches))
    return [word for place in places for word in _enum(document, place)]


@rule
def objects_are_named(document: Document) -> Breaches:
    """An inline object gets an invented class name that changes with its neighbours."""
    for schema in all_schemas(document):
        if schema.conditional or "properties" not in keywords_of(schema):
            continue
        named = schema.pointer[:2] == ("components", "schemas")
        if not named or (len(schema.pointer) > 3 and schema.pointer[3] != "allOf"):
            yield schema.pointer, "an object with properties must be a component of its own"


@rule
def references_stand_alone(document: Document) -> Breaches:
    """The generator drops keywords beside a $ref."""
    for schema in all_schemas(document):
        value = keywords_of(schema)
        if "$ref" in value and len(value) > 1:
            yield schema.pointer, "a $ref has neighbours: " + ", ".join(sorted(set(value) - {"$ref"}))


@rule
def unions_are_plain(document: Document) -> Breaches:
    """The generator ignores discriminators and oneOf's exclusiveness, and turns a bare top-level anyOf into a union."""
    for schema in all_schemas(document):
        value = keywords_of(schema)
        for keyword in ("discriminator", "oneOf"):
            if keyword in value:
                yield (*schema.pointer, keyword), f"the generator does not support {keyword}"
        if "properties" in value and "anyOf" in value:
            yield schema.pointer, "anyOf beside properties; wrap it: allOf: [{anyOf: [...]}]"


@rule
def schemas_are_objects(document: Document) -> Breaches:
    """The generator cannot read the boolean schemas true and false."""
    for schema in all_schemas(document):
        if isinstance(schema.value, bool) and schema.pointer[-1] != "additionalProperties":
            yield schema.pointer, "a boolean schema; write {} or leave it out"


@rule
def dates_stay_strings(document: Document) -> Breaches:
    """The generator converts such a format, which raises on an unforeseen spelling and loses nanoseconds."""
    for schema in all_schemas(document):
        if keywords_of(schema).get("format") in TYPED_FORMATS:
            yield (*schema.pointer, "format"), f"format {keywords_of(schema)['format']} makes the generator convert the value"


@rule
def property_names_are_free(document: Document) -> Breaches:
    """The generated model has methods of these names."""
    for schema in all_schemas(document):
        for name in as_object(keywords_of(schema).get("properties")):
            if name in RESERVED_PROPERTIES:
                yield (*schema.pointer, "properties", name), f"the generated model has a member {name} of its own"


@rule
def models_differ_from_their_members(document: Document) -> Breaches:
    """The generated from_dict has variables named after the model and its members, which would collide."""
    for schema in all_schemas(document):
        owner = schema.pointer[2] if schema.pointer[:2] == ("components", "schemas") and len(schema.pointer) > 2 else ""
        for name in as_object(keywords_of(schema).get("properties")):
            if owner and not schema.conditional and snake_case(name) == snake_case(owner):
                yield (*schema.pointer, "properties", name), f"the member has the name of its component {owner}"


@rule
def required_names_are_declared(document: Document) -> Breaches:
    """The generated model can never have a required member whose name is misspelt."""
    for schema in all_schemas(document):
        value = keywords_of(schema)
        if schema.conditional or "properties" not in value or ("allOf" in value and not value["properties"]):
            continue
        for name in map(str, as_list(value.get("required"))):
            if name not in as_object(value["properties"]):
                yield (*schema.pointer, "required"), f"{name} is required but not among the properties"


@rule
def conditions_require_what_they_test(document: Document) -> Breaches:
    """A condition on a missing property is met: the rule would apply to every request without it."""
    for schema in all_schemas(document):
        condition = as_object(keywords_of(schema).get("if"))
        required = as_list(condition.get("required"))
        for name in as_object(condition.get("properties")):
            if name not in required:
                yield (*schema.pointer, "if"), f"the condition tests {name} but does not require it"


@rule
def rules_name_known_properties(document: Document) -> Breaches:
    """A rule about an unknown property, or a word that is not in its enum, never applies."""
    for schema in request_schemas(document):
        value = keywords_of(schema)
        properties = as_object(value.get("properties"))
        if schema.conditional or not properties:
            continue
        for keyword_place, restriction in _restrictions(document, schema):
            for name, limits in as_object(restriction.get("properties")).items():
                if name not in properties:
                    yield keyword_place, f"{name} is not a property of this request"
                    continue
                words = _enum(document, (*schema.pointer, "properties", name))
                for word in _words(limits):
                    if words and word not in words:
                        yield keyword_place, f"{word!r} is not a documented word of {name}"


def _restrictions(document: Document, schema: Schema) -> Iterator[tuple[Pointer, Object]]:
    for place, value in document.rules(schema.pointer):
        for keyword in CONDITIONS:
            restriction = as_object(value.get(keyword))
            if restriction:
                yield (*place, keyword), restriction


def _words(limits: Json) -> list[Json]:
    """Return the words that a restriction allows as enum or const."""
    value = as_object(limits)
    return [*as_list(value.get("enum")), *([value["const"]] if "const" in value else [])]


def _enum(document: Document, schema: Pointer) -> list[Json]:
    return as_list(as_object(document.at(document.resolve(schema))).get("enum"))


@rule
def every_model_has_a_rule(document: Document) -> Breaches:
    """A model without a rule would accept every duration and resolution that any model accepts."""
    for schema in request_schemas(document):
        if schema.conditional or "model" not in as_object(keywords_of(schema).get("properties")):
            continue
        ruled: list[Json] = []
        for place, restriction in _restrictions(document, schema):
            if place[-1] == "if":
                ruled += _words(as_object(restriction.get("properties")).get("model"))
        models = _enum(document, (*schema.pointer, "properties", "model"))
        for name in models:
            if ruled and name not in ruled:
                yield schema.pointer, f"no rule (if model ... then ...) names the model {name}"
