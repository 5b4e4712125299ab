"""Write the tables in README.md and the guide: what each provider can do and what it costs (`make readme`).

Seconds and resolutions are found by validating requests against the spec, prices by the function that makes quotes, so that
the tables agree with the check of a request.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from attrs import frozen
from documents import FOLDER, Document, DocumentError, Json, Object, Operation, Pointer, as_list, as_object, load, spec_files

from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.prices import price_of
from vidu_ext.values.price import PRINTED, DocumentedPrice

TOP: Final = FOLDER.parent
GUIDE: Final = TOP / "vidu_ext" / "guide"
START: Final = "<!-- {}: written by `make readme` from openapi/*.yaml -->"
END: Final = "<!-- /{} -->"

VIDEO: Final = "video"
"""Tag of the routes whose models are listed with their limits."""

SECONDS: Final = range(61)
"""The lengths in seconds that are tried. A route that accepts the last one has no upper limit."""

RESOLUTIONS: Final = ("resolution", "upscale_resolution")
LISTED: Final = ("model", "duration", *RESOLUTIONS)
"""A route is listed if its request has one of these members."""
VARIED: Final = ("duration", *RESOLUTIONS, "aspect_ratio", "off_peak")
"""Members that are removed from a documented request before other values are tried in it."""


SAMPLE: Final[Object] = {"model": "viduq3-turbo", "prompt": "a paper bird", "duration": 5, "resolution": "720p"}
"""The video whose price README.md shows."""


class PageError(Exception):
    """A page has no place for its table. The message names the marker."""


@frozen
class Limits:
    """What some models of a route accept: each of these lengths in each of these resolutions."""

    seconds: str
    resolutions: str


def request_schema(document: Document, operation: Operation) -> Pointer | None:
    """Return the place of the request's schema, references resolved; None for a route without a body."""
    for media in document.media((*operation.pointer, "requestBody")):
        return document.resolve((*media, "schema"))
    return None


def words(document: Document, schema: Pointer, name: str) -> list[str]:
    """Return the values that a member of a request may have; empty if there is no such member or any value is allowed."""
    place = (*schema, "properties", name)
    if not document.has(place):
        return []
    return [str(word) for word in as_list(as_object(document.at(document.resolve(place))).get("enum"))]


def requests(document: Document, operation: Operation) -> Iterator[Object]:
    """Yield the documented requests of a route without the members in VARIED."""
    for example in document.examples():
        if example.kind == "request" and example.operation == operation.id and isinstance(example.value, dict):
            yield {name: value for name, value in example.value.items() if name not in VARIED}


def start(document: Document, operation: Operation, schema: Pointer, model: str | None) -> Object:
    """Return a valid request for this model. Raises DocumentError if no documented request can be changed to it."""
    for request in requests(document, operation):
        body: Object = {**request, "model": model} if model is not None else request
        if document.validator(schema).is_valid(body):
            return body
    raise DocumentError(f"{document.place(operation.pointer)}: no documented request can be changed to the model {model}")


def span(numbers: list[int]) -> str:
    """Return numbers in words: `5`, `4, 8`, `1 to 16`, `1 or more`."""
    if numbers[-1] == SECONDS[-1]:
        return f"{numbers[0]} or more"
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(str(number) for number in numbers)


def limits(document: Document, operation: Operation, model: str | None) -> list[Limits]:
    """Return what a model accepts on a route, one entry for each set of lengths with the same resolutions."""
    schema = request_schema(document, operation)
    if schema is None:
        return []
    body = start(document, operation, schema, model)
    name = next((name for name in RESOLUTIONS if words(document, schema, name)), "resolution")

    def taken(**members: Json) -> bool:
        return document.validator(schema).is_valid({**body, **members})

    resolutions = words(document, schema, name)
    if not document.has((*schema, "properties", "duration")):
        return [Limits(_seconds_of_parts(document, schema), ", ".join(word for word in resolutions if taken(**{name: word})))]
    groups: dict[str, list[int]] = {}
    for seconds in (number for number in SECONDS if taken(duration=number)):
        fitting = ", ".join(word for word in resolutions if taken(duration=seconds, **{name: word}))
        groups.setdefault(fitting, []).append(seconds)
    return [Limits(span(numbers), fitting) for fitting, numbers in groups.items()]


