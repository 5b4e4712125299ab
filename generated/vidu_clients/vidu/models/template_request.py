from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.template_area import TemplateArea
    from ..models.template_aspect_ratio import (
        TemplateAspectRatio,
    )
    from ..models.template_beast import TemplateBeast
    from ..models.watermark_corner import WatermarkCorner


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
        d = members_of(src_dict)
        template_request = cls(
            template=take(cls, d, "template", str, required=True, closed=True),
            images=take(cls, d, "images", [str], required=True, closed=True),
            prompt=take(cls, d, "prompt", str, closed=True),
            seed=take(cls, d, "seed", int, closed=True),
            aspect_ratio=take(
                cls, d, "aspect_ratio", "TemplateAspectRatio", closed=True
            ),
            area=take(cls, d, "area", "TemplateArea", closed=True),
            beast=take(cls, d, "beast", "TemplateBeast", closed=True),
            bgm=take(cls, d, "bgm", bool, closed=True),
            payload=take(cls, d, "payload", str, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
            watermark=take(cls, d, "watermark", bool, closed=True),
            wm_position=take(cls, d, "wm_position", "WatermarkCorner", closed=True),
            wm_url=take(cls, d, "wm_url", str, closed=True),
            meta_data=take(cls, d, "meta_data", str, closed=True),
        )
        refuse_unknown(cls, d)

        return template_request
