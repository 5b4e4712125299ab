from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take

T = TypeVar("T", bound="DramaAudio")


@_attrs_define
class DramaAudio:
    url: str
    """ Public HTTPS address. Seconds as for a video. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "url": self.url,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        drama_audio = cls(
            url=take(cls, d, "url", str, required=True, closed=True),
        )
        refuse_unknown(cls, d)

        return drama_audio