def _seconds_of_parts(document: Document, schema: Pointer) -> str:
    """Return the length of the parts of a request without a length of its own; empty if the parts have none either."""
    for name, member in as_object(as_object(document.at(schema)).get("properties")).items():
        if "items" not in as_object(member):
            continue
        part = document.resolve((*schema, "properties", name, "items"))
        length = as_object(as_object(as_object(document.at(part)).get("properties")).get("duration"))
        if {"minimum", "maximum"} <= length.keys():
            return f"{length['minimum']} to {length['maximum']} in each of `{name}`"
    return ""


def grouped(document: Document, operation: Operation) -> dict[tuple[Limits, ...], list[str]]:
    """Return the models of a route by their limits; the empty name is a route without a choice of model."""
    schema = request_schema(document, operation)
    groups: dict[tuple[Limits, ...], list[str]] = {}
    if schema is None or not any(document.has((*schema, "properties", name)) for name in LISTED):
        return groups
    models = words(document, schema, "model")
    for model in models or [""]:
        accepted = tuple(limits(document, operation, model or None))
        groups.setdefault(accepted, []).append(f"`{model}`" if model else "")
    return groups


def credential(document: Document) -> str:
    """Return the arguments of AuthenticatedClient for the first security scheme."""
    schemes = as_object(as_object(document.root["components"]).get("securitySchemes"))
    scheme = as_object(next(iter(schemes.values())))
    word = str(scheme.get("x-key-prefix", "") if scheme["type"] == "apiKey" else scheme["scheme"])
    name = str(scheme.get("name", "Authorization"))
    header = "" if name == "Authorization" else f', auth_header_name="{name}"'
    return f'`prefix="{"Bearer" if word == "bearer" else word}"{header}`'


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return ["| " + " | ".join(cell or "-" for cell in row) + " |" for row in (head, ("---",) * len(head), *rows)]


def clients(documents: list[Document]) -> list[str]:
    """Return the tables of the generated clients and of the modules of their operations."""
    hosts: list[tuple[str, ...]] = []
    operations: list[tuple[str, ...]] = []
    for document in documents:
        servers = [f"`{as_object(server)['url']}`" for server in as_list(document.root.get("servers"))]
        hosts.append((f"`vidu_clients.{document.name}`", ", ".join(servers), credential(document)))
        by_tag: dict[str, list[str]] = {}
        for operation in document.operations():
            by_tag.setdefault(str(as_list(operation.value.get("tags"))[0]), []).append(f"`{operation.id}`")
        operations += [(document.name, tag, ", ".join(names)) for tag, names in by_tag.items()]
    return [
        *table(("package", "`base_url`", "defaults of its `AuthenticatedClient`"), hosts),
        "",
        *table(("provider", "`api.`", "operations"), operations),
    ]


def video_routes(documents: list[Document]) -> Iterator[tuple[Document, Operation]]:
    """Yield the routes that start a video."""
    for document in documents:
        for operation in document.operations():
            if as_list(operation.value.get("tags")) == [VIDEO] and "x-synchronous" not in operation.value:
                yield document, operation


def models(documents: list[Document]) -> list[str]:
    """Return the table of what the models of each route accept."""
    rows: list[tuple[str, ...]] = [
        (document.name, f"`{operation.id}`", ", ".join(names), one.seconds, one.resolutions)
        for document, operation in video_routes(documents)
        for group, names in grouped(document, operation).items()
        for one in group
    ]
    return table(("provider", "operation", "models", "seconds", "resolutions"), rows)


