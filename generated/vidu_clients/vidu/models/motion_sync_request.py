from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("image_url", "image_url", str, required=True),
    member("video_url", "video_url", str, required=True),
    member("payload", "payload", str),
    member("callback_url", "callback_url", str),
)


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
        field_dict: dict[str, Any] = {
            "image_url": self.image_url,
            "video_url": self.video_url,
        }
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        motion_sync_request = cls(**taken)

        return motion_sync_request
