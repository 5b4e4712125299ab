from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

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
        d = members_of(src_dict)
        content_image_config = cls(
            aspect_ratio=take(cls, d, "aspectRatio", str, closed=True),
            image_size=take(cls, d, "imageSize", str, closed=True),
        )
        refuse_unknown(cls, d)

        return content_image_config
