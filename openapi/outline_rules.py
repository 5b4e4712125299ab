"""House rules about the outline of a document: each member of OpenAPI must have an effect on client, checks or emulator.

A member that is valid but not read by anything here would be a fact that nothing observes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from attrs import field, frozen
from documents import METHODS, Document, Json, Object, Pointer, as_list, as_object
from rule_book import Breaches, all_schemas, keywords_of, request_schemas, rule, unknown_keys


@frozen
class Part:
    """The members that one kind of object of a document may have, and the kinds of the objects in them."""

    members: frozenset[str]
    below: dict[str, tuple[str, str]] = field(factory=dict[str, tuple[str, str]])
    """By member: whether it is `one` object, a `list` or a `map` of objects, and their kind."""


def _part(members: str, **below: str) -> Part:
    """Make a part of its members, in one text, and of `shape kind` for each member that has objects."""
    pairs = {name: (text.split()[0], text.split()[1]) for name, text in below.items()}
    return Part(frozenset((*members.split(), *below)), pairs)


PARTS: Final[dict[str, Part]] = {
    "document": _part("openapi info", servers="list server", paths="map path", components="one components", tags="list tag"),
    "server": _part("url description"),
    "tag": _part("name description"),
    "path": _part("summary description", parameters="list parameter", **dict.fromkeys(METHODS, "one operation")),
    "operation": _part(
        "tags summary description operationId security deprecated",
        servers="list server", parameters="list parameter", requestBody="one body", responses="map response",
        callbacks="map callback",
    ),
    "parameter": _part("name in description required deprecated schema example", examples="map example"),
    "body": _part("description required", content="map media"),
    "response": _part("description", headers="map header", content="map media", links="map link"),
    "media": _part("schema example", examples="map example"),
    "header": _part("description required schema example", examples="map example"),
    "link": _part("operationId parameters requestBody description"),
    "example": _part("summary description value"),
    "scheme": _part("type name in scheme bearerFormat description"),
    "components": _part(
        "schemas",
        responses="map response", parameters="map parameter", examples="map example", requestBodies="map body",
        headers="map header", securitySchemes="map scheme", links="map link", callbacks="map callback",
    ),
}  # fmt: skip

_IN_ONE_WAY: Final = (
    "the generated client writes a list as the parameter repeated, and escapes all reserved characters; describe another form"
    " as one text (type: string) and name the form in the description"
)
REFUSED: Final[dict[tuple[str, str], str]] = {
    ("document", "webhooks"): "nothing is made of it; describe a notice as a callback of the operation that asks for it",
    ("document", "security"): "the generator ignores it; name the key at each operation",
    ("document", "jsonSchemaDialect"): "all schemas are read as JSON Schema 2020-12; leave it out",
    ("document", "externalDocs"): "nothing reads it; name the page in x-source of the operation",
    ("operation", "externalDocs"): "nothing reads it; name the page in x-source",
    ("path", "servers"): "the client has one server for all operations; list it among the servers of the document",
    ("path", "$ref"): "the generator does not follow it; write the path here",
    ("server", "variables"): "nothing fills them in; write one server for each address",
    ("parameter", "style"): _IN_ONE_WAY,
    ("parameter", "explode"): _IN_ONE_WAY,
    ("parameter", "allowReserved"): _IN_ONE_WAY,
    ("parameter", "content"): "the generator leaves such a parameter out; describe it with a schema",
    ("parameter", "allowEmptyValue"): "nothing reads it; give the schema no minLength",
    ("media", "encoding"): "only forms have it, and bodies here are JSON",
    ("link", "operationRef"): "name the operation by its operationId",
    ("link", "server"): "the client has one server for all operations; leave it out",
    ("example", "externalValue"): "nothing fetches it; write the value here",
    ("scheme", "flows"): "no client goes through a sign-in; describe a key in a header (http bearer, or apiKey)",
    ("scheme", "openIdConnectUrl"): "no client goes through a sign-in; describe a key in a header (http bearer, or apiKey)",
    ("components", "pathItems"): "the generator does not follow references to it; write the path below paths",
}
"""Members of OpenAPI that nothing here reads, with what to write instead."""
COMPONENT_FOLDERS: Final = {kind: name for name, (_, kind) in PARTS["components"].below.items()}
"""The folder below `components` for each kind of object that a $ref may lead to."""


def _objects(document: Document) -> Iterator[tuple[str, Pointer, Object]]:
    """Yield every object of OpenAPI in the document, with its kind and place. References are not followed."""
    pending: list[tuple[str, Pointer, Json]] = [("document", (), document.root)]
    while pending:
        kind, pointer, value = pending.pop()
        if not isinstance(value, dict):
            continue  # the validator of OpenAPI reports it
        if kind == "callback":
            pending += [("path", (*pointer, name), below) for name, below in value.items() if name != "$ref"]
            continue
        yield kind, pointer, value
        for name, (shape, below_kind) in PARTS[kind].below.items():
            place, held = (*pointer, name), value.get(name)
            if shape == "one":
                pending.append((below_kind, place, held))
            elif shape == "list":
                pending += [(below_kind, (*place, str(index)), one) for index, one in enumerate(as_list(held))]
            else:
                pending += [(below_kind, (*place, key), one) for key, one in as_object(held).items() if not key.startswith("x-")]


@rule
def file_is_a_spec(document: Document) -> Breaches:
    """Each file here becomes a client. A file of parts that several specs share would count as a provider."""
    if "openapi" not in document.root:
        why = "`openapi: 3.1.0` is missing: each file here is the spec of one provider. What several specs share is written in"
        yield (), f"{why} each of them, below components"


@rule
def members_have_an_effect(document: Document) -> Breaches:
    """OpenAPI has members that neither the generator nor the checks read: they would be valid and have no effect."""
    for kind, pointer, value in _objects(document):
        if "$ref" in value and kind not in ("document", "path"):
            folder = f"#/components/{COMPONENT_FOLDERS.get(kind, kind)}/"
            if len(value) > 1:
                yield pointer, "a $ref has neighbours, which are not read: " + ", ".join(sorted(set(value) - {"$ref"}))
            if not str(value["$ref"]).startswith(folder):
                yield (*pointer, "$ref"), f"{value['$ref']} is not a {kind}; it must begin with {folder}"
            continue
        for name in value:
            if (kind, name) in REFUSED and not _is_usual(value, name):
                yield (*pointer, name), f"{name} of a {kind}: {REFUSED[kind, name]}"
        own = [name for name in value if not name.startswith("x-") and (kind, name) not in REFUSED]
        yield from unknown_keys(pointer, own, PARTS[kind].members)


@rule
def servers_can_be_used(document: Document) -> Breaches:
    """A client has one server for all operations. An operation may name servers of the document that have it, and no other."""
    known = [as_object(server).get("url") for server in as_list(document.root.get("servers"))]
    if not known:
        yield (), "servers is missing: clients would have no URL"
    for index, url in enumerate(known):
        if re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?(/[^?#{}/]+)*", str(url)) is None:
            yield ("servers", str(index)), f"{url} is not an address like https://api.example.com/v1, without a slash at the end"
    for operation in document.operations():
        for index, server in enumerate(as_list(operation.value.get("servers"))):
            if as_object(server).get("url") not in known:
                yield (*operation.pointer, "servers", str(index)), "it is not a server of the document; list it there too"


def _is_usual(parameter: Object, name: str) -> bool:
    """Return whether a member of a query parameter only says what the generated client does anyway."""
    return parameter.get("in") == "query" and (name, parameter[name]) in (("style", "form"), ("explode", True))


_EFFECTIVE: Final = (
    "only `deprecated: true` of an operation, of a parameter outside the path or of a member of a request has an effect;"
    " otherwise say it in words"
)


@rule
def deprecated_has_an_effect(document: Document) -> Breaches:
    """Clients warn of deprecated operations, parameters and members that they send. Elsewhere nothing reads the mark."""
    for kind, pointer, value in _objects(document):
        is_warned_of = kind == "operation" or (kind == "parameter" and value.get("in") in ("query", "header"))
        if "deprecated" in value and not (is_warned_of and value["deprecated"] is True):
            yield (*pointer, "deprecated"), _EFFECTIVE
    sent = {
        place
        for schema in request_schemas(document)
        if keywords_of(schema).get("additionalProperties") is False
        for name in as_object(keywords_of(schema).get("properties"))
        for place in ((*schema.pointer, "properties", name), document.resolve((*schema.pointer, "properties", name)))
    }
    for schema in all_schemas(document):
        if "deprecated" in keywords_of(schema) and not (keywords_of(schema)["deprecated"] is True and schema.pointer in sent):
            yield (*schema.pointer, "deprecated"), _EFFECTIVE


@rule
def bodies_have_content(document: Document) -> Breaches:
    """A body without content or schema has no type, no example and no test: what the provider sends in it would be lost."""
    for operation in document.operations():
        for status, response in document.responses(operation.pointer):
            place = (*operation.pointer, "responses", status)
            if status != "default" and not re.fullmatch(r"[1-5]\d\d", status):
                yield place, f"{status} is not a status; write each status with three digits, or default"
            if not as_object(as_object(document.at(response)).get("content")):
                yield response, "the answer has no content; if it may be empty, its schema is anyOf with {type: 'null'}"
            holders = [*document.media(response), *document.headers(response)]
            yield from ((holder, "there is no schema") for holder in holders if not _has_schema(document, holder))
    for place in (*(operation.pointer for operation in document.operations()), *document.callbacks()):
        body = (*place, "requestBody")
        if document.has(body) and not list(document.media(body)):
            yield body, "the request has no content"
        holders = [*document.media(body), *document.parameters(place)]
        yield from ((holder, "there is no schema") for holder in holders if not _has_schema(document, holder))


def _has_schema(document: Document, holder: Pointer) -> bool:
    return "schema" in as_object(document.at(holder))


CREDENTIALS: Final = frozenset({"key", "apikey", "token", "accesstoken", "authtoken", "secret", "password", "authorization"})
"""Names of parameters that carry a key, in lower case and without punctuation."""


@rule
def keys_travel_in_a_header(document: Document) -> Breaches:
    """URLs are kept in logs, by proxies and as referrers. The clients send the key in one header and nowhere else."""
    schemes = as_object(as_object(document.root.get("components")).get("securitySchemes"))
    for name, scheme in schemes.items():
        value = as_object(scheme)
        place = ("components", "securitySchemes", name)
        kind = value.get("type")
        if kind == "apiKey" and value.get("in") != "header":
            yield (*place, "in"), f"a key in the {value.get('in')} is not supported; describe the header that the provider takes"
        elif kind == "http" and str(value.get("scheme")).lower() != "bearer":
            yield (*place, "scheme"), "other tools send no such key; write type: apiKey, in: header, x-key-prefix: the word"
        elif kind not in ("apiKey", "http"):
            yield (*place, "type"), f"{kind} is not supported; describe a key in a header (http bearer, or apiKey)"
    for operation in document.operations():
        for index, alternative in enumerate(as_list(operation.value.get("security"))):
            if len(as_object(alternative)) > 1:
                yield (*operation.pointer, "security", str(index)), "the clients send one key; list the schemes as alternatives"
        for parameter in document.parameters(operation.pointer):
            value = as_object(document.at(parameter))
            if value.get("in") == "cookie":
                yield (*parameter, "in"), "the clients send no cookies"
            if re.sub(r"[^a-z]", "", str(value.get("name")).lower()) in CREDENTIALS:
                yield (*parameter, "name"), f"{value.get('name')} carries a key; describe it under securitySchemes, in a header"


@rule
def path_parameters_are_declared(document: Document) -> Breaches:
    """Each `{name}` of a path is a required parameter in the path, and each parameter is declared once."""
    for operation in document.operations():
        seen: set[tuple[str, str]] = set()
        for parameter in document.parameters(operation.pointer):
            value = as_object(document.at(parameter))
            name, place = str(value.get("name")), str(value.get("in"))
            if (name, place) in seen:
                yield (*parameter, "name"), f"{name} in the {place} is declared twice"
            seen.add((name, place))
            if place == "path" and "{" + name + "}" not in operation.path:
                yield (*parameter, "name"), f"the path {operation.path} has no {{{name}}}"
        for name in re.findall(r"\{([^{}]*)\}", operation.path):
            if (name, "path") not in seen:
                yield operation.pointer, f"the path has {{{name}}}, and no parameter of this name in the path is declared"
