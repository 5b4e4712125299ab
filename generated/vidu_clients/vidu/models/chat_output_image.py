from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take

if TYPE_CHECKING:
    from ..models.chat_image_size import ChatImageSize


T = TypeVar("T", bound="ChatOutputImage")


@_attrs_define
class ChatOutputImage:
    size: ChatImageSize
    """ Width and height. The first ten are called 1K, the next three 2K, the others 4K; which of them a model takes
    is not known. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "size": self.size,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        chat_output_image = cls(
            size=take(cls, d, "size", "ChatImageSize", required=True, closed=True),
        )
        refuse_unknown(cls, d)

        return chat_output_image
