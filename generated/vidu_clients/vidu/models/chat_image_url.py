from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

_MEMBERS = Members(
    member("url", "url", str, required=True),
)


T = TypeVar("T", bound="ChatImageUrl")


@_attrs_define
class ChatImageUrl:
    url: str
    """ Public URL, data URI with its content type, or the URI of an uploaded file. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "url": self.url,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        chat_image_url = cls(**taken)

        return chat_image_url
