"""The house rules: what a spec must keep to so that the generated client is whole and loses no answer.

Each rule is one function from a document to findings, with the reason in its docstring. The rules read; they never
change a document. `generate.py` refuses to generate from a spec that breaks one, and the contract tests show for each
rule a spec that it catches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from attrs import frozen
from documents import CONDITIONS, Document, Json, Object, Pointer, Schema, as_list, as_object, pointer_of, text_of

JSON_MEDIA_TYPE: Final = "application/json"
STREAM_MEDIA_TYPE: Final = "text/event-stream"
RESERVED_PROPERTIES: Final = frozenset({"to_dict", "from_dict", "additional_properties", "additional_keys"})
TYPED_FORMATS: Final = frozenset({"date-time", "date", "time", "uuid", "binary", "byte"})
EVIDENCE: Final = frozenset({"seed", "page", "mirror", "code", "unsure"})
"""Marks of how sure a fact is, strongest first; no mark means a seed or an official page."""

KEYWORDS: Final = frozenset({
    "$ref", "type", "enum", "const", "description", "title", "examples", "format", "pattern", "deprecated",
    "readOnly", "writeOnly",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
    "items", "prefixItems", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems",
    "properties", "patternProperties", "additionalProperties", "propertyNames",
    "required", "dependentRequired", "minProperties", "maxProperties",
    "allOf", "anyOf", "not", "if", "then", "else",
    "default", "nullable", "oneOf", "discriminator",
})  # fmt: skip
"""What a schema may say. The last line is refused by other rules, which know why and what to write instead."""
EXTENSIONS: Final = frozenset({
    "x-aliases", "x-code-families", "x-codes", "x-decision", "x-default", "x-download", "x-event-schema", "x-evidence",
    "x-key-prefix", "x-max-body-bytes", "x-max-upload-bytes", "x-media", "x-price-list", "x-prices", "x-reasons",
    "x-signature-vectors", "x-source", "x-synchronous", "x-usual-poll",
})  # fmt: skip
"""Keys of our own."""
MEDIA_KEYWORDS: Final = frozenset({
    "kind", "formats", "max-bytes", "min-aspect-ratio", "max-aspect-ratio", "min-pixels", "max-pixels",
    "min-seconds", "max-seconds",
})  # fmt: skip
"""What x-media may say."""


@frozen
class Finding:
    """A place where a document breaks a rule."""

    rule: str
    pointer: Pointer
    message: str


Found = Iterator[tuple[Pointer, str]]
Rule = Callable[[Document], Found]
RULES: Final[dict[str, Rule]] = {}
ASKED_FIRST: Final = ("references_lead_somewhere", "schemas_can_be_used")
"""Rules without which the others, and the validator of OpenAPI, would tell one mistake many times and at other places."""


def rule(function: Rule) -> Rule:
    RULES[function.__name__] = function
    return function


def findings(document: Document) -> list[Finding]:
    """Everything in the document that breaks a house rule, each once; what breaks one of ASKED_FIRST alone."""
    for name in ASKED_FIRST:
        if found := [Finding(name, *found) for found in RULES[name](document)]:
            return found
    found = [Finding(name, *found) for name, check in RULES.items() for found in check(document)]
    return list(dict.fromkeys(found))


def snake_case(name: str) -> str:
    """The module name that the generator makes of an operationId."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def _request_schemas(document: Document) -> list[Schema]:
    return [schema for schema in document.walk(document.request_schemas()) if isinstance(schema.value, dict)]


def _response_schemas(document: Document) -> list[Schema]:
    return [schema for schema in document.walk(document.response_schemas()) if isinstance(schema.value, dict)]


def _all_schemas(document: Document) -> Iterator[Schema]:
    roots = [*document.request_schemas(), *document.response_schemas(), *document.parameter_schemas()]
    components = as_object(as_object(document.root.get("components")).get("schemas"))
    yield from document.walk(iter([*roots, *(("components", "schemas", name) for name in components)]))


def _value(schema: Schema) -> Object:
    return as_object(schema.value)


