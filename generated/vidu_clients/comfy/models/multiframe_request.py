from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import json_of, members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_setting import ImageSetting
    from ..models.multiframe_model import MultiframeModel
    from ..models.resolution import Resolution


T = TypeVar("T", bound="MultiframeRequest")


@_attrs_define
class MultiframeRequest:
    model: MultiframeModel
    start_image: str
    """ Public URL, data URI with its content type (by mirror), or the download_url of an upload. Formats and size
    by mirror. """
    image_settings: list[ImageSetting]
    """ The segments in their order. """
    seed: int | Unset = UNSET
    """ 0 or left out means random. """
    resolution: Resolution | Unset = UNSET
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the create answer. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
            "start_image": self.start_image,
            "image_settings": json_of(self.image_settings),
        }
        if self.seed is not UNSET:
            field_dict["seed"] = self.seed
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
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
                cls, d, "image_settings", ["ImageSetting"], required=True, closed=True
            ),
            seed=take(cls, d, "seed", int, closed=True),
            resolution=take(cls, d, "resolution", "Resolution", closed=True),
            payload=take(cls, d, "payload", str, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
        )
        refuse_unknown(cls, d)

        return multiframe_request
