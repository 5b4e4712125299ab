from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.extend_video_model import ExtendVideoModel
    from ..models.resolution import Resolution
    from ..models.watermark_corner_name import (
        WatermarkCornerName,
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
        d = members_of(src_dict)
        extend_video_request = cls(
            model=take(cls, d, "model", "ExtendVideoModel", required=True, closed=True),
            video_creation_id=take(cls, d, "video_creation_id", str, closed=True),
            video_url=take(cls, d, "video_url", str, closed=True),
            images=take(cls, d, "images", [str], closed=True),
            prompt=take(cls, d, "prompt", str, closed=True),
            duration=take(cls, d, "duration", int, closed=True),
            resolution=take(cls, d, "resolution", "Resolution", closed=True),
            watermark=take(cls, d, "watermark", bool, closed=True),
            wm_url=take(cls, d, "wm_url", str, closed=True),
            wm_position=take(cls, d, "wm_position", "WatermarkCornerName", closed=True),
            meta_data=take(cls, d, "meta_data", str, closed=True),
            payload=take(cls, d, "payload", str, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
        )
        refuse_unknown(cls, d)

        return extend_video_request
