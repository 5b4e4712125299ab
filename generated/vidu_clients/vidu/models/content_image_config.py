from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ContentImageConfig")


@_attrs_define
class ContentImageConfig:
    aspect_ratio: str | Unset = UNSET
    image_size: str | Unset = UNSET
    """ Such as 1K, the only size that the page shows. """

    def to_dict(self) -> dict[str, Any]:
        aspect_ratio = self.aspect_ratio

        image_size = self.image_size

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if aspect_ratio is not UNSET:
            field_dict["aspectRatio"] = aspect_ratio
        if image_size is not UNSET:
            field_dict["imageSize"] = image_size

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        aspect_ratio = d.pop("aspectRatio", UNSET)

        image_size = d.pop("imageSize", UNSET)

        content_image_config = cls(
            aspect_ratio=aspect_ratio,
            image_size=image_size,
        )

        return content_image_config
