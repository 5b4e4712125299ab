from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.recommendation_resolution import (
    RecommendationResolution,
    check_recommendation_resolution,
)
from ..models.recommendation_type import RecommendationType, check_recommendation_type
from ..types import UNSET, Unset

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

    def to_dict(self) -> dict[str, Any]:
        images = self.images

        type_ = []
        for type_item_data in self.type_:
            type_item: str = type_item_data
            type_.append(type_item)

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        count = self.count

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "images": images,
                "type": type_,
            }
        )
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if count is not UNSET:
            field_dict["count"] = count

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        images = cast(list[str], d.pop("images"))

        type_ = []
        _type_ = d.pop("type")
        if not isinstance(_type_, list):
            raise TypeError("a list is documented here")
        for type_item_data in _type_:
            type_item = check_recommendation_type(type_item_data)

            type_.append(type_item)

        _resolution = d.pop("resolution", UNSET)
        resolution: RecommendationResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_recommendation_resolution(_resolution)

        count = d.pop("count", UNSET)

        recommend_prompts_request = cls(
            images=images,
            type_=type_,
            resolution=resolution,
            count=count,
        )

        return recommend_prompts_request
