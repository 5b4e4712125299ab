from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.chat_image_size import ChatImageSize, check_chat_image_size

T = TypeVar("T", bound="ChatOutputImage")


@_attrs_define
class ChatOutputImage:
    size: ChatImageSize
    """ Width and height. The first ten are called 1K, the next three 2K, the others 4K; which of them a model takes
    is not known. """

    def to_dict(self) -> dict[str, Any]:
        size: str = self.size

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "size": size,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        size = check_chat_image_size(d.pop("size"))

        chat_output_image = cls(
            size=size,
        )

        return chat_output_image
