"""Compare the second reading of the documents with the specs, fact by fact and in both directions.

`readings/<provider>.yaml` is written from the documents alone. A spec and its reading are converted to facts with the same
names; every name that only one side has, or with different values, is a difference. Conditions of a spec (`allOf`) are not
compared as text: `reading_rules.py` tries requests. Run as a program, this prints what was compared, what differs, and which
rows are marked unsure and therefore not compared.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import reading_prices
from attrs import field, frozen
from documents import FOLDER, Document, DocumentError, Json, Object, Operation, Pointer, as_list, as_object, load, spec_files
from reading_rules import Form, ReadingError, compare, form_of

READINGS: Final = FOLDER / "readings"
SCHEMA: Final = READINGS / "schema.json"

Key: TypeAlias = tuple[str, ...]
"""The name of a fact, from the operation inwards: ("POST /ent/v2/img2video", "body", ".images", "max_items")."""
Fact: TypeAlias = tuple[object, Pointer]
"""The value of a fact, and its place."""
Facts: TypeAlias = dict[Key, Fact]
Said: TypeAlias = Iterator[tuple[Key, object, Pointer]]

COMPARED: Final = "facts compared"
DOUBTED: Final = "doubts"
THERE: Final = "there"
"""The value of a fact that something exists."""
MEGABYTE: Final = 1024 * 1024

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
NOT_FACTS: Final = frozenset({"description", "title", "examples", "example", "x-source", "x-decision"})
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
NOTES: Final = frozenset({"note", "source", "unsure", "since"})
OF_ANSWERS: Final = frozenset({"headers", "leads_to"})
"""Facts for each status of an answer, which mostly are in components."""
SEEN: Final = "seen-"
"""Prefix of the names of examples that were recorded from answers."""
DOUBTS: Final = ("unsure", "doubts")
"""A row that is `unsure` is not compared. `doubts` are other values that were read; the chosen one is compared."""
"""Members of a row for readers only."""

ANYTHING: Final = "anything"
NEVER: Final = "~"
"""A character that no form of a file has before the host of a URL or the data of a data URI."""
BEGINNINGS: Final = ("https://", "ssupload:?id=", *(f"data:{kind};base64," for kind in ("image/png", "video/mp4", "audio/mpeg")))
NO_FILES: Final = (
    *("a.png", "see https://example.com/a", "ftp://example.com/a", ""),
    *(f"{begin[:at]}{NEVER}{begin[at + 1 :]}AAAA" for begin in BEGINNINGS for at in range(len(begin))),
    *(f"https://{mark}/a" for mark in "/?#: \t"),
    *(f"{begin}{mark}AAA" for begin in BEGINNINGS[2:] for mark in "= \t"),
)
"""Texts that name no file: a pattern that accepts one is wrong, or accepts any text."""
# Texts that name a file in a request, by their form. `page` is not a form of a file and must be refused.
FILE_FORMS: Final[dict[str, tuple[str, ...]]] = {
    "http": ("http://example.com/a", "http://a.b:8080?c=d", "http://[2001:db8::1]/"),
    "https": ("https://example.com/a?b=c", "https://a.b", "https://1.2.3.4/%20#f"),
    "upload": ("ssupload:?id=1", "ssupload:?id=940107923630096384"),
    **{
        f"data:image/{word}": (f"data:image/{word};base64,AAAA", f"data:image/{word};base64,/9j+")
        for word in ("png", "jpeg", "jpg", "webp", "gif", "bmp", "tiff", "svg+xml", "vnd.ms-photo", "x-icon", "jp2")
    },
    **{
        f"data:video/{word}": (f"data:video/{word};base64,AAAA", f"data:video/{word};base64,/9j+")
        for word in ("mp4", "avi", "mov", "quicktime", "x-matroska", "vnd.avi")
    },
    **{
        f"data:audio/{word}": (f"data:audio/{word};base64,AAAA", f"data:audio/{word};base64,/9j+")
        for word in ("mpeg", "mp3", "wav", "x-m4a", "vnd.wave")
    },
    ANYTHING: NO_FILES,
}
GROUPS: Final = {
    "url": ("http", "https"),
    **{
        f"data:{kind}/*": tuple(form for form in FILE_FORMS if form.startswith(f"data:{kind}/"))
        for kind in ("image", "video", "audio")
    },
}


@frozen
class Difference:
    """One fact on which a spec and its reading do not agree."""

    name: str
    """The fact, in words."""
    spec: str
    """File, line and pointer, and the value there."""
    reading: str

    def __str__(self) -> str:
        return f"{self.name}\n    {self.spec}\n    {self.reading}"


@frozen(eq=False)
class Reading:
    """One reading, with the words, media and shapes that its rows name."""

    document: Document

    @property
    def root(self) -> Object:
        return self.document.root

    def named(self, kind: str, name: Json, pointer: Pointer) -> Object:
        """Return an entry of `words`, `media`, `shapes` or `headers`. Raises ReadingError if there is none of this name."""
        found = as_object(self.root.get(kind)).get(str(name))
        if not isinstance(found, dict):
            raise ReadingError(f"{self.document.place(pointer)}: {kind} has no {name}")
        return found

    def operations(self) -> Iterator[tuple[str, Object, Pointer]]:
        for name, value in as_object(self.root.get("operations")).items():
            yield name, as_object(value), ("operations", name)

    def doubts(self) -> list[str]:
        """Return every row that is not compared, and every recorded doubt, with its place."""
        return [f"{self.document.place(place)}: {text}" for place, text in _doubts(self.root, ())]


def _doubts(value: Json, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    for name, below in _entries(value):
        place = (*pointer, name)
        if name in DOUBTS:
            texts = below if isinstance(below, list) else [below]
            yield from ((place, str(text)) for text in texts)
        else:
            yield from _doubts(below, place)


def _entries(value: Json) -> Iterator[tuple[str, Json]]:
    """Yield what is directly in an object or a list, by name or index; nothing for any other value."""
    if isinstance(value, dict):
        yield from value.items()
    if isinstance(value, list):
        yield from ((str(index), entry) for index, entry in enumerate(value))


def readings(folder: Path = READINGS) -> dict[str, Reading]:
    """Return every reading by provider. Raises ReadingError for one that breaks schema.json or names an unknown document."""
    return {path.stem: reading_at(path) for path in sorted(folder.glob("*.yaml"))}


@cache
def reading_at(path: Path) -> Reading:
    try:
        document = load(path)
    except DocumentError as error:
        raise ReadingError(str(error)) from error
    schema = Document("schema", SCHEMA, json.loads(SCHEMA.read_text(encoding="utf-8")))
    faults = [f"{document.place(place)}: {message}" for place, message in schema.faults((), document.root)]
    faults += [f"{document.place(place)}: no document is called {name}" for place, name in _unknown_sources(document)]
    if faults:
        raise ReadingError("\n".join(faults))
    return Reading(document)


def _unknown_sources(document: Document) -> Iterator[tuple[Pointer, str]]:
    known = as_object(document.root.get("documents"))

    def below(value: Json, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
        if isinstance(value, dict):
            for name in as_list(value.get("source")):
                if str(name).partition("/")[0] not in known:
                    yield (*pointer, "source"), str(name)
        for name, entry in _entries(value):
            yield from below(entry, (*pointer, name))

    return below(document.root, ())


# -- facts of a schema -----------------------------------------------------------------------------------------------------


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
    yield (*key, "type"), _ordered(found.types - {"null"}), here
    yield (*key, "null"), "null" in found.types, here
    if found.words:
        yield (*key, "words"), _ordered(found.words), here
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
                yield (*key, "media", name), _ordered(limit) if isinstance(limit, list) else limit, (*where, name)
        case "x-reasons":
            yield (*key, "explained"), _ordered(as_object(said)), where
        case "x-aliases" | "x-codes":
            for word, meaning in as_object(said).items():
                yield (*key, keyword.removeprefix("x-"), word), meaning, (*where, word)
        case "x-code-families":
            yield (*key, "families"), _ordered(as_list(said)), where
        case _:
            yield (*key, KEYWORDS.get(keyword, keyword)), said, where


def _ordered(words: Iterable[object]) -> list[str]:
    return sorted(map(str, words))


def _taken(pattern: str, form: str, texts: tuple[str, ...]) -> str | None:
    """Return the form if a pattern accepts all its texts, `some <form>` if it accepts a part of them, None if it accepts none."""
    count = sum(re.search(pattern, text) is not None for text in texts)
    if count == 0:
        return None
    return form if form == ANYTHING or count == len(texts) else f"some {form}"


# -- facts of a spec -------------------------------------------------------------------------------------------------------


def spec_facts(document: Document, reading: Reading) -> Facts:
    """Return the facts of a spec. The reading only gives the words that distinguish examples."""
    return _gathered(document, _spec_facts(document, _example_words(reading)))


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
                    yield from _worth(word, said, (name, word))
        elif name not in ignored:
            yield (name,), value, (name,)
    for name, scheme in _schemes(document).items():
        yield ("keys", _key(as_object(scheme))), THERE, ("components", "securitySchemes", name)
    for operation in document.operations():
        yield from _operation_facts(document, operation, words)
    for callback in document.callbacks():
        yield from _callback_facts(document, callback, words)


def _worth(word: str, said: Json, place: Pointer) -> Said:
    """Yield what a credit is worth, by currency, or the provider whose prices apply."""
    if not isinstance(said, dict):
        yield ("x-price-list", word), said, place
    for rate, worth in as_object(said).items():
        if rate not in NOTES:
            yield ("x-price-list", word, rate.replace("_", "-")), worth, (*place, rate)


def _servers(key: Key, holder: Object, pointer: Pointer) -> Said:
    for index, server in enumerate(as_list(holder.get("servers"))):
        yield (*key, "servers", str(as_object(server).get("url"))), f"place {index + 1}", (*pointer, "servers", str(index))


def _named_operation(document: Document, operation_id: str) -> str:
    named = {operation.id: _name_of(operation) for operation in document.operations()}
    return named.get(operation_id, operation_id)


def _name_of(operation: Operation) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _operation_facts(document: Document, operation: Operation, words: list[str]) -> Said:
    key, place = (_name_of(operation),), operation.pointer
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
    for _, below in _entries(value):
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


# -- facts of a reading ----------------------------------------------------------------------------------------------------


@cache
def reading_facts(reading: Reading) -> Facts:
    """Return the facts of a reading, including rows marked unsure."""
    return _gathered(reading.document, _reading_facts(reading))


def _example_words(reading: Reading) -> list[str]:
    return [str(word) for word in as_list(reading.root.get("example_words"))]


def _reading_facts(reading: Reading) -> Said:
    root = reading.root
    newest = max(as_object(root["documents"]).items(), key=lambda named: str(as_object(named[1]).get("date") or ""))
    yield ("info", "version"), as_object(newest[1]).get("date"), ("documents", newest[0], "date")
    for index, url in enumerate(as_list(root.get("servers"))):
        yield ("servers", str(url)), f"place {index + 1}", ("servers", str(index))
    yield ("x-usual-poll",), root.get("usual_poll"), ("usual_poll",)
    for word in ("credit", "answered_credit", "same_as", "failed_tasks"):
        if word in root:
            yield from _worth(word.replace("_", "-"), root[word], (word,))
    for name, value in as_object(root.get("extensions")).items():
        yield (name,), value, ("extensions", name)
    for holder in (root, *map(as_object, (*as_object(root["operations"]).values(), *as_object(root.get("callbacks")).values()))):
        for key in (*as_list(holder.get("key")), *as_list(holder.get("signed_by"))):
            yield ("keys", str(key)), THERE, ("key",)
    for name, value, place in reading.operations():
        yield from _read_operation(reading, name, value, place)
    for name, value in as_object(root.get("callbacks")).items():
        yield from _read_callback(reading, name, as_object(value), ("callbacks", name))


def _read_operation(reading: Reading, name: str, value: Object, place: Pointer) -> Said:
    key = (name,)
    yield key, THERE, place
    yield (*key, "key"), value.get("key", reading.root.get("key")), (*place, "key") if "key" in value else ("key",)
    for word in ("evidence", "retired", "answers_at_once", "callback", "body_optional", "words_of"):
        if word in value:
            yield (*key, word), value[word], (*place, word)
    for word in ("max_body_mb", "max_upload_mb"):
        if word in value:
            yield (*key, word.replace("_mb", "_bytes")), _bytes(value[word]), (*place, word)
    for index, url in enumerate(as_list(value.get("servers"))):
        yield (*key, "servers", str(url)), f"place {index + 1}", (*place, "servers", str(index))
    for parameter, entry in as_object(value.get("parameters")).items():
        where = (*place, "parameters", parameter)
        here = (*key, "parameters", f"{as_object(entry).get('in', 'query')} {parameter}")
        yield from _read_member(reading, here, entry, where, is_answer=False)
    if "body" in value:
        yield (*key, "content"), "application/json", (*place, "body")
        body: Object = {"type": "object", "members": value["body"]}
        yield from _read_member(reading, (*key, "body"), body, (*place, "body"), is_answer=False, members=(*place, "body"))
        models = [model for row in as_list(value.get("models")) for model in as_list(as_object(row).get("of"))]
        if models:
            yield (*key, "body", ".model", "words"), _ordered(set(map(str, models))), (*place, "models")
            yield (*key, "body", ".model", "open"), False, (*place, "models")
    yield from _read_prices(reading, key, value, place)
    yield from _read_links(key, value, place)
    yield from _read_answers(reading, key, value, place)


def _read_links(key: Key, value: Object, place: Pointer) -> Said:
    for target, member in as_object(value.get("leads_to")).items():
        where = (*place, "leads_to", target)
        for status in _successes(value):
            here = (*key, "leads_to", status, target)
            yield here, member["member"] if isinstance(member, dict) else member, where
            for word in as_object(member).keys() - {"member"}:
                yield (*here, word), as_object(member)[word], where


def _read_prices(reading: Reading, key: Key, value: Object, place: Pointer) -> Said:
    documents = as_object(reading.root.get("documents"))
    for index, row in enumerate(map(as_object, as_list(value.get("prices")))):
        here = (*place, "prices", str(index))
        date = as_object(documents.get(str(as_list(row["source"])[0]))).get("date")
        for priced, amount in reading_prices.of_reading(row, reading.document.place(here)):
            yield (*key, "price", priced), amount, here
            yield (*key, "price", priced, "date"), date, here
            yield (*key, "price", priced, "sure"), row.get("sure"), here


def _read_answers(reading: Reading, key: Key, value: Object, place: Pointer) -> Said:
    content = str(value.get("content", "application/json"))
    for status, said in _successes(value).items():
        where = (*place, "success") if "success" in value else place
        yield (*key, "statuses", status), THERE, where
        if "evidence" in said:
            yield (*key, "statuses", status, "evidence"), said["evidence"], where
        yield from _read_headers(reading, (*key, "headers", status), said, where)
        yield (*key, "answer", status, "content"), content, place
        here = (*place, "answer")
        yield from _read_member(reading, (*key, "answer", status), _answer_of(value), here, is_answer=True, members=here)
        for digest, count in _counted(said.get("shows", value.get("shows", ["created"]))).items():
            yield (*key, "shows", status, digest), count, (*place, "shows") if "shows" in value else where
    named = value.get("errors")
    if isinstance(named, str):
        named = as_object(reading.root.get("error_sets")).get(named)
    listed = named if isinstance(named, dict) else {str(status): str(status) for status in as_list(named)}
    for status, answer in listed.items():
        error = reading.named("error_answers", answer, (*place, "errors"))
        where = ("error_answers", str(answer))
        yield (*key, "statuses", status), THERE, (*place, "errors")
        if "evidence" in error:
            yield (*key, "statuses", status, "evidence"), error["evidence"], (*where, "evidence")
        yield from _read_headers(reading, (*key, "headers", status), error, where)
        yield (*key, "answer", status, "content"), "application/json", where
        shape = str(error["body"])
        body: Object = {"type": "object", "members": reading.named("shapes", shape, (*where, "body"))}
        yield from _read_member(reading, (*key, "answer", status), body, where, is_answer=True, members=("shapes", shape))
        for digest, count in _counted(error.get("shows")).items():
            yield (*key, "shows", status, digest), count, (*where, "shows")


def _read_headers(reading: Reading, key: Key, said: Object, place: Pointer) -> Said:
    for name in map(str, as_list(said.get("headers"))):
        entry = reading.named("headers", name, (*place, "headers"))
        yield from _read_member(reading, (*key, name), entry, ("headers", name), is_answer=False)


def _successes(value: Object) -> dict[str, Object]:
    """Return the success answers of an operation by status, which is 200 unless `success` names others."""
    said = value.get("success", ["200"])
    return (
        {status: as_object(one) for status, one in said.items()}
        if isinstance(said, dict)
        else {str(one): {} for one in as_list(said)}
    )


def _counted(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {str(word): 1 for word in as_list(value)}


def _answer_of(value: Object) -> Object:
    """Return the answer of an operation as one member: an object unless `answer_is` names another type."""
    return {"type": "object", **as_object(value.get("answer_is")), "members": as_object(value.get("answer"))}


def _read_callback(reading: Reading, name: str, value: Object, place: Pointer) -> Said:
    key = ("callbacks", name)
    yield key, THERE, place
    for word in ("method", "url", "signed_by", "signature-vectors", "evidence"):
        if word in value:
            yield (*key, word), value[word], (*place, word)
    for header, entry in as_object(value.get("headers")).items():
        where = (*place, "headers", header)
        yield from _read_member(reading, (*key, "parameters", f"header {header}"), entry, where, is_answer=False)
    here = (*place, "body")
    body: Object = {"type": "object", "members": as_object(value.get("body"))}
    yield from _read_member(reading, (*key, "body"), body, here, is_answer=True, members=here)
    for digest, count in _counted(value.get("shows")).items():
        yield (*key, "shows", digest), count, (*place, "shows")


# -- what is compared ------------------------------------------------------------------------------------------------------


def forms(document: Document, reading: Reading) -> Iterator[Form]:
    """Yield the forms of the bodies of all requests, and of the objects in them."""
    operations = {_name_of(operation): operation for operation in document.operations()}
    for name, _, place in reading.operations():
        if name not in operations:
            continue
        for media in document.media((*operations[name].pointer, "requestBody")):
            yield from _forms_below(document, reading, f"{name} body", (*place, "body"), (*media, "schema"))


def _forms_below(document: Document, reading: Reading, title: str, members: Pointer, schema: Pointer) -> Iterator[Form]:
    place = document.resolve(schema)
    form = _form(reading, title, members, place)
    yield form
    for name, (at, entry) in form.members.items():
        for inner, step in ((entry, ()), (as_object(entry.get("items")), ("items",))):
            below = (*place, "properties", name, *step)
            if as_object(inner.get("members")) and document.has(below):
                yield from _forms_below(document, reading, f"{title}.{name}", (*at, *step, "members"), below)


@cache
def _form(reading: Reading, title: str, members: Pointer, schema: Pointer) -> Form:
    held = as_object(reading.document.at(members))
    known = {name: (at, _filled(reading, entry, at)) for name, (at, entry) in _with_shape(reading, held, members)}
    return form_of(title, known, as_object(reading.document.at(members[:-1])), members[:-1], schema)


def _filled(reading: Reading, said: Json, place: Pointer) -> Object:
    """Return a member with the words, media and shapes that it names filled in."""
    entry: Object = {"type": said} if isinstance(said, str) else dict(as_object(said))
    if "words" in entry:
        words = reading.named("words", entry["words"], place)
        entry["values"] = [*as_object(words["values"])] or words["values"]
    if "media" in entry:
        media = reading.named("media", entry["media"], place) if isinstance(entry["media"], str) else as_object(entry["media"])
        entry["forms"] = media.get("forms")
    if "items" in entry:
        entry["items"] = _filled(reading, entry["items"], (*place, "items"))
    if "members" in entry:
        below = (*place, "members")
        entry["members"] = {
            name: _filled(reading, held, at) for name, (at, held) in _with_shape(reading, as_object(entry["members"]), below)
        }
    return entry


def _bytes(megabytes: Json) -> Json:
    return int(megabytes * MEGABYTE) if isinstance(megabytes, int | float) else megabytes


def _read_member(
    reading: Reading, key: Key, said: Json, place: Pointer, *, is_answer: bool, members: Pointer | None = None
) -> Said:
    """Yield the facts of a reading about one member and all below it."""
    entry: Object = {"type": said} if isinstance(said, str) else as_object(said)
    types = entry.get("type")
    yield key, THERE, place
    yield (*key, "type"), _ordered(one for one in (types if isinstance(types, list) else [types]) if one != "any"), place
    is_root = members is not None
    is_nullable = entry.get("nullable", is_answer and not is_root and entry.get("required") is not True and key[-1] != "[]")
    yield (*key, "null"), is_nullable, place
    if "unsure" in entry:
        yield (*key, "unsure"), True, place
    yield from _read_words(reading, key, entry, place, is_answer)
    for name, value in entry.items():
        where = (*place, name)
        match name:
            case "media":
                media = reading.named("media", value, where) if isinstance(value, str) else as_object(value)
                yield from _read_media(key, media, ("media", value) if isinstance(value, str) else where)
            case "forms":
                yield (*key, "forms"), _forms(value), where
            case "items":
                yield from _read_member(reading, (*key, "[]"), value, where, is_answer=is_answer)
            case "members":
                below = members or where
                for member, inner in _with_shape(reading, as_object(value), below):
                    at, held = inner
                    yield from _read_member(reading, (*key, f".{member}"), held, at, is_answer=is_answer)
            case _:
                if name not in NOTES | {"type", "nullable", "words", "values", "open", "in", "like", "prints", "rules"}:
                    yield (*key, name), value, where


def _with_shape(reading: Reading, members: Object, place: Pointer) -> Iterator[tuple[str, tuple[Pointer, Json]]]:
    """Yield the members of an object, those of the shapes in `_like` first. They must include what the page `_prints`."""
    found: dict[str, tuple[Pointer, Json]] = {}
    for shape in as_list(members.get("_like")):
        held = reading.named("shapes", shape, place)
        found |= dict(_with_shape(reading, held, ("shapes", str(shape))))
    found |= {name: ((*place, name), held) for name, held in members.items() if not name.startswith("_")}
    for name in as_list(members.get("_prints")):
        if name not in found:
            raise ReadingError(f"{reading.document.place(place)}: the page prints {name}, which has no row")
    yield from found.items()


def _read_words(reading: Reading, key: Key, entry: Object, place: Pointer, is_answer: bool) -> Said:
    words: Object = entry
    where = place
    if "words" in entry:
        where = ("words", str(entry["words"]))
        words = {**reading.named("words", entry["words"], place), **{name: entry[name] for name in ("open",) if name in entry}}
    values = words.get("values")
    if values is not None:
        yield (*key, "words"), _ordered(values) if isinstance(values, dict | list) else values, where
        yield (*key, "open"), is_answer or words.get("open") is True, where
    if "words" in entry and isinstance(values, dict):
        yield (*key, "explained"), _ordered(values), where
    if "words" in entry:
        for kind in ("aliases", "codes"):
            for word, meaning in as_object(words.get(kind)).items():
                yield (*key, kind, word), meaning, (*where, kind, word)
    if "families" in words:
        yield (*key, "families"), _ordered(as_list(words["families"])), (*where, "families")
    if "words" in entry and "default" in words and not is_answer:
        yield (*key, "default"), words["default"], (*where, "default")


def _read_media(key: Key, media: Object, place: Pointer) -> Said:
    for name, value in media.items():
        where = (*place, name)
        match name:
            case "forms":
                yield (*key, "forms"), _forms(value), where
            case "max_mb":
                yield (*key, "media", "max-bytes"), _bytes(value), where
            case "formats":
                yield (*key, "media", "formats"), _ordered(as_list(value)), where
            case "ratio" | "pixels" | "seconds":
                unit = {"ratio": "aspect-ratio"}.get(name, name)
                for bound, limit in zip(("min", "max"), as_list(value), strict=True):
                    if limit is not None:
                        yield (*key, "media", f"{bound}-{unit}"), limit, where
            case _:
                if name not in NOTES:
                    yield (*key, "media", name), value, where


def _forms(value: Json) -> Json:
    found = {form for name in as_list(value) for form in GROUPS.get(str(name), (str(name),))}
    return [form for form in FILE_FORMS if form in found]


# -- comparing -------------------------------------------------------------------------------------------------------------


def _gathered(document: Document, said: Said) -> Facts:
    facts: Facts = {}
    for key, value, pointer in said:
        if key in facts and facts[key][0] != value:
            raise ReadingError(f"{document.place(pointer)}: {_written(key)} has two different values")
        facts.setdefault(key, (value, pointer))
    return facts


def compared(document: Document, reading: Reading) -> tuple[int, list[Difference]]:
    """Return how many facts were compared, and those that differ."""
    spec, read = spec_facts(document, reading), reading_facts(reading)
    unsure = _unsure(read)
    keys = [key for key in dict.fromkeys((*read, *spec)) if not _is_unsure(key, unsure)]
    found: list[Difference] = []
    missing: set[Key] = set()
    seen: set[tuple[object, ...]] = set()
    for key in keys:
        if any(key[:length] in missing for length in range(len(key))):
            continue
        left, right = spec.get(key), read.get(key)
        if left is not None and right is not None and _same(left[0], right[0]):
            continue
        if left is None or right is None:
            missing.add(key)
        difference = Difference(_written(key), _side(document, key, spec), _side(reading.document, key, read))
        if (once := (difference.spec, difference.reading, key[-1])) not in seen:
            seen.add(once)
            found.append(difference)
    bodies = 0
    for form in forms(document, reading):
        number, disagreements = compare(document, form)
        bodies += number
        for one in disagreements:
            places = (document.place(one.spec), reading.document.place(one.reading))
            found.append(Difference(f"{one.title}: {one.text}", *places))
    return len(keys) + bodies, found


def uncompared(document: Document, reading: Reading) -> Facts:
    """Return the facts of a spec for which its reading is unsure."""
    unsure = _unsure(reading_facts(reading))
    return {key: fact for key, fact in spec_facts(document, reading).items() if _is_unsure(key, unsure)}


def _unsure(read: Facts) -> set[Key]:
    return {key[:-1] for key in read if key[-1] == "unsure"}


def _same(left: object, right: object) -> bool:
    """Return whether two JSON values are equal: true is not 1, but 5 is 5.0."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _is_unsure(key: Key, unsure: set[Key]) -> bool:
    return key[-1] != "evidence" and any(key[:length] in unsure for length in range(2, len(key) + 1))


