from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.template_story_name import TemplateStoryName

_MEMBERS = Members(
    member("story", "story", "TemplateStoryName", required=True),
    member("images", "images", [str], required=True),
    member("payload", "payload", str),
    member("callback_url", "callback_url", str),
)


T = TypeVar("T", bound="TemplateStoryRequest")


@_attrs_define
class TemplateStoryRequest:
    story: TemplateStoryName
    images: list[str]
    """ Pictures in 9:16; one_shot keeps the ratio of the first. """
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "story": self.story,
            "images": self.images,
        }
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        template_story_request = cls(**taken)

        return template_story_request