@rule
def operation_ids_are_unique(document: Document) -> Found:
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
def operations_name_their_security(document: Document) -> Found:
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
def operations_are_described(document: Document) -> Found:
    """A reader finds what an operation does, where the fact comes from, and under which folder its module stands."""
    for operation in document.operations():
        if not str(operation.value.get("summary", "")).strip():
            yield operation.pointer, "summary is missing"
        if len(as_list(operation.value.get("tags"))) != 1:
            yield operation.pointer, "exactly one tag is needed: it is the folder of the generated module"
        sources = as_list(operation.value.get("x-source"))
        if not sources or not all(re.match(r"https://|seeds/", str(source)) for source in sources):
            yield operation.pointer, "x-source names no page address (https://...) and no seed (seeds/...)"


@rule
def evidence_marks_are_known(document: Document) -> Found:
    """A misspelt mark would read as no mark, and an unsure fact as a sure one."""
    for pointer, value in _members(document.root, ()):
        mark = value.get("x-evidence")
        if mark is not None and mark not in EVIDENCE:
            yield (*pointer, "x-evidence"), f"{mark!r} is not one of {', '.join(sorted(EVIDENCE))}"


def _members(value: Json, pointer: Pointer) -> Iterator[tuple[Pointer, Object]]:
    if isinstance(value, dict):
        yield pointer, value
        for name, below in value.items():
            yield from _members(below, (*pointer, name))
    if isinstance(value, list):
        for index, below in enumerate(value):
            yield from _members(below, (*pointer, str(index)))


@rule
def keywords_are_known(document: Document) -> Found:
    """JSON Schema passes over a keyword that it does not know: `maxLenght` would be a limit that nobody checks."""
    for schema in _all_schemas(document):
        own = [key for key in _value(schema) if not key.startswith("x-")]
        yield from _unknown_keys(schema.pointer, own, KEYWORDS)
        yield from _unknown_keys((*schema.pointer, "x-media"), as_object(_value(schema).get("x-media")), MEDIA_KEYWORDS)
    for pointer, value in _members(document.root, ()):
        if not {"example", "examples"} & set(pointer):  # what stands there is a provider's
            yield from _unknown_keys(pointer, [key for key in value if key.startswith("x-")], EXTENSIONS)


def _unknown_keys(pointer: Pointer, keys: Iterable[str], known: frozenset[str]) -> Found:
    for key in keys:
        if key not in known:
            near = get_close_matches(key, sorted(known), n=1)
            yield (*pointer, key), f"{key} means nothing here" + (f"; did you mean {near[0]}?" if near else "")


@rule
def texts_are_whole(document: Document) -> Found:
    """In `{description: One, two}` YAML takes the comma for the end of the text and the rest for a member without a value."""
    for pointer, value in _members(document.root, ()):
        for name, member in value.items():
            if member is None and " " in name:
                yield (*pointer, name), "the rest of a text that holds a comma; put the text in quotes"


@rule
def bodies_and_answers_have_examples(document: Document) -> Found:
    """What has no example is held by no round-trip test."""
    for operation in document.operations():
        for media in document.media((*operation.pointer, "requestBody")):
            yield from _without_examples(document, media)
        for _, response in document.responses(operation.pointer):
            for media in document.media(response):
                yield from _without_examples(document, media)
        for parameter in document.parameters(operation.pointer):
            value = as_object(document.at(parameter))
            if "example" not in value and not value.get("examples"):
                yield parameter, "the parameter has no example"
    for callback in document.callbacks():
        for media in document.media((*callback, "requestBody")):
            yield from _without_examples(document, media)


def _without_examples(document: Document, media: Pointer) -> Found:
    value = as_object(document.at(media))
    if not as_object(value.get("examples")):
        yield media, "there is no entry under examples"
    for name, entry in as_object(value.get("examples")).items():
        if "value" not in as_object(entry) and "$ref" not in as_object(entry):
            yield (*media, "examples", name), "the example has no value"


