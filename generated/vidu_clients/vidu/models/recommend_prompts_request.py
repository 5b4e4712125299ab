from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recommendation_resolution import (
        RecommendationResolution,
    )
    from ..models.recommendation_type import (
        RecommendationType,
    )
    from . import RecommendedPrompts


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
        d = members_of(src_dict)
        recommend_prompts_request = cls(
            images=take(cls, d, "images", [str], required=True, closed=True),
            type_=take(
                cls, d, "type", ["RecommendationType"], required=True, closed=True
            ),
            resolution=take(
                cls, d, "resolution", "RecommendationResolution", closed=True
            ),
            count=take(cls, d, "count", int, closed=True),
        )
        refuse_unknown(cls, d)

        return recommend_prompts_request
