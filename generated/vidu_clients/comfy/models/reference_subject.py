from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take

T = TypeVar("T", bound="ReferenceSubject")


@_attrs_define
class ReferenceSubject:
    """A person or thing with up to three pictures."""

    id: str
    """ Name of the subject; the prompt calls it by @ and this name. """
    images: list[str]

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "id": self.id,
            "images": self.images,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        reference_subject = cls(
            id=take(cls, d, "id", str, required=True, closed=True),
            images=take(cls, d, "images", [str], required=True, closed=True),
        )
        refuse_unknown(cls, d)

        return reference_subject
