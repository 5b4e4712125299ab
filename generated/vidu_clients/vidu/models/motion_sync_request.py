from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="MotionSyncRequest")


@_attrs_define
class MotionSyncRequest:
    image_url: str
    """ One person facing the camera. The largest file is 5 MB on one page and 15 MB on the other. """
    video_url: str
    """ One person facing the camera. """
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        image_url = self.image_url

        video_url = self.video_url

        payload = self.payload

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "image_url": image_url,
                "video_url": video_url,
            }
        )
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
        image_url = d.pop("image_url")

        video_url = d.pop("video_url")

        payload = d.pop("payload", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        motion_sync_request = cls(
            image_url=image_url,
            video_url=video_url,
            payload=payload,
            callback_url=callback_url,
        )

        return motion_sync_request
