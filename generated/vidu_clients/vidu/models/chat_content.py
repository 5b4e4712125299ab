from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import json_of, members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_content_type import ChatContentType
    from ..models.chat_image_url import ChatImageUrl
    from ..models.chat_output_image import ChatOutputImage


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
        d = members_of(src_dict)
        chat_content = cls(
            type_=take(cls, d, "type", "ChatContentType", required=True, closed=True),
            text=take(cls, d, "text", str, closed=True),
            image_url=take(cls, d, "image_url", "ChatImageUrl", closed=True),
            image=take(cls, d, "image", "ChatOutputImage", closed=True),
        )
        refuse_unknown(cls, d)

        return chat_content
