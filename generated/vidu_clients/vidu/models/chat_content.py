from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_content_type import ChatContentType
    from ..models.chat_image_url import ChatImageUrl
    from ..models.chat_output_image import ChatOutputImage

_MEMBERS = Members(
    member("type_", "type", "ChatContentType", required=True),
    member("text", "text", str),
    member("image_url", "image_url", "ChatImageUrl"),
    member("image", "image", "ChatOutputImage"),
)


T = TypeVar("T", bound="ChatContent")


@_attrs_define
class ChatContent:
    """A text, a picture, or the size of the result."""

    type_: ChatContentType
    text: str | Unset = UNSET
    image_url: ChatImageUrl | Unset = UNSET
    image: ChatOutputImage | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "type": self.type_,
        }
        if self.text is not UNSET:
            field_dict["text"] = self.text
        if self.image_url is not UNSET:
            field_dict["image_url"] = json_of(self.image_url)
        if self.image is not UNSET:
            field_dict["image"] = json_of(self.image)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        chat_content = cls(**taken)

        return chat_content
