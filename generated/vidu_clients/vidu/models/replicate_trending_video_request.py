from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.film_aspect_ratio import FilmAspectRatio
    from ..models.trending_resolution import (
        TrendingResolution,
    )

_MEMBERS = Members(
    member("video_url", "video_url", str, required=True),
    member("images", "images", [str], required=True),
    member("prompt", "prompt", str),
    member("aspect_ratio", "aspect_ratio", "FilmAspectRatio"),
    member("resolution", "resolution", "TrendingResolution"),
    member("remove_audio", "remove_audio", bool),
    member("callback_url", "callback_url", str),
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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        replicate_trending_video_request = cls(**taken)

        return replicate_trending_video_request
