from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.template_area import TemplateArea, check_template_area
from ..models.template_aspect_ratio import (
    TemplateAspectRatio,
    check_template_aspect_ratio,
)
from ..models.template_beast import TemplateBeast, check_template_beast
from ..models.watermark_corner import WatermarkCorner, check_watermark_corner
from ..types import UNSET, Unset

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
        template = self.template

        images = self.images

        prompt = self.prompt

        seed = self.seed

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        area: str | Unset = UNSET
        if not isinstance(self.area, Unset):
            area = self.area

        beast: str | Unset = UNSET
        if not isinstance(self.beast, Unset):
            beast = self.beast

        bgm = self.bgm

        payload = self.payload

        callback_url = self.callback_url

        watermark = self.watermark

        wm_position: int | Unset = UNSET
        if not isinstance(self.wm_position, Unset):
            wm_position = self.wm_position

        wm_url = self.wm_url

        meta_data = self.meta_data

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "template": template,
                "images": images,
            }
        )
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if seed is not UNSET:
            field_dict["seed"] = seed
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if area is not UNSET:
            field_dict["area"] = area
        if beast is not UNSET:
            field_dict["beast"] = beast
        if bgm is not UNSET:
            field_dict["bgm"] = bgm
        if payload is not UNSET:
            field_dict["payload"] = payload
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if watermark is not UNSET:
            field_dict["watermark"] = watermark
        if wm_position is not UNSET:
            field_dict["wm_position"] = wm_position
        if wm_url is not UNSET:
            field_dict["wm_url"] = wm_url
        if meta_data is not UNSET:
            field_dict["meta_data"] = meta_data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        template = d.pop("template")

        images = cast(list[str], d.pop("images"))

        prompt = d.pop("prompt", UNSET)

        seed = d.pop("seed", UNSET)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: TemplateAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_template_aspect_ratio(_aspect_ratio)

        _area = d.pop("area", UNSET)
        area: TemplateArea | Unset
        if isinstance(_area, Unset):
            area = UNSET
        else:
            area = check_template_area(_area)

        _beast = d.pop("beast", UNSET)
        beast: TemplateBeast | Unset
        if isinstance(_beast, Unset):
            beast = UNSET
        else:
            beast = check_template_beast(_beast)

        bgm = d.pop("bgm", UNSET)

        payload = d.pop("payload", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        watermark = d.pop("watermark", UNSET)

        _wm_position = d.pop("wm_position", UNSET)
        wm_position: WatermarkCorner | Unset
        if isinstance(_wm_position, Unset):
            wm_position = UNSET
        else:
            wm_position = check_watermark_corner(_wm_position)

        wm_url = d.pop("wm_url", UNSET)

        meta_data = d.pop("meta_data", UNSET)

        template_request = cls(
            template=template,
            images=images,
            prompt=prompt,
            seed=seed,
            aspect_ratio=aspect_ratio,
            area=area,
            beast=beast,
            bgm=bgm,
            payload=payload,
            callback_url=callback_url,
            watermark=watermark,
            wm_position=wm_position,
            wm_url=wm_url,
            meta_data=meta_data,
        )

        return template_request
