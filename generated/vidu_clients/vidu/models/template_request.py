from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.template_area import TemplateArea
    from ..models.template_aspect_ratio import (
        TemplateAspectRatio,
    )
    from ..models.template_beast import TemplateBeast
    from ..models.watermark_corner import WatermarkCorner

_MEMBERS = Members(
    member("template", "template", str, required=True),
    member("images", "images", [str], required=True),
    member("prompt", "prompt", str),
    member("seed", "seed", int),
    member("aspect_ratio", "aspect_ratio", "TemplateAspectRatio"),
    member("area", "area", "TemplateArea"),
    member("beast", "beast", "TemplateBeast"),
    member("bgm", "bgm", bool),
    member("payload", "payload", str),
    member("callback_url", "callback_url", str),
    member("watermark", "watermark", bool),
    member("wm_position", "wm_position", "WatermarkCorner"),
    member("wm_url", "wm_url", str),
    member("meta_data", "meta_data", str),
)


T = TypeVar("T", bound="TemplateRequest")


@_attrs_define
class TemplateRequest:
    template: str
    """ Name of the template, such as hugging; the gallery lists them. """
    images: list[str]
    """ How many depends on the template. """
    prompt: str | Unset = UNSET
    """ What happens in the video; most templates need it. """
    seed: int | Unset = UNSET
    """ 0 or left out means random. """
    aspect_ratio: TemplateAspectRatio | Unset = UNSET
    """ Which of them a template takes depends on the template. """
    area: TemplateArea | Unset = UNSET
    """ Land of the template exotic_princess. """
    beast: TemplateBeast | Unset = UNSET
    """ Animal of the template beast_companion. """
    bgm: bool | Unset = UNSET
    """ Background music. """
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """
    callback_url: str | Unset = UNSET
    watermark: bool | Unset = UNSET
    """ Also return a marked copy. """
    wm_position: WatermarkCorner | Unset = UNSET
    """ 1 top left, 2 top right, 3 bottom right, 4 bottom left. """
    wm_url: str | Unset = UNSET
    meta_data: str | Unset = UNSET
    """ Content-provenance label as JSON text. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "template": self.template,
            "images": self.images,
        }
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.seed is not UNSET:
            field_dict["seed"] = self.seed
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.area is not UNSET:
            field_dict["area"] = self.area
        if self.beast is not UNSET:
            field_dict["beast"] = self.beast
        if self.bgm is not UNSET:
            field_dict["bgm"] = self.bgm
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url
        if self.watermark is not UNSET:
            field_dict["watermark"] = self.watermark
        if self.wm_position is not UNSET:
            field_dict["wm_position"] = self.wm_position
        if self.wm_url is not UNSET:
            field_dict["wm_url"] = self.wm_url
        if self.meta_data is not UNSET:
            field_dict["meta_data"] = self.meta_data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        template_request = cls(**taken)

        return template_request