def prices(documents: list[Document]) -> list[str]:
    """Return the table of documented prices of one video by model and resolution; models with equal prices share a row."""
    rows: dict[tuple[str, str, str, str], list[str]] = {}
    for document, operation in video_routes(documents):
        schema = request_schema(document, operation)
        if schema is None:
            continue
        choices = words(document, schema, "resolution")
        for model in words(document, schema, "model"):
            body = start(document, operation, schema, model)
            prices_of_all = [(word, _price(document, operation, {**body, "resolution": word})) for word in choices]
            known = [(word, price) for word, price in prices_of_all if price is not None]
            if known:
                amounts = ", ".join(f"{word} {_amount(price)}" for word, price in known)
                day = min((price.date for _, price in known if price.date), default="")
                rows.setdefault((document.name, f"`{operation.id}`", amounts, day), []).append(f"`{model}`")
    listed: list[tuple[str, ...]] = [
        (name, route, ", ".join(names), amounts, day) for (name, route, amounts, day), names in rows.items()
    ]
    return table(("provider", "operation", "models", "5 seconds cost", "read"), listed)


def _price(document: Document, operation: Operation, body: Object) -> DocumentedPrice | None:
    """Return the price of a video of the usual length with this body, without members that are not required."""
    schema = request_schema(document, operation)
    if schema is None or not document.has((*schema, "properties", "duration")):
        return None
    takes = document.validator(schema).is_valid
    asked: Object = {**body, "duration": SAMPLE["duration"]}
    for name in [name for name in asked if name not in SAMPLE]:
        without = {other: value for other, value in asked.items() if other != name}
        asked = without if takes(without) else asked
    return price_of(contract_of(document.name), operation.id, asked) if takes(asked) else None


def _amount(price: DocumentedPrice) -> str:
    dollars = f" ({price.usd:.4g} USD)" if price.usd is not None and price.unit != "USD" else ""
    return f"{price.amount:g} {price.unit}{dollars}" + ("" if price.sure == PRINTED else "?")


def costs(documents: list[Document]) -> list[str]:
    """Return the table of what one video costs at each provider."""
    rows: list[tuple[str, ...]] = []
    for document in documents:
        contract = contract_of(document.name)
        price = price_of(contract, "textToVideo", SAMPLE) if "textToVideo" in contract.operations else None
        rows.append((document.name, *((_amount(price), price.date or "", price.source) if price else ("not documented", "", ""))))
    return table(("provider", "price", "read", "where"), rows)


TABLES: Final[Mapping[str, tuple[Path, Callable[[list[Document]], list[str]]]]] = {
    "costs": (TOP / "README.md", costs),
    "operations": (GUIDE / "clients.md", clients),
    "limits": (GUIDE / "limits.md", models),
    "prices": (GUIDE / "limits.md", prices),
}
"""The page and the function of each table, by the name in its markers."""


def updated(text: str, name: str, lines: list[str]) -> str:
    """Return the text of a page with a fresh table. Raises PageError if a marker is missing."""
    start, end = START.format(name), END.format(name)
    for marker in (start, end):
        if text.count(marker) != 1:
            raise PageError(f"{TABLES[name][0].name} holds {text.count(marker)} times, not once: {marker}")
    before, rest = text.split(start)
    _, after = rest.split(end)
    return f"{before}{start}\n\n" + "\n".join(lines) + f"\n\n{end}{after}"


def main() -> int:
    documents = [load(spec) for spec in spec_files()]
    for name, (path, lines) in TABLES.items():
        try:
            text = path.read_text(encoding="utf-8")
            fresh = updated(text, name, lines(documents))
        except (DocumentError, PageError) as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        if fresh != text:
            path.write_text(fresh, encoding="utf-8")
        print(f"{path.relative_to(TOP)}: {name} " + ("rewritten" if fresh != text else "as in the specs"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
