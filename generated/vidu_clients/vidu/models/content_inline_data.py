from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

_MEMBERS = Members(
    member("mime_type", "mimeType", str, required=True),
    member("data", "data", str, required=True),
)


T = TypeVar("T", bound="ContentInlineData")


@_attrs_define
class ContentInlineData:
    mime_type: str
    data: str
    """ Base64. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "mimeType": self.mime_type,
            "data": self.data,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        content_inline_data = cls(**taken)

        return content_inline_data
