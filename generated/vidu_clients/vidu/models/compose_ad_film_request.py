from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("ad_one_click_task_id", "ad_one_click_task_id", str, required=True),
    member("video_task_ids", "video_task_ids", [str], required=True),
    member("bgm_task_id", "bgm_task_id", str, required=True),
    member("narration_task_id", "narration_task_id", str, required=True),
    member("callback_url", "callback_url", str),
    member("payload", "payload", str),
)


T = TypeVar("T", bound="ComposeAdFilmRequest")


@_attrs_define
class ComposeAdFilmRequest:
    ad_one_click_task_id: str
    """ Task id of the film. """
    video_task_ids: list[str]
    """ One video task for every shot of the film. """
    bgm_task_id: str
    """ Task of the music. """
    narration_task_id: str
    """ Task of the narration. """
    callback_url: str | Unset = UNSET
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "ad_one_click_task_id": self.ad_one_click_task_id,
            "video_task_ids": self.video_task_ids,
            "bgm_task_id": self.bgm_task_id,
            "narration_task_id": self.narration_task_id,
        }
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        compose_ad_film_request = cls(**taken)

        return compose_ad_film_request
