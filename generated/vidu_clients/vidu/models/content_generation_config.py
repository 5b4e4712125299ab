from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import json_of, members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.content_image_config import ContentImageConfig
    from ..models.content_modality import ContentModality


T = TypeVar("T", bound="ContentGenerationConfig")


@_attrs_define
class ContentGenerationConfig:
    response_modalities: list[ContentModality] | Unset = UNSET
    image_config: ContentImageConfig | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.response_modalities is not UNSET:
            field_dict["responseModalities"] = self.response_modalities
        if self.image_config is not UNSET:
            field_dict["imageConfig"] = json_of(self.image_config)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        content_generation_config = cls(
            response_modalities=take(
                cls, d, "responseModalities", ["ContentModality"], closed=True
            ),
            image_config=take(cls, d, "imageConfig", "ContentImageConfig", closed=True),
        )
        refuse_unknown(cls, d)

        return content_generation_config
