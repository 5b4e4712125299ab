from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.content_inline_data import ContentInlineData


T = TypeVar("T", bound="ContentPart")


@_attrs_define
class ContentPart:
    text: str | Unset = UNSET
    inline_data: ContentInlineData | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        inline_data: dict[str, Any] | Unset = UNSET
        if not isinstance(self.inline_data, Unset):
            inline_data = self.inline_data.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if text is not UNSET:
            field_dict["text"] = text
        if inline_data is not UNSET:
            field_dict["inlineData"] = inline_data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.content_inline_data import ContentInlineData  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        text = d.pop("text", UNSET)

        _inline_data = d.pop("inlineData", UNSET)
        inline_data: ContentInlineData | Unset
        if isinstance(_inline_data, Unset):
            inline_data = UNSET
        else:
            inline_data = ContentInlineData.from_dict(_inline_data)

        content_part = cls(
            text=text,
            inline_data=inline_data,
        )

        return content_part
