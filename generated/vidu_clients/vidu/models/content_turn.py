from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import json_of, members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_role import ChatRole
    from ..models.content_part import ContentPart


T = TypeVar("T", bound="ContentTurn")


@_attrs_define
class ContentTurn:
    part: list[ContentPart]
    role: ChatRole | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "part": json_of(self.part),
        }
        if self.role is not UNSET:
            field_dict["role"] = self.role

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        content_turn = cls(
            part=take(cls, d, "part", ["ContentPart"], required=True, closed=True),
            role=take(cls, d, "role", "ChatRole", closed=True),
        )
        refuse_unknown(cls, d)

        return content_turn
