from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.image_aspect_ratio import ImageAspectRatio, check_image_aspect_ratio
from ..models.image_moderation import ImageModeration, check_image_moderation
from ..models.image_quality import ImageQuality, check_image_quality
from ..models.image_resolution import ImageResolution, check_image_resolution
from ..models.reference_to_image_model import (
    ReferenceToImageModel,
    check_reference_to_image_model,
)
from ..types import UNSET, Unset

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
        model: str = self.model

        prompt = self.prompt

        images: list[str] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = self.images

        seed = self.seed

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        payload = self.payload

        callback_url = self.callback_url

        quality: str | Unset = UNSET
        if not isinstance(self.quality, Unset):
            quality = self.quality

        moderation: str | Unset = UNSET
        if not isinstance(self.moderation, Unset):
            moderation = self.moderation

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "prompt": prompt,
            }
        )
        if images is not UNSET:
            field_dict["images"] = images
        if seed is not UNSET:
            field_dict["seed"] = seed
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if payload is not UNSET:
            field_dict["payload"] = payload
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if quality is not UNSET:
            field_dict["quality"] = quality
        if moderation is not UNSET:
            field_dict["moderation"] = moderation

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_reference_to_image_model(d.pop("model"))

        prompt = d.pop("prompt")

        images = cast(list[str], d.pop("images", UNSET))

        seed = d.pop("seed", UNSET)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: ImageAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_image_aspect_ratio(_aspect_ratio)

        _resolution = d.pop("resolution", UNSET)
        resolution: ImageResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_image_resolution(_resolution)

        payload = d.pop("payload", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        _quality = d.pop("quality", UNSET)
        quality: ImageQuality | Unset
        if isinstance(_quality, Unset):
            quality = UNSET
        else:
            quality = check_image_quality(_quality)

        _moderation = d.pop("moderation", UNSET)
        moderation: ImageModeration | Unset
        if isinstance(_moderation, Unset):
            moderation = UNSET
        else:
            moderation = check_image_moderation(_moderation)

        reference_to_image_request = cls(
            model=model,
            prompt=prompt,
            images=images,
            seed=seed,
            aspect_ratio=aspect_ratio,
            resolution=resolution,
            payload=payload,
            callback_url=callback_url,
            quality=quality,
            moderation=moderation,
        )

        return reference_to_image_request
