from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.extend_video_model import ExtendVideoModel, check_extend_video_model
from ..models.resolution import Resolution, check_resolution
from ..models.watermark_corner_name import (
    WatermarkCornerName,
    check_watermark_corner_name,
)
from ..types import UNSET, Unset

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
        model: str = self.model

        video_creation_id = self.video_creation_id

        video_url = self.video_url

        images: list[str] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = self.images

        prompt = self.prompt

        duration = self.duration

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        watermark = self.watermark

        wm_url = self.wm_url

        wm_position: str | Unset = UNSET
        if not isinstance(self.wm_position, Unset):
            wm_position = self.wm_position

        meta_data = self.meta_data

        payload = self.payload

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
            }
        )
        if video_creation_id is not UNSET:
            field_dict["video_creation_id"] = video_creation_id
        if video_url is not UNSET:
            field_dict["video_url"] = video_url
        if images is not UNSET:
            field_dict["images"] = images
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if duration is not UNSET:
            field_dict["duration"] = duration
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if watermark is not UNSET:
            field_dict["watermark"] = watermark
        if wm_url is not UNSET:
            field_dict["wm_url"] = wm_url
        if wm_position is not UNSET:
            field_dict["wm_position"] = wm_position
        if meta_data is not UNSET:
            field_dict["meta_data"] = meta_data
        if payload is not UNSET:
            field_dict["payload"] = payload
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_extend_video_model(d.pop("model"))

        video_creation_id = d.pop("video_creation_id", UNSET)

        video_url = d.pop("video_url", UNSET)

        images = cast(list[str], d.pop("images", UNSET))

        prompt = d.pop("prompt", UNSET)

        duration = d.pop("duration", UNSET)

        _resolution = d.pop("resolution", UNSET)
        resolution: Resolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_resolution(_resolution)

        watermark = d.pop("watermark", UNSET)

        wm_url = d.pop("wm_url", UNSET)

        _wm_position = d.pop("wm_position", UNSET)
        wm_position: WatermarkCornerName | Unset
        if isinstance(_wm_position, Unset):
            wm_position = UNSET
        else:
            wm_position = check_watermark_corner_name(_wm_position)

        meta_data = d.pop("meta_data", UNSET)

        payload = d.pop("payload", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        extend_video_request = cls(
            model=model,
            video_creation_id=video_creation_id,
            video_url=video_url,
            images=images,
            prompt=prompt,
            duration=duration,
            resolution=resolution,
            watermark=watermark,
            wm_url=wm_url,
            wm_position=wm_position,
            meta_data=meta_data,
            payload=payload,
            callback_url=callback_url,
        )

        return extend_video_request
