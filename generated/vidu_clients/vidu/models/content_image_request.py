from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.content_generation_config import ContentGenerationConfig
    from ..models.content_turn import ContentTurn
    from . import ContentImages

_MEMBERS = Members(
    member("content", "content", ["ContentTurn"], required=True),
    member("generation_config", "generationConfig", "ContentGenerationConfig"),
    member("tools", "tools", [object]),
)


T = TypeVar("T", bound="ContentImageRequest")


@_attrs_define
class ContentImageRequest:
    content: list[ContentTurn]
    generation_config: ContentGenerationConfig | Unset = UNSET
    tools: list[Any] | Unset = UNSET
    """ Search for pictures; q3-fast only. """

    if TYPE_CHECKING:

        def __answer__(self) -> ContentImages:
            """Name the type of the answer to this request, for type checkers."""
            raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "content": json_of(self.content),
        }
        if self.generation_config is not UNSET:
            field_dict["generationConfig"] = json_of(self.generation_config)
        if self.tools is not UNSET:
            field_dict["tools"] = self.tools

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        content_image_request = cls(**taken)

        return content_image_request
