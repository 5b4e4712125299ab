from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.upscale_resolution import UpscaleResolution

_MEMBERS = Members(
    member("video_url", "video_url", str),
    member("video_creation_id", "video_creation_id", str),
    member("upscale_resolution", "upscale_resolution", "UpscaleResolution"),
    member("payload", "payload", str),
    member("callback_url", "callback_url", str),
)


T = TypeVar("T", bound="UpscaleRequest")


@_attrs_define
class UpscaleRequest:
    video_url: str | Unset = UNSET
    """ Video coded as H.264, H.265, H.266, AV1, MPEG2, VP8 or VP9 with fewer than 60 frames a second. """
    video_creation_id: str | Unset = UNSET
    """ Id of a creation of Vidu; not the id of its task. """
    upscale_resolution: UpscaleResolution | Unset = UNSET
    """ Must lie above the resolution of the source. """
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.video_url is not UNSET:
            field_dict["video_url"] = self.video_url
        if self.video_creation_id is not UNSET:
            field_dict["video_creation_id"] = self.video_creation_id
        if self.upscale_resolution is not UNSET:
            field_dict["upscale_resolution"] = self.upscale_resolution
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        upscale_request = cls(**taken)

        return upscale_request
