from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.content_modality import ContentModality, check_content_modality
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.content_image_config import ContentImageConfig


T = TypeVar("T", bound="ContentGenerationConfig")


@_attrs_define
class ContentGenerationConfig:
    response_modalities: list[ContentModality] | Unset = UNSET
    image_config: ContentImageConfig | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        response_modalities: list[str] | Unset = UNSET
        if not isinstance(self.response_modalities, Unset):
            response_modalities = []
            for response_modalities_item_data in self.response_modalities:
                response_modalities_item: str = response_modalities_item_data
                response_modalities.append(response_modalities_item)

        image_config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.image_config, Unset):
            image_config = self.image_config.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if response_modalities is not UNSET:
            field_dict["responseModalities"] = response_modalities
        if image_config is not UNSET:
            field_dict["imageConfig"] = image_config

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.content_image_config import ContentImageConfig  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        _response_modalities = d.pop("responseModalities", UNSET)
        response_modalities: list[ContentModality] | Unset = UNSET
        if _response_modalities is not UNSET:
            response_modalities = []
            for response_modalities_item_data in _response_modalities:
                response_modalities_item = check_content_modality(
                    response_modalities_item_data
                )

                response_modalities.append(response_modalities_item)

        _image_config = d.pop("imageConfig", UNSET)
        image_config: ContentImageConfig | Unset
        if isinstance(_image_config, Unset):
            image_config = UNSET
        else:
            image_config = ContentImageConfig.from_dict(_image_config)

        content_generation_config = cls(
            response_modalities=response_modalities,
            image_config=image_config,
        )

        return content_generation_config
