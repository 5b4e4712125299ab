from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("aspect_ratio", "aspectRatio", str),
    member("image_size", "imageSize", str),
)


T = TypeVar("T", bound="ContentImageConfig")


@_attrs_define
class ContentImageConfig:
    aspect_ratio: str | Unset = UNSET
    image_size: str | Unset = UNSET
    """ Such as 1K, the only size that the page shows. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.aspect_ratio is not UNSET:
            field_dict["aspectRatio"] = self.aspect_ratio
        if self.image_size is not UNSET:
            field_dict["imageSize"] = self.image_size

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        content_image_config = cls(**taken)

        return content_image_config
