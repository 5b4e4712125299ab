from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ad_film_part_type import AdFilmPartType

_MEMBERS = Members(
    member("ad_one_click_task_id", "ad_one_click_task_id", str, required=True),
    member("type_", "type", "AdFilmPartType", required=True),
    member("prompt", "prompt", str, required=True),
    member("storyboard_video_index", "storyboard_video_index", int),
    member("callback_url", "callback_url", str),
    member("payload", "payload", str),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        edit_ad_film_request = cls(**taken)

        return edit_ad_film_request
