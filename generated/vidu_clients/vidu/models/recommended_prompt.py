from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recommendation_type import RecommendationType

_MEMBERS = Members(
    member("type_", "type", "RecommendationType", str, None),
    member("content", "content", str, None),
    member("prompt", "prompt", str, None),
    member("template", "template", str, None),
    member("resolution", "resolution", str, None),
)


T = TypeVar("T", bound="RecommendedPrompt")


@_attrs_define
class RecommendedPrompt:
    type_: None | RecommendationType | str | Unset = UNSET
    content: None | str | Unset = UNSET
    """ The proposal as a user should see it. """
    prompt: None | str | Unset = UNSET
    """ The prompt to send; only for a template. """
    template: None | str | Unset = UNSET
    """ Name of the template; only for a template. """
    resolution: None | str | Unset = UNSET
    """ Resolution to ask for; only for a template. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.content is not UNSET:
            field_dict["content"] = self.content
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.template is not UNSET:
            field_dict["template"] = self.template
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        recommended_prompt = cls(**taken)

        recommended_prompt.additional_properties = d
        return recommended_prompt

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
