from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.nano_image_aspect_ratio import (
    NanoImageAspectRatio,
    check_nano_image_aspect_ratio,
)
from ..models.nano_image_model import NanoImageModel, check_nano_image_model
from ..models.nano_image_resolution import (
    NanoImageResolution,
    check_nano_image_resolution,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="NanoImageRequest")


@_attrs_define
class NanoImageRequest:
    model: NanoImageModel
    prompt: str
    """ What the picture shows. One client counts to 2000, another to 5000. """
    images: list[str] | Unset = UNSET
    """ References. """
    aspect_ratio: NanoImageAspectRatio | Unset = UNSET
    resolution: NanoImageResolution | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        model: str = self.model

        prompt = self.prompt

        images: list[str] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = self.images

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "prompt": prompt,
            }
        )
        if images is not UNSET:
            field_dict["images"] = images
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if resolution is not UNSET:
            field_dict["resolution"] = resolution

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_nano_image_model(d.pop("model"))

        prompt = d.pop("prompt")

        images = cast(list[str], d.pop("images", UNSET))

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: NanoImageAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_nano_image_aspect_ratio(_aspect_ratio)

        _resolution = d.pop("resolution", UNSET)
        resolution: NanoImageResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_nano_image_resolution(_resolution)

        nano_image_request = cls(
            model=model,
            prompt=prompt,
            images=images,
            aspect_ratio=aspect_ratio,
            resolution=resolution,
        )

        return nano_image_request
