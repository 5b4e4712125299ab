from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

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
        ad_one_click_task_id = self.ad_one_click_task_id

        video_task_ids = self.video_task_ids

        bgm_task_id = self.bgm_task_id

        narration_task_id = self.narration_task_id

        callback_url = self.callback_url

        payload = self.payload

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ad_one_click_task_id": ad_one_click_task_id,
                "video_task_ids": video_task_ids,
                "bgm_task_id": bgm_task_id,
                "narration_task_id": narration_task_id,
            }
        )
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if payload is not UNSET:
            field_dict["payload"] = payload

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        ad_one_click_task_id = d.pop("ad_one_click_task_id")

        video_task_ids = cast(list[str], d.pop("video_task_ids"))

        bgm_task_id = d.pop("bgm_task_id")

        narration_task_id = d.pop("narration_task_id")

        callback_url = d.pop("callback_url", UNSET)

        payload = d.pop("payload", UNSET)

        compose_ad_film_request = cls(
            ad_one_click_task_id=ad_one_click_task_id,
            video_task_ids=video_task_ids,
            bgm_task_id=bgm_task_id,
            narration_task_id=narration_task_id,
            callback_url=callback_url,
            payload=payload,
        )

        return compose_ad_film_request