@rule
def examples_keep_their_schema(document: Document) -> Found:
    """A reader copies an example and the tests build on it: a broken one misleads both."""
    for example in document.examples():
        for place, message in document.faults(example.schema, example.value):
            yield (*example.pointer, *place), f"the example breaks its schema: {message}"


@rule
def schemas_can_be_used(document: Document) -> Found:
    """A limit written as text, or a type that does not exist, makes every example below it look broken."""
    problems = (document.unusable(schema.pointer) for schema in _all_schemas(document))
    yield from dict.fromkeys(problem for problem in problems if problem is not None)


@rule
def answers_to_failures_are_documented(document: Document) -> Found:
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
def bodies_have_one_content_type(document: Document) -> Found:
    """Two content types make the generated body a union, and its first branch is sent whatever was meant."""
    for operation in document.operations():
        holders = [(*operation.pointer, "requestBody")]
        holders += [response for _, response in document.responses(operation.pointer)]
        for holder in holders:
            types = [media[-1] for media in document.media(holder)]
            if len(types) > 1:
                yield holder, f"several content types: {', '.join(types)}"
            for media_type in types:
                if media_type not in (JSON_MEDIA_TYPE, STREAM_MEDIA_TYPE):
                    yield holder, f"{media_type} is not {JSON_MEDIA_TYPE} or {STREAM_MEDIA_TYPE}"


@rule
def links_can_be_followed(document: Document) -> Found:
    """A stateful test follows links; one that names no operation or no parameter is silently skipped."""
    operations = {operation.id: operation for operation in document.operations()}
    usual_poll = document.root.get("x-usual-poll")
    if usual_poll is not None and usual_poll not in operations:
        yield ("x-usual-poll",), f"{usual_poll!r} is no operation"
    for operation in document.operations():
        for _, response in document.responses(operation.pointer):
            for name in as_object(as_object(document.at(response)).get("links")):
                place = document.resolve((*response, "links", name))
                link = as_object(document.at(place))
                target = operations.get(str(link.get("operationId")))
                if target is None:
                    yield place, f"the link leads to {link.get('operationId')!r}, which is no operation"
                    continue
                known = {str(as_object(document.at(spot)).get("name")) for spot in document.parameters(target.pointer)}
                for parameter in as_object(link.get("parameters")):
                    if parameter.split(".", 1)[-1] not in known and parameter not in known:
                        yield place, f"{target.id} has no parameter {parameter}"


@rule
def created_tasks_link_to_their_poll(document: Document) -> Found:
    """An accepted task that no link leads to would be left out of the stateful tests."""
    for operation in document.operations():
        if operation.method != "post":
            continue
        for status, response in document.responses(operation.pointer):
            if not status.startswith("2") or as_object(document.at(response)).get("links"):
                continue
            for media in document.media(response):
                names = _property_names(document, (*media, "schema"))
                if names & {"task_id", "sub_task_id"} and "x-synchronous" not in operation.value:
                    yield response, "the answer holds a task id and has no links (or x-synchronous, if there is no task)"


def _property_names(document: Document, schema: Pointer) -> set[str]:
    return {
        name
        for below in document.walk(iter([schema]))
        if not {"properties", "items"} & set(below.pointer[len(schema) :])
        for name in as_object(_value(below).get("properties"))
    }


@rule
def enums_are_named(document: Document) -> Found:
    """An inline enum gets an invented class name that changes with its neighbours."""
    for schema in _all_schemas(document):
        if schema.conditional or "enum" not in _value(schema):
            continue
        if schema.pointer[:2] != ("components", "schemas") or len(schema.pointer) != 3:
            yield schema.pointer, "an enum outside if, then and not must be a component of its own"
        if None in as_list(_value(schema)["enum"]):
            yield schema.pointer, "an enum holds null; write anyOf with {type: 'null'}"


