from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all

if TYPE_CHECKING:
    from ..models.chat_content import ChatContent
    from ..models.chat_role import ChatRole

_MEMBERS = Members(
    member("role", "role", "ChatRole", required=True),
    member("content", "content", ["ChatContent"], required=True),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        chat_message = cls(**taken)

        return chat_message
