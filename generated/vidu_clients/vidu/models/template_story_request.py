from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.template_story_name import TemplateStoryName


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
        d = members_of(src_dict)
        template_story_request = cls(
            story=take(
                cls, d, "story", "TemplateStoryName", required=True, closed=True
            ),
            images=take(cls, d, "images", [str], required=True, closed=True),
            payload=take(cls, d, "payload", str, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
        )
        refuse_unknown(cls, d)

        return template_story_request
