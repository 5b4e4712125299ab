from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.multiframe_model import MultiframeModel, check_multiframe_model
from ..models.resolution import Resolution, check_resolution
from ..models.watermark_corner_name import (
    WatermarkCornerName,
    check_watermark_corner_name,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.multiframe_segment import MultiframeSegment


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
        model: str = self.model

        start_image = self.start_image

        image_settings = []
        for image_settings_item_data in self.image_settings:
            strange_image_settings_item_data: Any = image_settings_item_data
            if not hasattr(strange_image_settings_item_data, "to_dict"):
                image_settings.append(strange_image_settings_item_data)
                continue
            image_settings_item = image_settings_item_data.to_dict()
            image_settings.append(image_settings_item)

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
                "start_image": start_image,
                "image_settings": image_settings,
            }
        )
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
        from ..models.multiframe_segment import MultiframeSegment  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_multiframe_model(d.pop("model"))

        start_image = d.pop("start_image")

        image_settings = []
        _image_settings = d.pop("image_settings")
        if not isinstance(_image_settings, list):
            raise TypeError("a list is documented here")
        for image_settings_item_data in _image_settings:
            if not isinstance(image_settings_item_data, dict):
                image_settings.append(image_settings_item_data)
                continue
            image_settings_item = MultiframeSegment.from_dict(image_settings_item_data)

            image_settings.append(image_settings_item)

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

        multiframe_request = cls(
            model=model,
            start_image=start_image,
            image_settings=image_settings,
            resolution=resolution,
            watermark=watermark,
            wm_url=wm_url,
            wm_position=wm_position,
            meta_data=meta_data,
            payload=payload,
            callback_url=callback_url,
        )

        return multiframe_request
