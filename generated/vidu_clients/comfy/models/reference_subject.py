from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

_MEMBERS = Members(
    member("id", "id", str, required=True),
    member("images", "images", [str], required=True),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        reference_subject = cls(**taken)

        return reference_subject
