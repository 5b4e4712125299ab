from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.content_image_config import ContentImageConfig
    from ..models.content_modality import ContentModality

_MEMBERS = Members(
    member("response_modalities", "responseModalities", ["ContentModality"]),
    member("image_config", "imageConfig", "ContentImageConfig"),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        content_generation_config = cls(**taken)

        return content_generation_config
