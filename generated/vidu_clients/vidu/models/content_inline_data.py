from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ContentInlineData")


@_attrs_define
class ContentInlineData:
    mime_type: str
    data: str
    """ Base64. """

    def to_dict(self) -> dict[str, Any]:
        mime_type = self.mime_type

        data = self.data

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "mimeType": mime_type,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        mime_type = d.pop("mimeType")

        data = d.pop("data")

        content_inline_data = cls(
            mime_type=mime_type,
            data=data,
        )

        return content_inline_data
