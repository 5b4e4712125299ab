from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="ReferenceSubject")


@_attrs_define
class ReferenceSubject:
    """A person or thing with up to three pictures."""

    id: str
    """ Name of the subject; the prompt calls it by @ and this name. """
    images: list[str]

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        images = self.images

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "images": images,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        id = d.pop("id")

        images = cast(list[str], d.pop("images"))

        reference_subject = cls(
            id=id,
            images=images,
        )

        return reference_subject
