from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.film_aspect_ratio import FilmAspectRatio, check_film_aspect_ratio
from ..models.trending_resolution import TrendingResolution, check_trending_resolution
from ..types import UNSET, Unset

T = TypeVar("T", bound="ReplicateTrendingVideoRequest")


@_attrs_define
class ReplicateTrendingVideoRequest:
    video_url: str
    """ Public URL or data URI of the video to remake. """
    images: list[str]
    """ Pictures of the product or person to show instead. """
    prompt: str | Unset = UNSET
    """ What happens in the video. """
    aspect_ratio: FilmAspectRatio | Unset = UNSET
    resolution: TrendingResolution | Unset = UNSET
    remove_audio: bool | Unset = UNSET
    """ Drop the sound of the given video. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        video_url = self.video_url

        images = self.images

        prompt = self.prompt

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        remove_audio = self.remove_audio

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "video_url": video_url,
                "images": images,
            }
        )
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if remove_audio is not UNSET:
            field_dict["remove_audio"] = remove_audio
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        video_url = d.pop("video_url")

        images = cast(list[str], d.pop("images"))

        prompt = d.pop("prompt", UNSET)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: FilmAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_film_aspect_ratio(_aspect_ratio)

        _resolution = d.pop("resolution", UNSET)
        resolution: TrendingResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_trending_resolution(_resolution)

        remove_audio = d.pop("remove_audio", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        replicate_trending_video_request = cls(
            video_url=video_url,
            images=images,
            prompt=prompt,
            aspect_ratio=aspect_ratio,
            resolution=resolution,
            remove_audio=remove_audio,
            callback_url=callback_url,
        )

        return replicate_trending_video_request