def _side(document: Document, key: Key, facts: Facts) -> str:
    """Return the place and the value of a fact on one side; if it is missing there, the place that should have it."""
    if key in facts:
        value, pointer = facts[key]
        return f"{document.place(pointer)} has {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
    for length in range(len(key), 0, -1):
        if near := _near(key, length, facts):
            return f"{document.place(near)} has no {_written(key[length:])}"
    return f"{document.place(_holder(document, key[0]))} has no {_written(key)}"


def _near(key: Key, length: int, facts: Facts) -> Pointer | None:
    """Return the place of the nearest fact; in an answer that of the answer, because its parts are in components."""
    of_answer = (key[0], "statuses", key[2]) if length == 3 and key[1] in OF_ANSWERS else key[:length]
    if of_answer in facts:
        return facts[of_answer][1]
    return next((pointer for name, (_, pointer) in facts.items() if name[:length] == key[:length]), None)


def _holder(document: Document, operation: str) -> Pointer:
    """Return the place for an operation: its path in a spec, its row in a reading."""
    place = ("operations", operation) if "operations" in document.root else ("paths", operation.partition(" ")[2])
    return place if " " in operation else ()


def _written(key: Key) -> str:
    return re.sub(r" (?=\.[^ ]|\[\])", "", " ".join(key))


def main() -> int:
    """Print, for each provider, what was compared, what differs and what is unsure."""
    try:
        return _print_all()
    except (ReadingError, DocumentError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _print_all() -> int:
    status = 0
    for path in spec_files():
        reading = reading_at(READINGS / path.name)
        count, differences = compared(load(path), reading)
        name = path.stem
        doubts = reading.doubts()
        print(f"{name}: {count} facts, {len(differences)} differences, {len(doubts)} doubts")
        for difference in differences:
            print(f"  {difference}")
        if "--unsure" in sys.argv:
            for doubt in doubts:
                print(f"  unsure: {doubt}")
        status |= bool(differences)
    return status


if __name__ == "__main__":
    sys.exit(main())
