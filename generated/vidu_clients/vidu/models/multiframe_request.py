from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import json_of, members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.multiframe_model import MultiframeModel
    from ..models.multiframe_segment import MultiframeSegment
    from ..models.resolution import Resolution
    from ..models.watermark_corner_name import (
        WatermarkCornerName,
    )


T = TypeVar("T", bound="MultiframeRequest")


@_attrs_define
class MultiframeRequest:
    model: MultiframeModel
    start_image: str
    """ Public URL, data URI with its content type, or the URI of an uploaded file. """
    image_settings: list[MultiframeSegment]
    """ The parts in the order of time. """
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
            "start_image": self.start_image,
            "image_settings": json_of(self.image_settings),
        }
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
        multiframe_request = cls(
            model=take(cls, d, "model", "MultiframeModel", required=True, closed=True),
            start_image=take(cls, d, "start_image", str, required=True, closed=True),
            image_settings=take(
                cls,
                d,
                "image_settings",
                ["MultiframeSegment"],
                required=True,
                closed=True,
            ),
            resolution=take(cls, d, "resolution", "Resolution", closed=True),
            watermark=take(cls, d, "watermark", bool, closed=True),
            wm_url=take(cls, d, "wm_url", str, closed=True),
            wm_position=take(cls, d, "wm_position", "WatermarkCornerName", closed=True),
            meta_data=take(cls, d, "meta_data", str, closed=True),
            payload=take(cls, d, "payload", str, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
        )
        refuse_unknown(cls, d)

        return multiframe_request
