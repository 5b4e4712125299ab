from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.nano_image_aspect_ratio import NanoImageAspectRatio
    from ..models.nano_image_model import NanoImageModel
    from ..models.nano_image_resolution import (
        NanoImageResolution,
    )

_MEMBERS = Members(
    member("model", "model", "NanoImageModel", required=True),
    member("prompt", "prompt", str, required=True),
    member("images", "images", [str]),
    member("aspect_ratio", "aspect_ratio", "NanoImageAspectRatio"),
    member("resolution", "resolution", "NanoImageResolution"),
)


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
        field_dict: dict[str, Any] = {
            "model": self.model,
            "prompt": self.prompt,
        }
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        nano_image_request = cls(**taken)

        return nano_image_request
