from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.chat_image_model import ChatImageModel, check_chat_image_model

if TYPE_CHECKING:
    from ..models.chat_message import ChatMessage


T = TypeVar("T", bound="ChatImageRequest")


@_attrs_define
class ChatImageRequest:
    model: ChatImageModel
    """ Without -bytoken the price is by call. """
    messages: list[ChatMessage]

    def to_dict(self) -> dict[str, Any]:
        model: str = self.model

        messages = []
        for messages_item_data in self.messages:
            strange_messages_item_data: Any = messages_item_data
            if not hasattr(strange_messages_item_data, "to_dict"):
                messages.append(strange_messages_item_data)
                continue
            messages_item = messages_item_data.to_dict()
            messages.append(messages_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "messages": messages,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_message import ChatMessage  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_chat_image_model(d.pop("model"))

        messages = []
        _messages = d.pop("messages")
        if not isinstance(_messages, list):
            raise TypeError("a list is documented here")
        for messages_item_data in _messages:
            if not isinstance(messages_item_data, dict):
                messages.append(messages_item_data)
                continue
            messages_item = ChatMessage.from_dict(messages_item_data)

            messages.append(messages_item)

        chat_image_request = cls(
            model=model,
            messages=messages,
        )

        return chat_image_request
