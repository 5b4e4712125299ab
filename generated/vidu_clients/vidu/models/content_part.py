from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.content_inline_data import ContentInlineData

_MEMBERS = Members(
    member("text", "text", str),
    member("inline_data", "inlineData", "ContentInlineData"),
)


T = TypeVar("T", bound="ContentPart")


@_attrs_define
class ContentPart:
    text: str | Unset = UNSET
    inline_data: ContentInlineData | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.text is not UNSET:
            field_dict["text"] = self.text
        if self.inline_data is not UNSET:
            field_dict["inlineData"] = json_of(self.inline_data)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        content_part = cls(**taken)

        return content_part
