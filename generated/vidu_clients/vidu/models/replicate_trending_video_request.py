from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.film_aspect_ratio import FilmAspectRatio
    from ..models.trending_resolution import (
        TrendingResolution,
    )


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
        field_dict: dict[str, Any] = {
            "video_url": self.video_url,
            "images": self.images,
        }
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.remove_audio is not UNSET:
            field_dict["remove_audio"] = self.remove_audio
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        replicate_trending_video_request = cls(
            video_url=take(cls, d, "video_url", str, required=True, closed=True),
            images=take(cls, d, "images", [str], required=True, closed=True),
            prompt=take(cls, d, "prompt", str, closed=True),
            aspect_ratio=take(cls, d, "aspect_ratio", "FilmAspectRatio", closed=True),
            resolution=take(cls, d, "resolution", "TrendingResolution", closed=True),
            remove_audio=take(cls, d, "remove_audio", bool, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
        )
        refuse_unknown(cls, d)

        return replicate_trending_video_request
