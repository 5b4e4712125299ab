from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

_MEMBERS = Members(
    member("image_url", "image_url", str, required=True),
)


T = TypeVar("T", bound="EditedImage")


@_attrs_define
class EditedImage:
    image_url: str
    """ Public URL, data URI with its content type, or the URI of an uploaded file. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "image_url": self.image_url,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        edited_image = cls(**taken)

        return edited_image
