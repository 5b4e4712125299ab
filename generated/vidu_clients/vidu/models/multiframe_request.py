from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.multiframe_model import MultiframeModel
    from ..models.multiframe_segment import MultiframeSegment
    from ..models.resolution import Resolution
    from ..models.watermark_corner_name import (
        WatermarkCornerName,
    )

_MEMBERS = Members(
    member("model", "model", "MultiframeModel", required=True),
    member("start_image", "start_image", str, required=True),
    member("image_settings", "image_settings", ["MultiframeSegment"], required=True),
    member("resolution", "resolution", "Resolution"),
    member("watermark", "watermark", bool),
    member("wm_url", "wm_url", str),
    member("wm_position", "wm_position", "WatermarkCornerName"),
    member("meta_data", "meta_data", str),
    member("payload", "payload", str),
    member("callback_url", "callback_url", str),
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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        multiframe_request = cls(**taken)

        return multiframe_request
