from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_role import ChatRole
    from ..models.content_part import ContentPart

_MEMBERS = Members(
    member("part", "part", ["ContentPart"], required=True),
    member("role", "role", "ChatRole"),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        content_turn = cls(**taken)

        return content_turn
