from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recommendation_resolution import (
        RecommendationResolution,
    )
    from ..models.recommendation_type import (
        RecommendationType,
    )
    from . import RecommendedPrompts

_MEMBERS = Members(
    member("images", "images", [str], required=True),
    member("type_", "type", ["RecommendationType"], required=True),
    member("resolution", "resolution", "RecommendationResolution"),
    member("count", "count", int),
)


T = TypeVar("T", bound="RecommendPromptsRequest")


@_attrs_define
class RecommendPromptsRequest:
    images: list[str]
    """ One picture on the page of the route; the table of models says up to seven. """
    type_: list[RecommendationType]
    """ Uses to propose prompts for. """
    resolution: RecommendationResolution | Unset = UNSET
    """ Only templates that can do this resolution are proposed. """
    count: int | Unset = UNSET
    """ Prompts per type. """

    if TYPE_CHECKING:

        def __answer__(self) -> RecommendedPrompts:
            """Name the type of the answer to this request, for type checkers."""
            raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "images": self.images,
            "type": self.type_,
        }
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.count is not UNSET:
            field_dict["count"] = self.count

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        recommend_prompts_request = cls(**taken)

        return recommend_prompts_request
