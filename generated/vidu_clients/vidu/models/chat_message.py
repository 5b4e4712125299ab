from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.chat_role import ChatRole, check_chat_role

if TYPE_CHECKING:
    from ..models.chat_content import ChatContent


T = TypeVar("T", bound="ChatMessage")


@_attrs_define
class ChatMessage:
    role: ChatRole
    content: list[ChatContent]

    def to_dict(self) -> dict[str, Any]:
        role: str = self.role

        content = []
        for content_item_data in self.content:
            strange_content_item_data: Any = content_item_data
            if not hasattr(strange_content_item_data, "to_dict"):
                content.append(strange_content_item_data)
                continue
            content_item = content_item_data.to_dict()
            content.append(content_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "role": role,
                "content": content,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_content import ChatContent  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        role = check_chat_role(d.pop("role"))

        content = []
        _content = d.pop("content")
        if not isinstance(_content, list):
            raise TypeError("a list is documented here")
        for content_item_data in _content:
            if not isinstance(content_item_data, dict):
                content.append(content_item_data)
                continue
            content_item = ChatContent.from_dict(content_item_data)

            content.append(content_item)

        chat_message = cls(
            role=role,
            content=content,
        )

        return chat_message
