from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.content_generation_config import ContentGenerationConfig
    from ..models.content_turn import ContentTurn


T = TypeVar("T", bound="ContentImageRequest")


@_attrs_define
class ContentImageRequest:
    content: list[ContentTurn]
    generation_config: ContentGenerationConfig | Unset = UNSET
    tools: list[Any] | Unset = UNSET
    """ Search for pictures; q3-fast only. """

    def to_dict(self) -> dict[str, Any]:
        content = []
        for content_item_data in self.content:
            strange_content_item_data: Any = content_item_data
            if not hasattr(strange_content_item_data, "to_dict"):
                content.append(strange_content_item_data)
                continue
            content_item = content_item_data.to_dict()
            content.append(content_item)

        generation_config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.generation_config, Unset):
            generation_config = self.generation_config.to_dict()

        tools: list[Any] | Unset = UNSET
        if not isinstance(self.tools, Unset):
            tools = self.tools

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "content": content,
            }
        )
        if generation_config is not UNSET:
            field_dict["generationConfig"] = generation_config
        if tools is not UNSET:
            field_dict["tools"] = tools

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.content_generation_config import (
            ContentGenerationConfig,  # noqa: PLC0415
        )
        from ..models.content_turn import ContentTurn  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        content = []
        _content = d.pop("content")
        if not isinstance(_content, list):
            raise TypeError("a list is documented here")
        for content_item_data in _content:
            if not isinstance(content_item_data, dict):
                content.append(content_item_data)
                continue
            content_item = ContentTurn.from_dict(content_item_data)

            content.append(content_item)

        _generation_config = d.pop("generationConfig", UNSET)
        generation_config: ContentGenerationConfig | Unset
        if isinstance(_generation_config, Unset):
            generation_config = UNSET
        else:
            generation_config = ContentGenerationConfig.from_dict(_generation_config)

        tools = cast(list[Any], d.pop("tools", UNSET))

        content_image_request = cls(
            content=content,
            generation_config=generation_config,
            tools=tools,
        )

        return content_image_request
