from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_setting import ImageSetting
    from ..models.multiframe_model import MultiframeModel
    from ..models.resolution import Resolution

_MEMBERS = Members(
    member("model", "model", "MultiframeModel", required=True),
    member("start_image", "start_image", str, required=True),
    member("image_settings", "image_settings", ["ImageSetting"], required=True),
    member("seed", "seed", int),
    member("resolution", "resolution", "Resolution"),
    member("payload", "payload", str),
    member("callback_url", "callback_url", str),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        multiframe_request = cls(**taken)

        return multiframe_request
