from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all

if TYPE_CHECKING:
    from ..models.chat_image_model import ChatImageModel
    from ..models.chat_message import ChatMessage
    from . import ChatImages

_MEMBERS = Members(
    member("model", "model", "ChatImageModel", required=True),
    member("messages", "messages", ["ChatMessage"], required=True),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        chat_image_request = cls(**taken)

        return chat_image_request
