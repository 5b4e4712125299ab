from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

if TYPE_CHECKING:
    from ..models.chat_image_size import ChatImageSize

_MEMBERS = Members(
    member("size", "size", "ChatImageSize", required=True),
)


T = TypeVar("T", bound="ChatOutputImage")


@_attrs_define
class ChatOutputImage:
    size: ChatImageSize
    """ Width and height. Which of them a model takes is not known. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "size": self.size,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        chat_output_image = cls(**taken)

        return chat_output_image
