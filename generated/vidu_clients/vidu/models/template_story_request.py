from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.template_story_name import TemplateStoryName, check_template_story_name
from ..types import UNSET, Unset

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
        story: str = self.story

        images = self.images

        payload = self.payload

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "story": story,
                "images": images,
            }
        )
        if payload is not UNSET:
            field_dict["payload"] = payload
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        story = check_template_story_name(d.pop("story"))

        images = cast(list[str], d.pop("images"))

        payload = d.pop("payload", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        template_story_request = cls(
            story=story,
            images=images,
            payload=payload,
            callback_url=callback_url,
        )

        return template_story_request
