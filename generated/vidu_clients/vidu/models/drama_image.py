from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

_MEMBERS = Members(
    member("url", "url", str, required=True),
)


T = TypeVar("T", bound="DramaImage")


@_attrs_define
class DramaImage:
    url: str
    """ Public HTTPS address. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "url": self.url,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        drama_image = cls(**taken)

        return drama_image
