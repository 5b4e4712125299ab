"""What a spec documents of the answers of an operation: examples, members, states, charges."""

from __future__ import annotations

from functools import cache

from vidu_ext.emulator.routes import Route, route_named
from vidu_ext.spec.document import Spec
from vidu_ext.values.json import Place, as_list, as_object, as_texts
from vidu_ext.values.tasks import Object


@cache
def answer_members(route: Route) -> frozenset[str]:
    """Return the members of the success answer of a route."""
    return frozenset(_collect(route.contract.spec, (*_content(route), "schema"), "properties"))


@cache
def required_members(route: Route) -> frozenset[str]:
    """Return the members that the success answer of a route always has."""
    return frozenset(_collect(route.contract.spec, (*_content(route), "schema"), "required"))


@cache
def states_of(route: Route, member: str) -> tuple[str, ...]:
    """Return the states that the spec lists for a member of the success answer."""
    spec = route.contract.spec
    place = spec.property((*_content(route), "schema"), member)
    if place is None:
        return ()
    choices = [place, *((*place, "anyOf", index) for index in range(len(as_list(spec.at(place).get("anyOf")))))]
    return tuple(word for choice in choices for word in as_texts(spec.at(choice).get("enum")))


def example_of(route: Route, **wanted: str | None) -> Object:
    """Return the first example of the success answer, if possible one with these members; None means any value."""
    examples = _examples(route)
    fitting = (one for one in examples if all(name in one and value in (None, one[name]) for name, value in wanted.items()))
    return next(fitting, examples[0] if examples else {})


@cache
def charge_in_examples(route: Route) -> float:
    """Return the highest charge in the examples of a route's answer, else of those that report its tasks; 0 without one."""
    for shown in (route, *(route_named(route.provider, name) for name in sorted(route.links))):
        values = [value for one in _examples(shown) for value in (one.get("credits"), as_object(one.get("usage")).get("total"))]
        if charges := [value for value in values if isinstance(value, int | float)]:
            return max(charges)
    return 0.0


def _content(route: Route) -> Place:
    """Return the place of the first success answer."""
    responses: Place = (*route.operation.place, "responses")
    status = min(word for word in route.contract.spec.at(responses) if word.startswith("2"))
    return (*route.contract.spec.resolve((*responses, status)), "content", "application/json")


def _examples(route: Route) -> list[Object]:
    spec, place = route.contract.spec, (*_content(route), "examples")
    return [as_object(spec.at((*place, name)).get("value")) for name in spec.at(place)]


def _collect(spec: Spec, place: Place, keyword: str) -> set[str]:
    """Return the names that a keyword of a schema holds, or one of the schemas in its `allOf`."""
    place = spec.resolve(place)
    names = spec.at(place).get(keyword)
    collected = set(as_object(names)) or set(as_texts(names))
    for index in range(len(as_list(spec.at(place).get("allOf")))):
        collected |= _collect(spec, (*place, "allOf", index), keyword)
    return collected