@rule
def response_enums_are_open(document: Document) -> Found:
    """A closed enum raises on a new word and loses the whole answer, the id of a paid task included."""
    closed = {schema.pointer for schema in _response_schemas(document) if {"enum", "const"} & set(_value(schema))}
    for schema in _response_schemas(document):
        value = _value(schema)
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
def nullable_is_written_in_3_1(document: Document) -> Found:
    """`nullable` means nothing in OpenAPI 3.1: a null would crash the generated model."""
    for schema in _all_schemas(document):
        if "nullable" in _value(schema):
            yield (*schema.pointer, "nullable"), "write type: [string, 'null'], or anyOf with {type: 'null'}"


@rule
def requests_have_no_default(document: Document) -> Found:
    """The generator sends a default with every request; x-default documents it without sending it."""
    for schema in _request_schemas(document):
        if "default" in _value(schema):
            yield (*schema.pointer, "default"), "write x-default"
    for operation in document.operations():
        for parameter in document.parameters(operation.pointer):
            if "default" in as_object(as_object(document.at(parameter)).get("schema")):
                yield parameter, "write x-default"


@rule
def request_objects_are_closed(document: Document) -> Found:
    """A misspelt field must be refused before money is spent, not ignored after."""
    for schema in _request_schemas(document):
        value = _value(schema)
        if "properties" in value and not schema.conditional and value.get("additionalProperties") is not False:
            yield schema.pointer, "additionalProperties: false is missing"


@rule
def response_objects_are_open(document: Document) -> Found:
    """What a provider sends is kept, also when nobody documented it."""
    for schema in _response_schemas(document):
        if _value(schema).get("additionalProperties") is False:
            yield schema.pointer, "additionalProperties: false in an answer drops unknown members"


@rule
def objects_are_named(document: Document) -> Found:
    """An inline object gets an invented class name that changes with its neighbours."""
    for schema in _all_schemas(document):
        if schema.conditional or "properties" not in _value(schema):
            continue
        named = schema.pointer[:2] == ("components", "schemas")
        if not named or (len(schema.pointer) > 3 and schema.pointer[3] != "allOf"):
            yield schema.pointer, "an object with properties must be a component of its own"


@rule
def references_stand_alone(document: Document) -> Found:
    """The generator drops what stands beside a $ref."""
    for schema in _all_schemas(document):
        value = _value(schema)
        if "$ref" in value and len(value) > 1:
            yield schema.pointer, "a $ref has neighbours: " + ", ".join(sorted(set(value) - {"$ref"}))


@rule
def unions_are_plain(document: Document) -> Found:
    """The generator ignores discriminators and oneOf's exclusiveness, and turns a bare top-level anyOf into a union."""
    for schema in _all_schemas(document):
        value = _value(schema)
        for keyword in ("discriminator", "oneOf"):
            if keyword in value:
                yield (*schema.pointer, keyword), f"{keyword} is not understood by the generator"
        if "properties" in value and "anyOf" in value:
            yield schema.pointer, "anyOf beside properties; wrap it: allOf: [{anyOf: [...]}]"


@rule
def schemas_are_objects(document: Document) -> Found:
    """The generator cannot read the boolean schemas true and false."""
    for schema in _all_schemas(document):
        if isinstance(schema.value, bool) and schema.pointer[-1] != "additionalProperties":
            yield schema.pointer, "a boolean schema; write {} or leave it out"


@rule
def dates_stay_strings(document: Document) -> Found:
    """A typed format raises on a spelling nobody foresaw, and nanoseconds would be lost."""
    for schema in _all_schemas(document):
        if _value(schema).get("format") in TYPED_FORMATS:
            yield (*schema.pointer, "format"), f"format {_value(schema)['format']} makes the generator convert the value"


@rule
def property_names_are_free(document: Document) -> Found:
    """The generated model has methods of these names."""
    for schema in _all_schemas(document):
        for name in as_object(_value(schema).get("properties")):
            if name in RESERVED_PROPERTIES:
                yield (*schema.pointer, "properties", name), f"the generated model has a member {name} of its own"


