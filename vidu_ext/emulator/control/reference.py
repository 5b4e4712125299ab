"""The reference of a provider's API as a page, rendered from its packaged spec. Sends nothing and knows no task."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Final

from vidu_ext.emulator.settings import PROVIDERS
from vidu_ext.spec.contract import Contract, Operation, contract_of
from vidu_ext.values.json import Place, as_list, as_object, as_texts, value_at
from vidu_ext.values.tasks import Json, Object

from .html import Content, Html, document, element, joined, table
from .schema_text import differing, limit_words, members, model_words, rule_words, shown, type_words

NAMES: Final = {"vidu": "Vidu", "comfy": "Comfy", "zenlayer": "Zenlayer", "skills_video": "skills.video"}

_EVIDENCE: Final = {
    "seed": "an early description only; the newest official page says something else",
    "mirror": "known from a transcription of an official page",
    "code": "known from client code alone",
    "unsure": "nothing certain: weak or conflicting sources, or taken over from another provider",
}
_BLANK: Final = Html("&#160;")


def reference_page(provider: str, *, base_url: str) -> Html:
    """The whole page. `base_url` is where this API is to be had here."""
    contract = contract_of(provider)
    info = as_object(contract.spec.root.get("info"))
    header, word = contract.security()
    facts = element(
        "dl",
        _fact("Here", element("code", base_url)),
        _fact("The provider itself", element("code", contract.server())),
        _fact("Key", element("code", f"{header}: {word} <key>".replace(":  ", ": "))),
        _fact("Spec", element("a", "openapi.json", href=f"/_emulator/specs/{provider}")),
    )
    main = element(
        "main",
        element("h1", str(info.get("title", NAMES[provider]))),
        element("p", str(info.get("summary", "")), class_="lead"),
        element("p", str(info.get("description", ""))),
        facts,
        _operations(provider),
        id="content",
        tabindex="-1",
    )
    body = element("div", _contents(contract), main, class_="columns")
    return document(f"{info.get('title', provider)}: reference", top(f"/_emulator/reference/{provider}"), body)


def top(current: str) -> Html:
    """What stands above every page: the way to the others."""
    links = [("/", "Emulator"), *((f"/_emulator/reference/{provider}", NAMES[provider]) for provider in PROVIDERS)]
    return joined(
        element("a", "Skip to the content", href="#content", class_="skip"),
        element(
            "header",
            element(
                "nav",
                [
                    element("a", name, href=address, aria_current="page" if address == current else None)
                    for address, name in links
                ],
                aria_label="Pages",
            ),
            class_="top",
        ),
    )


def _fact(name: str, value: Content) -> Html:
    return element("div", element("dt", name), element("dd", value))


def _tags(contract: Contract) -> Iterator[tuple[str, str, list[Operation]]]:
    """Name and description of each tag, with its operations in the order of the spec."""
    for entry in as_list(contract.spec.root.get("tags")):
        tag = as_object(entry)
        name = str(tag.get("name"))
        if of_tag := [operation for operation in contract.operations.values() if operation.tag == name]:
            yield name, str(tag.get("description", "")), of_tag


def _contents(contract: Contract) -> Html:
    groups = [
        joined(
            element("h2", name),
            element("ul", [element("li", element("a", one.id, href=f"#{one.id}")) for one in operations]),
        )
        for name, _, operations in _tags(contract)
    ]
    errors = element("ul", element("li", element("a", "Answers to failures", href="#failures")))
    return element("nav", groups, element("h2", "all"), errors, class_="side", aria_label="Operations")


@cache
def _operations(provider: str) -> Html:
    contract = contract_of(provider)
    parts: list[Content] = []
    for name, description, operations in _tags(contract):
        parts.append(element("h2", name, id=f"tag-{name}"))
        parts.append(element("p", description))
        parts += (_operation(contract, operation) for operation in operations)
    parts.append(_failures(contract))
    return joined(*parts)


def _operation(contract: Contract, operation: Operation) -> Html:
    place: Place = ("paths", operation.path, operation.method)
    value = contract.spec.at(place)
    return element(
        "section",
        element("h3", operation.id, id=f"{operation.id}-title"),
        element("p", _method(operation.method), " ", element("code", operation.path), class_="route"),
        element("p", str(value.get("summary", "")), class_="lead"),
        element("p", str(value["description"])) if "description" in value else None,
        _notes(operation, value),
        _parameters(contract, place),
        _body(contract, operation, place),
        _answers(contract, place),
        _sources(value),
        class_="operation",
        id=operation.id,
        aria_labelledby=f"{operation.id}-title",
    )


def _method(method: str) -> Html:
    return element("span", method.upper(), class_=f"method {method}")


def _notes(operation: Operation, value: Object) -> Content:
    notes: list[Content] = []
    if value.get("deprecated") is True:
        notes.append("Deprecated.")
    if operation.is_synchronous:
        notes.append("The answer already is the result; no task is made.")
    if operation.max_body_bytes is not None:
        notes.append(f"The request has at most {operation.max_body_bytes:,} bytes.")
    if evidence := _EVIDENCE.get(str(value.get("x-evidence"))):
        notes.append(f"How sure this is: {evidence}.")
    return element("ul", [element("li", note) for note in notes], class_="notes") if notes else None


def _parameters(contract: Contract, place: Place) -> Content:
    rows: list[tuple[Content, ...]] = []
    for index in range(len(as_list(contract.spec.at(place).get("parameters")))):
        where = contract.spec.resolve((*place, "parameters", index))
        value = contract.spec.at(where)
        rows.append(
            (
                element("code", str(value.get("name"))),
                str(value.get("in")),
                type_words(contract.spec, (*where, "schema")),
                _required(is_required=value.get("required") is True),
                _lines(limit_words(contract.spec, (*where, "schema"))),
                str(value.get("description", "")),
            )
        )
    if not rows:
        return None
    heads = ("Parameter", "In", "Type", "Required", "Limits", "About")
    return joined(element("h4", "Parameters"), table(heads, rows, label="Parameters"))


def _required(*, is_required: bool) -> Content:
    return element("strong", "required") if is_required else _BLANK


def _lines(words: tuple[str, ...]) -> Content:
    return [element("div", one) for one in words] if words else _BLANK


def _body(contract: Contract, operation: Operation, place: Place) -> Content:
    if operation.body is None:
        return None
    rules = list(rule_words(contract.spec, operation.body))
    return joined(
        element("h4", "ServerRequest"),
        element("p", str(contract.spec.at(operation.body).get("description", ""))),
        _member_table(contract, operation.body, label=f"Members of the request of {operation.id}"),
        _models(contract, operation),
        element("ul", [element("li", rule) for rule in rules], class_="rules") if rules else None,
        _examples(contract, (*place, "requestBody", "content", "application/json")),
    )


def _member_table(contract: Contract, place: Place, *, label: str) -> Content:
    rows: list[tuple[Content, ...]] = []
    for member in members(contract.spec, place):
        evidence = _EVIDENCE.get(member.evidence or "")
        rows.append(
            (
                element("code", member.path),
                member.type,
                _required(is_required=member.is_required),
                _lines(member.limits),
                joined(member.description, element("em", f" ({evidence})") if evidence else None),
            )
        )
    return table(("SchemaMember", "Type", "Required", "Limits", "About"), rows, label=label) if rows else None


def _models(contract: Contract, operation: Operation) -> Content:
    limits = {model: contract.limits(operation.id, model) for model in contract.models(operation.id)}
    names = differing(contract.limits(operation.id, None), limits)
    if not names:
        return None
    rows = [(element("code", name), *(model_words(limits[model][name]) for model in limits)) for name in names]
    heads = ("SchemaMember", *(element("code", model) for model in limits))
    return joined(element("h5", "By model"), table(heads, rows, label=f"What each model takes in {operation.id}"))


def _examples(contract: Contract, place: Place) -> Content:
    found: list[Html] = []
    for name, example in as_object(value_at(contract.spec.root, (*place, "examples"))).items():
        value, summary = as_object(example).get("value"), as_object(example).get("summary")
        title = f"Example: {name}" + (f". {summary}" if summary else "")
        found.append(element("details", element("summary", title), _code(value)))
    return found


def _code(value: Json) -> Html:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    return element("pre", element("code", text), tabindex="0")


def _answers(contract: Contract, place: Place) -> Html:
    responses = (*place, "responses")
    successes: list[Content] = []
    failures: list[Content] = []
    for status in contract.spec.at(responses):
        where = contract.spec.resolve((*responses, status))
        if status.startswith("2"):
            successes.append(_answer(contract, where, status))
        else:
            failures.append(_failure_link(contract, where, status))
    return joined(
        element("h4", "Answers"),
        successes,
        element("p", "Failures: ", _between(failures)) if failures else None,
    )


def _between(contents: list[Content]) -> Iterator[Content]:
    for index, content in enumerate(contents):
        if index:
            yield ", "
        yield content


def _failure_link(contract: Contract, where: Place, status: str) -> Html:
    if where[:2] != ("components", "responses"):
        return joined(element("code", status), f" {contract.spec.at(where).get('description', '')}")
    return element("a", element("code", status), f" {where[-1]}", href=f"#failure-{where[-1]}")


def _answer(contract: Contract, where: Place, status: str) -> Html:
    value = contract.spec.at(where)
    contents: list[Content] = []
    for kind, media in as_object(value.get("content")).items():
        inside: Place = (*where, "content", kind)
        event = as_object(media).get("x-event-schema")
        schema: Place = ("components", "schemas", str(event)) if event else (*inside, "schema")
        if kind != "application/json":
            contents.append(element("p", element("code", kind), ", each event as below" if event else None))
        contents.append(_member_table(contract, schema, label=f"Members of the answer {status}"))
        contents.append(_examples(contract, inside))
    return joined(
        element("p", element("code", status), f" {value.get('description', '')}"),
        contents,
        _headers(contract, where),
        _links(contract, where),
    )


def _headers(contract: Contract, where: Place) -> Content:
    names = as_object(contract.spec.at(where).get("headers"))
    lines = [
        element("li", element("code", name), f" {contract.spec.at((*where, 'headers', name)).get('description', '')}")
        for name in names
    ]
    return joined(element("p", "Headers:"), element("ul", lines)) if lines else None


def _links(contract: Contract, where: Place) -> Content:
    lines: list[Html] = []
    for name in as_object(contract.spec.at(where).get("links")):
        link = contract.spec.at((*where, "links", name))
        target = str(link.get("operationId"))
        given = ", ".join(f"{key} = {shown(value)}" for key, value in as_object(link.get("parameters")).items())
        leads = element("a", target, href=f"#{target}")
        lines.append(element("li", leads, [" ", element("code", given)] if given else "", f" {link.get('description', '')}"))
    return joined(element("p", "Leads to:"), element("ul", lines)) if lines else None


def _failures(contract: Contract) -> Html:
    parts: list[Content] = []
    for name in as_object(value_at(contract.spec.root, ("components", "responses"))):
        where: Place = ("components", "responses", name)
        inside: Place = (*where, "content", "application/json")
        parts.append(element("h3", name, id=f"failure-{name}"))
        parts.append(element("p", str(contract.spec.at(where).get("description", ""))))
        parts.append(_member_table(contract, (*inside, "schema"), label=f"Members of {name}"))
        parts.append(_headers(contract, where))
        parts.append(_examples(contract, inside))
    return joined(element("h2", "Answers to failures", id="failures"), parts)


def _sources(value: Object) -> Content:
    sources = as_texts(value.get("x-source"))
    if not sources:
        return None
    links = [
        element("li", element("a", one, href=one, rel="noreferrer noopener") if one.startswith("https://") else one)
        for one in sources
    ]
    return element("details", element("summary", "Where this is from"), element("ul", links))
