from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

_MEMBERS = Members(
    member("url", "url", str, required=True),
)


T = TypeVar("T", bound="DramaVideo")


@_attrs_define
class DramaVideo:
    url: str
    """ Public HTTPS address of a video coded as H.264 or H.265 with 24 to 60 frames a second of 409600 to 8295044
    pixels. 2 to 15 seconds each and 15 together for the third series, 4 to 30 each and 30 together for 3.1. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "url": self.url,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        drama_video = cls(**taken)

        return drama_video
