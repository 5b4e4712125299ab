from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take

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
        d = members_of(src_dict)
        content_inline_data = cls(
            mime_type=take(cls, d, "mimeType", str, required=True, closed=True),
            data=take(cls, d, "data", str, required=True, closed=True),
        )
        refuse_unknown(cls, d)

        return content_inline_data
