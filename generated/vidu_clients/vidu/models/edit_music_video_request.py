from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

T = TypeVar("T", bound="EditMusicVideoRequest")


@_attrs_define
class EditMusicVideoRequest:
    job_id: str
    """ Job of the shot. """
    prompt: str
    """ What happens in the shot. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "job_id": self.job_id,
            "prompt": self.prompt,
        }
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        edit_music_video_request = cls(
            job_id=take(cls, d, "job_id", str, required=True, closed=True),
            prompt=take(cls, d, "prompt", str, required=True, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
        )
        refuse_unknown(cls, d)

        return edit_music_video_request
