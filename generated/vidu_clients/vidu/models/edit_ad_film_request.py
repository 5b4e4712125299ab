from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ad_film_part_type import AdFilmPartType


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
        field_dict: dict[str, Any] = {
            "ad_one_click_task_id": self.ad_one_click_task_id,
            "type": self.type_,
            "prompt": self.prompt,
        }
        if self.storyboard_video_index is not UNSET:
            field_dict["storyboard_video_index"] = self.storyboard_video_index
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        edit_ad_film_request = cls(
            ad_one_click_task_id=take(
                cls, d, "ad_one_click_task_id", str, required=True, closed=True
            ),
            type_=take(cls, d, "type", "AdFilmPartType", required=True, closed=True),
            prompt=take(cls, d, "prompt", str, required=True, closed=True),
            storyboard_video_index=take(
                cls, d, "storyboard_video_index", int, closed=True
            ),
            callback_url=take(cls, d, "callback_url", str, closed=True),
            payload=take(cls, d, "payload", str, closed=True),
        )
        refuse_unknown(cls, d)

        return edit_ad_film_request
