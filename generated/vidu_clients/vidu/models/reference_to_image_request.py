from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_aspect_ratio import ImageAspectRatio
    from ..models.image_moderation import ImageModeration
    from ..models.image_quality import ImageQuality
    from ..models.image_resolution import ImageResolution
    from ..models.reference_to_image_model import (
        ReferenceToImageModel,
    )

_MEMBERS = Members(
    member("model", "model", "ReferenceToImageModel", required=True),
    member("prompt", "prompt", str, required=True),
    member("images", "images", [str]),
    member("seed", "seed", int),
    member("aspect_ratio", "aspect_ratio", "ImageAspectRatio"),
    member("resolution", "resolution", "ImageResolution"),
    member("payload", "payload", str),
    member("callback_url", "callback_url", str),
    member("quality", "quality", "ImageQuality"),
    member("moderation", "moderation", "ImageModeration"),
)


T = TypeVar("T", bound="ReferenceToImageRequest")


@_attrs_define
class ReferenceToImageRequest:
    model: ReferenceToImageModel
    prompt: str
    """ What the picture shows. """
    images: list[str] | Unset = UNSET
    """ References, seven at most and fourteen with viduimage-2. Only viduq1 needs one. """
    seed: int | Unset = UNSET
    """ 0 or left out means random. """
    aspect_ratio: ImageAspectRatio | Unset = UNSET
    """ auto takes the ratio of the first picture. 7:3 only with viduimage-2. """
    resolution: ImageResolution | Unset = UNSET
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """
    callback_url: str | Unset = UNSET
    quality: ImageQuality | Unset = UNSET
    moderation: ImageModeration | Unset = UNSET
    """ The only word seen. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
            "prompt": self.prompt,
        }
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.seed is not UNSET:
            field_dict["seed"] = self.seed
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url
        if self.quality is not UNSET:
            field_dict["quality"] = self.quality
        if self.moderation is not UNSET:
            field_dict["moderation"] = self.moderation

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        reference_to_image_request = cls(**taken)

        return reference_to_image_request
