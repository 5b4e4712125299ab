"""The documented limits of each model on each route: the edges inside are accepted, those just outside refused.

The table is for the providers that have no second reading in openapi/readings yet. The second half reads the rules from the
specs themselves, so that a rule that never binds is seen on every route, also on those the table does not list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import pytest
from attrs import frozen
from documents import Json, Object, Pointer, as_list, as_object
from specs import ENDPOINTS, Endpoint, endpoint_named, id_of

Seconds: TypeAlias = tuple[int, ...]

P540: Final = ("540p", "720p", "1080p")
P720: Final = ("720p", "1080p")
P1080: Final = ("1080p",)
ALL_SECONDS: Final = range(-1, 19)
ALL_RESOLUTIONS: Final = ("240p", "360p", "540p", "720p", "1080p", "2K", "4K", "8K")
PICTURE: Final = "https://example.com/a.png"


def span(first: int, last: int) -> Seconds:
    return tuple(range(first, last + 1))


def pictures(count: int) -> list[Json]:
    return [PICTURE] * count


@frozen
class Documented:
    """What the documents say of a model on a route."""

    provider: str
    operation: str
    model: str
    seconds: Seconds
    resolutions: tuple[str, ...]
    form: str = "plain"


DOCUMENTED: Final = [
    *[
        Documented("comfy", "textToVideo", model, seconds, resolutions, "text")
        for model, seconds, resolutions in [
            ("viduq1", (5,), P1080), ("viduq2", span(1, 10), P720),
            ("viduq3-pro", span(1, 16), P720), ("viduq3-turbo", span(1, 16), P720),
        ]
    ],
    *[
        Documented("comfy", "imageToVideo", model, seconds, resolutions, "one picture")
        for model, seconds, resolutions in [
            ("viduq1", (5,), P1080), ("viduq2-pro", span(1, 10), P720), ("viduq2-turbo", span(1, 10), P720),
            ("viduq3-turbo", span(1, 16), P720), ("viduq3-pro", span(1, 16), (*P720, "2K")),
            ("viduq4-preview", span(3, 16), (*P540, "2K", "4K")),
        ]
    ],
]  # fmt: skip

FORMS: Final[dict[str, Object]] = {
    "text": {"prompt": "A paper bird."},
    "one picture": {"images": [PICTURE]},
    "two pictures": {"images": pictures(2)},
    "subjects": {"prompt": "@bird flies.", "subjects": [{"name": "bird", "images": [PICTURE]}]},
    "pictures": {"prompt": "A bird flies.", "images": [PICTURE]},
}


def accepted(endpoint: Endpoint, body: Object) -> bool:
    schema = endpoint.body_schema
    assert schema is not None
    return not endpoint.document.faults(schema, body)


def name_of(value: object) -> str:
    if isinstance(value, Documented):
        return f"{value.provider}-{value.operation}-{value.form}-{value.model}".replace(" ", "-")
    return id_of(value)


@pytest.mark.parametrize("row", DOCUMENTED, ids=name_of)
def test_documented_seconds_are_not_those_of_the_spec(row: Documented) -> None:
    endpoint = endpoint_named(row.provider, row.operation)
    body = {"model": row.model, **FORMS[row.form]}
    taken = tuple(seconds for seconds in ALL_SECONDS if accepted(endpoint, {**body, "duration": seconds}))
    assert taken == row.seconds


@pytest.mark.parametrize("row", DOCUMENTED, ids=name_of)
def test_documented_resolutions_are_not_those_of_the_spec(row: Documented) -> None:
    endpoint = endpoint_named(row.provider, row.operation)
    body = {"model": row.model, **FORMS[row.form]}
    taken = {resolution for resolution in ALL_RESOLUTIONS if accepted(endpoint, {**body, "resolution": resolution})}
    assert taken >= set(row.resolutions)


PICTURE_COUNTS: Final[list[tuple[str, str, Object, Seconds]]] = [
    ("comfy", "imageToVideo", {"model": "viduq3-turbo"}, span(1, 1)),
    ("comfy", "startEndToVideo", {"model": "viduq3-turbo"}, span(2, 2)),
    ("comfy", "referenceToVideo", {"model": "viduq1", "prompt": "a"}, span(1, 7)),
    ("comfy", "referenceToVideo", {"model": "viduq4-preview", "prompt": "a"}, span(1, 15)),
    ("zenlayer", "imageToVideo", {"model": "viduq3-turbo"}, span(1, 1)),
    ("zenlayer", "startEndToVideo", {"model": "viduq3-turbo"}, span(2, 2)),
]


@pytest.mark.parametrize(
    ("provider", "operation", "body", "counts"),
    PICTURE_COUNTS,
    ids=[f"{provider}-{operation}-{body.get('model', 'any-model')}" for provider, operation, body, _ in PICTURE_COUNTS],
)
def test_documented_picture_counts_are_not_those_of_the_spec(
    provider: str, operation: str, body: Object, counts: Seconds
) -> None:
    endpoint = endpoint_named(provider, operation)
    taken = tuple(count for count in range(18) if accepted(endpoint, {**body, "images": pictures(count)}))
    assert taken == counts


REFUSED: Final[list[tuple[str, str, Object, str]]] = [
    ("vidu", "textToVideo", {"model": "viduq2", "prompt": "a", "durations": 5}, "misspelt field"),
    ("vidu", "textToVideo", {"model": "viduq2", "prompt": "a", "seed": None}, "null is never sent"),
    ("vidu", "imageToVideo", {"model": "viduq3-turbo", "images": ["bird.png"]}, "a file name is no picture"),
    ("skills_video", "createQ3Video", {"prompt": "a", "duration": 17}, "17 s"),
    ("skills_video", "createQ2Video", {"prompt": "a", "duration": 1}, "1 s"),
    ("skills_video", "createQ2Image", {"prompt": "a", "image_urls": pictures(4)}, "four pictures"),
]


@pytest.mark.parametrize(
    ("provider", "operation", "body", "why"), REFUSED, ids=[f"{row[0]}-{row[1]}-{row[3]}" for row in REFUSED]
)
def test_refused_body_passes(provider: str, operation: str, body: Object, why: str) -> None:
    assert not accepted(endpoint_named(provider, operation), body), why


# -- every rule of every spec binds -------------------------------------------------------------------------------------


LIMITED: Final = ("duration", "resolution", "aspect_ratio", "off_peak")
NEW_WORD: Final = "word-of-tomorrow"
"""A word that no rule lists, for members that take any word."""


def words_of(endpoint: Endpoint, name: str) -> list[str]:
    """The words that a member of a route's request takes, as the spec lists them; none where it lists none."""
    schema = endpoint.body_schema
    if schema is None:
        return []
    place = (*endpoint.document.resolve(schema), "properties", name)
    if not endpoint.document.has(place):
        return []
    return [str(word) for word in as_list(as_object(endpoint.document.at(endpoint.document.resolve(place))).get("enum"))]


