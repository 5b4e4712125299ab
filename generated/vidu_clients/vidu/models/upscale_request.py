from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.upscale_resolution import UpscaleResolution, check_upscale_resolution
from ..types import UNSET, Unset

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
        video_url = self.video_url

        video_creation_id = self.video_creation_id

        upscale_resolution: str | Unset = UNSET
        if not isinstance(self.upscale_resolution, Unset):
            upscale_resolution = self.upscale_resolution

        payload = self.payload

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if video_url is not UNSET:
            field_dict["video_url"] = video_url
        if video_creation_id is not UNSET:
            field_dict["video_creation_id"] = video_creation_id
        if upscale_resolution is not UNSET:
            field_dict["upscale_resolution"] = upscale_resolution
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
        video_url = d.pop("video_url", UNSET)

        video_creation_id = d.pop("video_creation_id", UNSET)

        _upscale_resolution = d.pop("upscale_resolution", UNSET)
        upscale_resolution: UpscaleResolution | Unset
        if isinstance(_upscale_resolution, Unset):
            upscale_resolution = UNSET
        else:
            upscale_resolution = check_upscale_resolution(_upscale_resolution)

        payload = d.pop("payload", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        upscale_request = cls(
            video_url=video_url,
            video_creation_id=video_creation_id,
            upscale_resolution=upscale_resolution,
            payload=payload,
            callback_url=callback_url,
        )

        return upscale_request
