from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import json_of, members_of, refuse_unknown, take

if TYPE_CHECKING:
    from ..models.chat_image_model import ChatImageModel
    from ..models.chat_message import ChatMessage
    from . import ChatImages


T = TypeVar("T", bound="ChatImageRequest")


@_attrs_define
class ChatImageRequest:
    model: ChatImageModel
    """ Without -bytoken the price is by call. """
    messages: list[ChatMessage]

    if TYPE_CHECKING:

        def __answer__(self) -> ChatImages:
            """Name the type of the answer to this request, for type checkers."""
            raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
            "messages": json_of(self.messages),
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        chat_image_request = cls(
            model=take(cls, d, "model", "ChatImageModel", required=True, closed=True),
            messages=take(
                cls, d, "messages", ["ChatMessage"], required=True, closed=True
            ),
        )
        refuse_unknown(cls, d)

        return chat_image_request
