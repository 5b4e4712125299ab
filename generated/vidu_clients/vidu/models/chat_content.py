from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.chat_content_type import ChatContentType, check_chat_content_type
from ..types import UNSET, Unset

if TYPE_CHECKING:
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
        type_: str = self.type_

        text = self.text

        image_url: dict[str, Any] | Unset = UNSET
        if not isinstance(self.image_url, Unset):
            image_url = self.image_url.to_dict()

        image: dict[str, Any] | Unset = UNSET
        if not isinstance(self.image, Unset):
            image = self.image.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
            }
        )
        if text is not UNSET:
            field_dict["text"] = text
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if image is not UNSET:
            field_dict["image"] = image

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_image_url import ChatImageUrl  # noqa: PLC0415
        from ..models.chat_output_image import ChatOutputImage  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        type_ = check_chat_content_type(d.pop("type"))

        text = d.pop("text", UNSET)

        _image_url = d.pop("image_url", UNSET)
        image_url: ChatImageUrl | Unset
        if isinstance(_image_url, Unset):
            image_url = UNSET
        else:
            image_url = ChatImageUrl.from_dict(_image_url)

        _image = d.pop("image", UNSET)
        image: ChatOutputImage | Unset
        if isinstance(_image, Unset):
            image = UNSET
        else:
            image = ChatOutputImage.from_dict(_image)

        chat_content = cls(
            type_=type_,
            text=text,
            image_url=image_url,
            image=image,
        )

        return chat_content