@frozen
class Limit:
    """What one rule makes of one member for one model: values just inside and just outside."""

    endpoint: Endpoint
    rule: Pointer
    name: str
    body: Object
    inside: tuple[Json, ...]
    outside: tuple[Json, ...]


def limits() -> Iterator[Limit]:
    """The limits of every rule whose condition is a set of models alone and that leaves something of a member outside."""
    for endpoint, rule, condition, restricted in model_rules():
        for model in as_list(condition.get("enum")):
            body = example_for(endpoint, str(model))
            for name, limit in restricted.items():
                inside, outside = edges(as_object(limit), words_of(endpoint, name))
                if body is not None and outside:
                    yield Limit(endpoint, rule, name, body, inside, outside)


def model_rules() -> Iterator[tuple[Endpoint, Pointer, Object, Object]]:
    """Each rule that tests the model alone: its place, what it tests, and what it then asks of other members."""
    for endpoint in ENDPOINTS:
        if endpoint.body_schema is None:
            continue
        place = endpoint.document.resolve(endpoint.body_schema)
        for rule_place, rule in endpoint.document.rules(place):
            condition = as_object(as_object(rule.get("if")).get("properties"))
            restricted = as_object(as_object(rule.get("then")).get("properties"))
            if set(condition) == {"model"}:
                yield endpoint, rule_place, as_object(condition["model"]), restricted


def example_for(endpoint: Endpoint, model: str) -> Object | None:
    """A documented request turned to the model, without the members that the rules of models limit."""
    for example in endpoint.examples("request"):
        kept = {name: value for name, value in as_object(example.value).items() if name not in LIMITED}
        body: Object = {**kept, "model": model}
        if accepted(endpoint, body):
            return body
    return None


def edges(limit: Object, words: list[str]) -> tuple[tuple[Json, ...], tuple[Json, ...]]:
    """Values just inside and just outside one limit; of an enum the other words of the member."""
    listed = as_list(limit.get("enum"))
    numbers = [number for number in listed if isinstance(number, int)]
    lowest, highest = limit.get("minimum"), limit.get("maximum")
    if numbers:
        lowest, highest = min(numbers), max(numbers)
    if listed and not numbers:
        return tuple(listed), tuple(word for word in words or [NEW_WORD] if word not in listed)
    below = [lowest - 1] if isinstance(lowest, int) else []
    above = [highest + 1] if isinstance(highest, int) else []
    return tuple(edge for edge in (*listed, lowest, highest) if edge is not None), (*below, *above)


LIMITS: Final = list(limits())


@pytest.mark.parametrize(
    "limit",
    LIMITS,
    ids=[f"{one.endpoint.document.name}-{one.endpoint.operation.id}-{one.body['model']}-{one.name}" for one in LIMITS],
)
def test_rule_of_a_model_does_not_bind(limit: Limit) -> None:
    for value in limit.inside:
        assert accepted(limit.endpoint, {**limit.body, limit.name: value}), f"{value} inside, at {limit.rule}"
    for value in limit.outside:
        assert not accepted(limit.endpoint, {**limit.body, limit.name: value}), f"{value} outside, at {limit.rule}"


def test_model_has_no_documented_request_to_start_from() -> None:
    """A model that no example can be turned to would be left out of the test above without a word."""
    missing = [
        f"{endpoint.document.name} {endpoint.operation.id} {model}"
        for endpoint in ENDPOINTS
        for model in words_of(endpoint, "model")
        if example_for(endpoint, model) is None
    ]
    assert missing == []
