from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

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
        d = members_of(src_dict)
        compose_ad_film_request = cls(
            ad_one_click_task_id=take(
                cls, d, "ad_one_click_task_id", str, required=True, closed=True
            ),
            video_task_ids=take(
                cls, d, "video_task_ids", [str], required=True, closed=True
            ),
            bgm_task_id=take(cls, d, "bgm_task_id", str, required=True, closed=True),
            narration_task_id=take(
                cls, d, "narration_task_id", str, required=True, closed=True
            ),
            callback_url=take(cls, d, "callback_url", str, closed=True),
            payload=take(cls, d, "payload", str, closed=True),
        )
        refuse_unknown(cls, d)

        return compose_ad_film_request
