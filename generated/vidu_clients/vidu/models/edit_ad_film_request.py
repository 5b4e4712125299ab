from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.ad_film_part_type import AdFilmPartType, check_ad_film_part_type
from ..types import UNSET, Unset

T = TypeVar("T", bound="EditAdFilmRequest")


@_attrs_define
class EditAdFilmRequest:
    ad_one_click_task_id: str
    """ Task id of the film. """
    type_: AdFilmPartType
    """ A shot, the narration or the music. """
    prompt: str
    """ Prompt of the shot or of the music, or the text of the narration. """
    storyboard_video_index: int | Unset = UNSET
    """ Number of the shot, from 0. """
    callback_url: str | Unset = UNSET
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """

    def to_dict(self) -> dict[str, Any]:
        ad_one_click_task_id = self.ad_one_click_task_id

        type_: str = self.type_

        prompt = self.prompt

        storyboard_video_index = self.storyboard_video_index

        callback_url = self.callback_url

        payload = self.payload

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ad_one_click_task_id": ad_one_click_task_id,
                "type": type_,
                "prompt": prompt,
            }
        )
        if storyboard_video_index is not UNSET:
            field_dict["storyboard_video_index"] = storyboard_video_index
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

        type_ = check_ad_film_part_type(d.pop("type"))

        prompt = d.pop("prompt")

        storyboard_video_index = d.pop("storyboard_video_index", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        payload = d.pop("payload", UNSET)

        edit_ad_film_request = cls(
            ad_one_click_task_id=ad_one_click_task_id,
            type_=type_,
            prompt=prompt,
            storyboard_video_index=storyboard_video_index,
            callback_url=callback_url,
            payload=payload,
        )

        return edit_ad_film_request