@rule
def models_differ_from_their_members(document: Document) -> Found:
    """The generator's from_dict holds the model and its members in variables of these names; two of a name collide."""
    for schema in _all_schemas(document):
        owner = schema.pointer[2] if schema.pointer[:2] == ("components", "schemas") and len(schema.pointer) > 2 else ""
        for name in as_object(_value(schema).get("properties")):
            if owner and not schema.conditional and snake_case(name) == snake_case(owner):
                yield (*schema.pointer, "properties", name), f"the member has the name of its component {owner}"


@rule
def required_names_are_declared(document: Document) -> Found:
    """A required name that is spelt wrong can never be satisfied by the generated model."""
    for schema in _all_schemas(document):
        value = _value(schema)
        if schema.conditional or "properties" not in value or ("allOf" in value and not value["properties"]):
            continue
        for name in as_list(value.get("required")):
            if name not in as_object(value["properties"]):
                yield (*schema.pointer, "required"), f"{name} is required and not among the properties"


@rule
def conditions_require_what_they_test(document: Document) -> Found:
    """A condition on an absent property holds: the rule would bind every request that leaves it out."""
    for schema in _all_schemas(document):
        condition = as_object(_value(schema).get("if"))
        required = as_list(condition.get("required"))
        for name in as_object(condition.get("properties")):
            if name not in required:
                yield (*schema.pointer, "if"), f"the condition tests {name} and does not require it"


@rule
def rules_name_known_properties(document: Document) -> Found:
    """A rule on a property that does not exist, or a word that its enum does not hold, never binds."""
    for schema in _request_schemas(document):
        value = _value(schema)
        properties = as_object(value.get("properties"))
        if schema.conditional or not properties:
            continue
        for keyword_place, restriction in _restrictions(document, schema):
            for name, limits in as_object(restriction.get("properties")).items():
                if name not in properties:
                    yield keyword_place, f"{name} is no property of this request"
                    continue
                words = _enum(document, (*schema.pointer, "properties", name))
                for word in _words(limits):
                    if words and word not in words:
                        yield keyword_place, f"{word!r} is none of the documented words of {name}"


def _restrictions(document: Document, schema: Schema) -> Iterator[tuple[Pointer, Object]]:
    for place, rule in document.rules(schema.pointer):
        for keyword in CONDITIONS:
            restriction = as_object(rule.get(keyword))
            if restriction:
                yield (*place, keyword), restriction


def _words(limits: Json) -> list[Json]:
    """The words that a restriction allows, written as enum or as const."""
    value = as_object(limits)
    return [*as_list(value.get("enum")), *([value["const"]] if "const" in value else [])]


def _enum(document: Document, schema: Pointer) -> list[Json]:
    return as_list(as_object(document.at(document.resolve(schema))).get("enum"))


@rule
def every_model_has_a_rule(document: Document) -> Found:
    """A model without a rule would accept every duration and resolution that any model accepts."""
    for schema in _request_schemas(document):
        if schema.conditional or "model" not in as_object(_value(schema).get("properties")):
            continue
        ruled: list[Json] = []
        for place, restriction in _restrictions(document, schema):
            if place[-1] == "if":
                ruled += _words(as_object(restriction.get("properties")).get("model"))
        models = _enum(document, (*schema.pointer, "properties", "model"))
        for name in models if ruled else ():
            if name not in ruled:
                yield schema.pointer, f"no rule (if model ... then ...) names the model {name}"


@rule
def components_are_used(document: Document) -> Found:
    """A component that nothing refers to is described, generated and tested for nobody."""
    used: set[str] = set()
    for _, value in _members(document.root, ()):
        if isinstance(value.get("$ref"), str):
            used.add(str(value["$ref"]))
    for kind, entries in as_object(document.root.get("components")).items():
        for name in as_object(entries):
            if kind != "securitySchemes" and text_of(("components", kind, name)) not in used:
                yield ("components", kind, name), "nothing refers to it"


@rule
def references_lead_somewhere(document: Document) -> Found:
    """A reference to nothing stops the generator with a message that does not name the place."""
    for pointer, value in _members(document.root, ()):
        reference = value.get("$ref")
        if isinstance(reference, str) and not (reference.startswith("#/") and document.has(pointer_of(reference))):
            yield pointer, f"{reference} is not there"
