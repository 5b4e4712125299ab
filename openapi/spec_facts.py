"""The facts of a spec, under the names that its reading has for them.

Conditions of a request (`allOf`) are no facts: `reading_rules.py` tries requests.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

import reading_prices
from attrs import field, frozen
from documents import Document, Json, Object, Operation, Pointer, as_list, as_object
from fact_names import (
    ANYTHING,
    FILE_FORMS,
    NOT_FACTS,
    THERE,
    Facts,
    Key,
    Said,
    gathered,
    operation_name,
    ordered,
    worth_facts,
)
from reading_file import entries

KEYWORDS: Final = {
    "minimum": "min",
    "maximum": "max",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "x-default": "default",
    "x-evidence": "evidence",
    "x-present": "present",
}
"""Names of the keywords of a schema in a reading. Any other keyword keeps its name, so that none is ignored."""
HELD_BY_HOUSE_RULES: Final = frozenset({"additionalProperties"})
"""Closed in every request and open in every answer."""
OPERATION_WORDS: Final = {
    "x-synchronous": "answers_at_once",
    "x-max-body-bytes": "max_body_bytes",
    "x-max-upload-bytes": "max_upload_bytes",
    "x-evidence": "evidence",
    "deprecated": "retired",
    "x-words-of": "words_of",
}
OPERATION_TEXTS: Final = frozenset({"operationId", "tags", "summary", "description", "x-source", "x-decision"})
SEEN: Final = "seen-"
"""Prefix of the names of examples that were recorded from answers."""


def spec_facts(document: Document, example_words: list[str]) -> Facts:
    """Return the facts of a spec. The words are those that distinguish examples."""
    return gathered(document, _spec_facts(document, example_words))


def _spec_facts(document: Document, words: list[str]) -> Said:
    ignored = {"openapi", "tags", "paths", "components"}
    for name, value in document.root.items():
        if name == "servers":
            yield from _servers((), document.root, ())
        elif name == "info":
            yield ("info", "version"), as_object(value).get("version"), (name, "version")
        elif name == "x-usual-poll":
            yield (name,), _named_operation(document, str(value)), (name,)
        elif name == "x-price-list":
            for word, said in as_object(value).items():
                if word != "sources":
                    yield from worth_facts(word, said, (name, word))
        elif name not in ignored:
            yield (name,), value, (name,)
    for name, scheme in _schemes(document).items():
        yield ("keys", _key(as_object(scheme))), THERE, ("components", "securitySchemes", name)
    for operation in document.operations():
        yield from _operation_facts(document, operation, words)
    for callback in document.callbacks():
        yield from _callback_facts(document, callback, words)


def _servers(key: Key, holder: Object, pointer: Pointer) -> Said:
    for index, server in enumerate(as_list(holder.get("servers"))):
        yield (*key, "servers", str(as_object(server).get("url"))), f"place {index + 1}", (*pointer, "servers", str(index))


def _named_operation(document: Document, operation_id: str) -> str:
    named = {operation.id: operation_name(operation) for operation in document.operations()}
    return named.get(operation_id, operation_id)


def _operation_facts(document: Document, operation: Operation, words: list[str]) -> Said:
    key, place = (operation_name(operation),), operation.pointer
    yield key, THERE, place
    for name, value in operation.value.items():
        here = (*place, name)
        match name:
            case "security":
                yield (*key, "key"), _keys(document, value), here
            case "servers":
                yield from _servers(key, operation.value, place)
            case "requestBody":
                yield from _body_facts(document, key, here)
            case "responses":
                yield from _answer_facts(document, key, place, words)
            case "callbacks":
                for called in as_object(value):
                    target = document.resolve((*here, called))
                    yield (*key, "callback"), target[-1], target
            case "x-prices":
                yield from _price_facts(document, key, value, here)
            case "parameters":
                pass
            case _:
                if name not in OPERATION_TEXTS:
                    yield (*key, OPERATION_WORDS.get(name, name)), value, here
    for parameter in document.parameters(place):
        yield from _parameter_facts(document, key, parameter)


def _keys(document: Document, alternatives: Json) -> Json:
    """Return the places for the key, best first: `header Authorization Token`."""
    schemes = _schemes(document)
    return [_key(as_object(schemes.get(name))) for alternative in as_list(alternatives) for name in as_object(alternative)]


def _schemes(document: Document) -> Object:
    return as_object(as_object(document.root["components"]).get("securitySchemes"))


def _key(scheme: Object) -> str:
    if scheme.get("type") == "http":
        return f"header Authorization {'Bearer' if scheme.get('scheme') == 'bearer' else scheme.get('scheme')}"
    return " ".join(str(scheme[part]) for part in ("in", "name", "x-key-prefix") if part in scheme)


def _body_facts(document: Document, key: Key, place: Pointer) -> Said:
    body = as_object(document.at(place))
    if body.get("required") is not True:
        yield (*key, "body_optional"), True, place
    for media in document.media(place):
        yield (*key, "content"), media[-1], media
        yield from schema_facts(document, (*key, "body"), (*media, "schema"), is_answer=False)


def _answer_facts(document: Document, key: Key, place: Pointer, words: list[str]) -> Said:
    for status, response in document.responses(place):
        yield (*key, "statuses", status), THERE, response
        evidence = as_object(document.at(response)).get("x-evidence")
        if evidence is not None:
            yield (*key, "statuses", status, "evidence"), evidence, (*response, "x-evidence")
        for name in as_object(as_object(document.at(response)).get("headers")):
            where = document.resolve((*response, "headers", name))
            yield from schema_facts(document, (*key, "headers", status, name), (*where, "schema"), is_answer=False, place=where)
            header = as_object(document.at(where))
            for word in header.keys() & {"x-evidence", "required"}:
                yield (*key, "headers", status, name, KEYWORDS.get(word, word)), header[word], where
        for media in document.media(response):
            yield (*key, "answer", status, "content"), media[-1], media
            schema = document.event_schema(media) or (*media, "schema")
            yield from schema_facts(document, (*key, "answer", status), schema, is_answer=True)
            for digest, count in _digests(document, media, words).items():
                yield (*key, "shows", status, digest), count, (*media, "examples")
        yield from _link_facts(document, key, status, response)


def _price_facts(document: Document, key: Key, rows: Json, place: Pointer) -> Said:
    sources = as_object(as_object(document.root.get("x-price-list")).get("sources"))
    for index, row in enumerate(map(as_object, as_list(rows))):
        here = (*place, str(index))
        date = as_object(sources.get(str(row.get("source")))).get("date")
        for priced, amount in reading_prices.of_spec(row):
            yield (*key, "price", priced), amount, here
            yield (*key, "price", priced, "date"), date, here
            yield (*key, "price", priced, "sure"), row.get("sure"), here


def _link_facts(document: Document, key: Key, status: str, response: Pointer) -> Said:
    """Yield the calls that an answer links to, with what each takes from it."""
    for name in as_object(as_object(document.at(response)).get("links")):
        place = document.resolve((*response, "links", name))
        link = as_object(document.at(place))
        target = _named_operation(document, str(link.get("operationId")))
        here = (*key, "leads_to", status, target)
        yield here, _given(target, link), place
        if "x-evidence" in link:
            yield (*here, "evidence"), link["x-evidence"], place


def _given(target: str, link: Object) -> str:
    """Return what a link passes on, in the form of a reading: the member for the id in the path, else `page from next_page`."""
    given = {**as_object(link.get("parameters")), **as_object(link.get("requestBody"))}
    sources = {name: str(source).removeprefix("$").removeprefix("response.body#/") for name, source in given.items()}
    return ", ".join(source if f"{{{name}}}" in target else f"{name} from {source}" for name, source in sources.items()) or "-"


def _digests(document: Document, media: Pointer, words: list[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for name in as_object(as_object(document.at(media)).get("examples")):
        entry = as_object(document.at(document.resolve((*media, "examples", name))))
        if not name.startswith(SEEN):  # recorded from an answer, so no document has it
            found[_digest(entry.get("value"), words)] += 1
    return found


def _digest(value: Json, words: list[str]) -> str:
    """Return the words in an example that distinguish it from others: `failed UserCancelled`."""
    return " ".join(dict.fromkeys(_words_in(value, words))) or ("null" if value is None else "-")


def _words_in(value: Json, words: list[str]) -> Iterator[str]:
    if isinstance(value, str):  # an event stream
        yield from (found[1] for found in re.finditer(rf'"(?:{"|".join(words)})": ?"([^"]+)"', value))
    if isinstance(value, dict):
        yield from (str(value[word]) for word in words if isinstance(value.get(word), str) and value[word])
    for _, below in entries(value):
        if isinstance(below, dict | list):
            yield from _words_in(below, words)


def _parameter_facts(document: Document, key: Key, place: Pointer) -> Said:
    value = as_object(document.at(place))
    here = (*key, "parameters", f"{value.get('in')} {value.get('name')}")
    schema = flat(document, (*place, "schema"), is_answer=False)
    yield from schema_facts(document, here, (*place, "schema"), is_answer=False, place=place)
    if value.get("required") is True:
        yield (*here, "required"), True, place
    if "array" in schema.types:
        yield (*here, "style"), _style(value), place
    for name, said in value.items():
        if name not in NOT_FACTS | {"name", "in", "required", "schema", "style", "explode"}:
            yield (*here, KEYWORDS.get(name, name)), said, (*place, name)


def _style(parameter: Object) -> str:
    style = str(parameter.get("style", "form" if parameter.get("in") == "query" else "simple"))
    is_repeated = parameter.get("explode", style == "form") is True
    return {"form": "repeated" if is_repeated else "commas"}.get(style, style)


def _callback_facts(document: Document, callback: Pointer, words: list[str]) -> Said:
    value = as_object(document.at(callback))
    *_, name, expression, method = callback
    key = ("callbacks", name)
    yield key, THERE, callback
    yield (*key, "method"), method.upper(), callback
    yield (*key, "url"), expression, callback[:-1]
    for place in document.parameters(callback):
        yield from _parameter_facts(document, key, place)
    if as_object(value.get("requestBody")).get("required") is not True:
        yield (*key, "body_optional"), True, (*callback, "requestBody")
    for media in document.media((*callback, "requestBody")):
        yield from schema_facts(document, (*key, "body"), (*media, "schema"), is_answer=True)
        for digest, count in _digests(document, media, words).items():
            yield (*key, "shows", digest), count, (*media, "examples")
    for word in ("x-signature-vectors", "x-evidence"):
        if word in value:
            yield (*key, word.removeprefix("x-")), value[word], (*callback, word)
    yield (*key, "signed_by"), _keys(document, value.get("security")), (*callback, "security")


# -- facts of a schema --------------------------------------------------------------------------------------------------


@frozen
class _Flat:
    """A schema with its references followed and the parts of a union or an extension merged."""

    types: set[str] = field(factory=set[str])
    words: list[Json] = field(factory=list[Json])
    keywords: dict[str, tuple[Json, Pointer]] = field(factory=dict[str, tuple[Json, Pointer]])
    members: dict[str, Pointer] = field(factory=dict[str, Pointer])
    required: set[str] = field(factory=set[str])
    items: list[Pointer] = field(factory=list[Pointer])
    open_branches: list[Pointer] = field(factory=list[Pointer])
    """Branches that accept any text, in addition to one that lists words."""


def flat(document: Document, schema: Pointer, *, is_answer: bool) -> _Flat:
    """Return the schema at a place, merged. Conditions of an object of a request (`allOf`) are left to reading_rules.py."""
    found = _Flat()
    _flatten(document, schema, found, is_answer)
    return found


def _flatten(document: Document, schema: Pointer, found: _Flat, is_answer: bool) -> None:
    place = document.resolve(schema)
    value = as_object(document.at(place))
    for keyword, said in value.items():
        here = (*place, keyword)
        match keyword:
            case "type":
                found.types.update(str(one) for one in (said if isinstance(said, list) else [said]))
            case "enum" | "const":
                found.words.extend(said if isinstance(said, list) else [said])
            case "properties":
                found.members.update({name: (*here, name) for name in as_object(said)})
            case "required":
                found.required.update(str(name) for name in as_list(said))
            case "items":
                found.items.append(here)
            case "allOf" if not is_answer and "properties" in value:
                pass
            case "allOf" | "anyOf":
                for index in range(len(as_list(said))):
                    branch = (*here, str(index))
                    _flatten(document, branch, found, is_answer)
                    if keyword == "anyOf" and as_object(document.at(document.resolve(branch))).keys() <= NOT_FACTS:
                        found.types.add(ANYTHING)
            case _:
                if keyword not in NOT_FACTS | HELD_BY_HOUSE_RULES:
                    found.keywords[keyword] = (said, here)
    if value.keys() - NOT_FACTS <= {"type", "pattern"} and value.get("type") == "string":
        found.open_branches.append(place)


def schema_facts(document: Document, key: Key, schema: Pointer, *, is_answer: bool, place: Pointer | None = None) -> Said:
    """Yield the facts of a spec about one member and all below it."""
    found = flat(document, schema, is_answer=is_answer)
    here = place or document.resolve(schema)
    yield key, THERE, here
    yield (*key, "type"), ordered(found.types - {"null"}), here
    yield (*key, "null"), "null" in found.types, here
    if found.words:
        yield (*key, "words"), ordered(found.words), here
        yield (*key, "open"), bool(found.open_branches), here
    for keyword, (said, where) in found.keywords.items():
        yield from _keyword_facts(key, keyword, said, where)
    for name, where in found.members.items():
        yield from schema_facts(document, (*key, f".{name}"), where, is_answer=is_answer, place=where)
        if name in found.required:
            yield (*key, f".{name}", "required"), True, where
    for where in found.items:
        yield from schema_facts(document, (*key, "[]"), where, is_answer=is_answer)


def _keyword_facts(key: Key, keyword: str, said: Json, where: Pointer) -> Said:
    match keyword:
        case "pattern":
            forms = [name for form, texts in FILE_FORMS.items() if (name := _taken(str(said), form, texts))]
            yield ((*key, "forms"), forms, where) if forms else ((*key, "pattern"), said, where)
        case "x-media":
            for name, limit in as_object(said).items():
                yield (*key, "media", name), ordered(limit) if isinstance(limit, list) else limit, (*where, name)
        case "x-reasons":
            yield (*key, "explained"), ordered(as_object(said)), where
        case "x-aliases" | "x-codes":
            for word, meaning in as_object(said).items():
                yield (*key, keyword.removeprefix("x-"), word), meaning, (*where, word)
        case "x-code-families":
            yield (*key, "families"), ordered(as_list(said)), where
        case _:
            yield (*key, KEYWORDS.get(keyword, keyword)), said, where


def _taken(pattern: str, form: str, texts: tuple[str, ...]) -> str | None:
    """Return the form if a pattern accepts all its texts, `some <form>` if it accepts a part of them, None if it accepts none."""
    count = sum(re.search(pattern, text) is not None for text in texts)
    if count == 0:
        return None
    return form if form == ANYTHING or count == len(texts) else f"some {form}"
