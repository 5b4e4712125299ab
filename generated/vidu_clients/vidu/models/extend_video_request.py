from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.extend_video_model import ExtendVideoModel
    from ..models.resolution import Resolution
    from ..models.watermark_corner_name import (
        WatermarkCornerName,
    )

_MEMBERS = Members(
    member("model", "model", "ExtendVideoModel", required=True),
    member("video_creation_id", "video_creation_id", str),
    member("video_url", "video_url", str),
    member("images", "images", [str]),
    member("prompt", "prompt", str),
    member("duration", "duration", int),
    member("resolution", "resolution", "Resolution"),
    member("watermark", "watermark", bool),
    member("wm_url", "wm_url", str),
    member("wm_position", "wm_position", "WatermarkCornerName"),
    member("meta_data", "meta_data", str),
    member("payload", "payload", str),
    member("callback_url", "callback_url", str),
)


T = TypeVar("T", bound="ExtendVideoRequest")


@_attrs_define
class ExtendVideoRequest:
    """Exactly one of video_creation_id and video_url names the video."""

    model: ExtendVideoModel
    video_creation_id: str | Unset = UNSET
    """ Id of a creation; not the id of its task. """
    video_url: str | Unset = UNSET
    """ Any video of 4 to 60 seconds. """
    images: list[str] | Unset = UNSET
    """ The last frame. """
    prompt: str | Unset = UNSET
    """ What happens in the added part. """
    duration: int | Unset = UNSET
    """ Seconds to add. """
    resolution: Resolution | Unset = UNSET
    """ 2K and 4K only with viduq4-preview. """
    watermark: bool | Unset = UNSET
    """ Also return a marked copy. """
    wm_url: str | Unset = UNSET
    wm_position: WatermarkCornerName | Unset = UNSET
    meta_data: str | Unset = UNSET
    """ Content-provenance label as JSON text. """
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
        }
        if self.video_creation_id is not UNSET:
            field_dict["video_creation_id"] = self.video_creation_id
        if self.video_url is not UNSET:
            field_dict["video_url"] = self.video_url
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.watermark is not UNSET:
            field_dict["watermark"] = self.watermark
        if self.wm_url is not UNSET:
            field_dict["wm_url"] = self.wm_url
        if self.wm_position is not UNSET:
            field_dict["wm_position"] = self.wm_position
        if self.meta_data is not UNSET:
            field_dict["meta_data"] = self.meta_data
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        extend_video_request = cls(**taken)

        return extend_video_request
