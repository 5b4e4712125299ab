from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.chat_role import ChatRole, check_chat_role
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.content_part import ContentPart


T = TypeVar("T", bound="ContentTurn")


@_attrs_define
class ContentTurn:
    part: list[ContentPart]
    role: ChatRole | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        part = []
        for part_item_data in self.part:
            strange_part_item_data: Any = part_item_data
            if not hasattr(strange_part_item_data, "to_dict"):
                part.append(strange_part_item_data)
                continue
            part_item = part_item_data.to_dict()
            part.append(part_item)

        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "part": part,
            }
        )
        if role is not UNSET:
            field_dict["role"] = role

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.content_part import ContentPart  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        part = []
        _part = d.pop("part")
        if not isinstance(_part, list):
            raise TypeError("a list is documented here")
        for part_item_data in _part:
            if not isinstance(part_item_data, dict):
                part.append(part_item_data)
                continue
            part_item = ContentPart.from_dict(part_item_data)

            part.append(part_item)

        _role = d.pop("role", UNSET)
        role: ChatRole | Unset
        if isinstance(_role, Unset):
            role = UNSET
        else:
            role = check_chat_role(_role)

        content_turn = cls(
            part=part,
            role=role,
        )

        return content_turn
