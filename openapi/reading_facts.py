"""The facts of a reading, and the forms of the requests that it describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import reading_prices
from documents import Document, Json, Object, Pointer, as_list, as_object
from fact_names import FILE_FORMS, NOTES, THERE, Facts, Key, Said, gathered, operation_name, ordered, worth_facts
from reading_file import Reading
from reading_rules import Form, ReadingError, form_of

MEGABYTE: Final = 1024 * 1024
GROUPS: Final = {
    "url": ("http", "https"),
    **{
        f"data:{kind}/*": tuple(form for form in FILE_FORMS if form.startswith(f"data:{kind}/"))
        for kind in ("image", "video", "audio")
    },
}


@cache
def reading_facts(reading: Reading) -> Facts:
    """Return the facts of a reading, including rows marked unsure."""
    return gathered(reading.document, _reading_facts(reading))


def _reading_facts(reading: Reading) -> Said:
    root = reading.root
    newest = max(as_object(root["documents"]).items(), key=lambda named: str(as_object(named[1]).get("date") or ""))
    yield ("info", "version"), as_object(newest[1]).get("date"), ("documents", newest[0], "date")
    for index, url in enumerate(as_list(root.get("servers"))):
        yield ("servers", str(url)), f"place {index + 1}", ("servers", str(index))
    yield ("x-usual-poll",), root.get("usual_poll"), ("usual_poll",)
    for word in ("credit", "answered_credit", "same_as", "failed_tasks"):
        if word in root:
            yield from worth_facts(word.replace("_", "-"), root[word], (word,))
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
            yield (*key, "body", ".model", "words"), ordered(set(map(str, models))), (*place, "models")
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


# -- members --------------------------------------------------------------------------------------------------


def _read_member(
    reading: Reading, key: Key, said: Json, place: Pointer, *, is_answer: bool, members: Pointer | None = None
) -> Said:
    """Yield the facts of a reading about one member and all below it."""
    entry: Object = {"type": said} if isinstance(said, str) else as_object(said)
    types = entry.get("type")
    yield key, THERE, place
    yield (*key, "type"), ordered(one for one in (types if isinstance(types, list) else [types]) if one != "any"), place
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
        yield (*key, "words"), ordered(values) if isinstance(values, dict | list) else values, where
        yield (*key, "open"), is_answer or words.get("open") is True, where
    if "words" in entry and isinstance(values, dict):
        yield (*key, "explained"), ordered(values), where
    if "words" in entry:
        for kind in ("aliases", "codes"):
            for word, meaning in as_object(words.get(kind)).items():
                yield (*key, kind, word), meaning, (*where, kind, word)
    if "families" in words:
        yield (*key, "families"), ordered(as_list(words["families"])), (*where, "families")
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
                yield (*key, "media", "formats"), ordered(as_list(value)), where
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


def _bytes(megabytes: Json) -> Json:
    return int(megabytes * MEGABYTE) if isinstance(megabytes, int | float) else megabytes


# -- requests --------------------------------------------------------------------------------------------------


def forms(document: Document, reading: Reading) -> Iterator[Form]:
    """Yield the forms of the bodies of all requests, and of the objects in them."""
    operations = {operation_name(operation): operation for operation in document.operations()}
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
