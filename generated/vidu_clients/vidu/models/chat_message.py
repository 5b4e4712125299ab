from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import json_of, members_of, refuse_unknown, take

if TYPE_CHECKING:
    from ..models.chat_content import ChatContent
    from ..models.chat_role import ChatRole


T = TypeVar("T", bound="ChatMessage")


@_attrs_define
class ChatMessage:
    role: ChatRole
    content: list[ChatContent]

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "role": self.role,
            "content": json_of(self.content),
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        chat_message = cls(
            role=take(cls, d, "role", "ChatRole", required=True, closed=True),
            content=take(
                cls, d, "content", ["ChatContent"], required=True, closed=True
            ),
        )
        refuse_unknown(cls, d)

        return chat_message
