"""A packaged spec as a tree: values by place, following references."""

from __future__ import annotations

from typing import Final

from vidu_ext.values.json import Place, as_list, as_object, place_of, value_at
from vidu_ext.values.tasks import Json, Object

_LONGEST_CHAIN: Final = 20
"""Most references to follow one after the other; more are a circle."""


class Spec:
    """One OpenAPI document."""

    def __init__(self, root: Object) -> None:
        self.root: Final = root

    def at(self, place: Place | None) -> Object:
        """Return the object at a place, following a reference; empty if there is none, and for no place."""
        return {} if place is None else as_object(value_at(self.root, self.resolve(place)))

    def follow(self, value: Json) -> Object:
        """Return an object of the document, or the one at the end of the chain of references that begins with it."""
        reference = as_object(value).get("$ref")
        return self.at(place_of(reference)) if isinstance(reference, str) else as_object(value)

    def resolve(self, place: Place) -> Place:
        """Return the place at the end of the chain of references that begins here."""
        for _ in range(_LONGEST_CHAIN):
            reference = as_object(value_at(self.root, place)).get("$ref")
            if not isinstance(reference, str):
                return place
            place = place_of(reference)
        return place

    def property(self, schema: Place | None, name: str) -> Place | None:
        """Return the place of the schema of a property; None if the schema has no such property, and for no schema.

        The schema may be a reference, a list of objects, or an `anyOf` with an object in it.
        """
        if schema is None:
            return None
        schema = self.resolve(schema)
        value = self.at(schema)
        if name in as_object(value.get("properties")):
            return self.resolve((*schema, "properties", name))
        parts: list[Place] = [(*schema, "anyOf", index) for index in range(len(as_list(value.get("anyOf"))))]
        if "items" in value:
            parts.append((*schema, "items"))
        return next(filter(None, (self.property(part, name) for part in parts)), None)
