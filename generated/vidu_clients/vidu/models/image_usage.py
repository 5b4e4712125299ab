from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("candidates_token_count", "candidatesTokenCount", int, None),
    member("candidates_tokens_details", "candidatesTokensDetails", [object], None),
    member("prompt_token_count", "promptTokenCount", int, None),
    member("prompt_tokens_details", "promptTokensDetails", [object], None),
    member("service_tier", "serviceTier", str, None),
    member("total_token_count", "totalTokenCount", int, None),
)


T = TypeVar("T", bound="ImageUsage")


@_attrs_define
class ImageUsage:
    candidates_token_count: int | None | Unset = UNSET
    candidates_tokens_details: list[Any] | None | Unset = UNSET
    prompt_token_count: int | None | Unset = UNSET
    prompt_tokens_details: list[Any] | None | Unset = UNSET
    service_tier: None | str | Unset = UNSET
    total_token_count: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.candidates_token_count is not UNSET:
            field_dict["candidatesTokenCount"] = self.candidates_token_count
        if self.candidates_tokens_details is not UNSET:
            field_dict["candidatesTokensDetails"] = self.candidates_tokens_details
        if self.prompt_token_count is not UNSET:
            field_dict["promptTokenCount"] = self.prompt_token_count
        if self.prompt_tokens_details is not UNSET:
            field_dict["promptTokensDetails"] = self.prompt_tokens_details
        if self.service_tier is not UNSET:
            field_dict["serviceTier"] = self.service_tier
        if self.total_token_count is not UNSET:
            field_dict["totalTokenCount"] = self.total_token_count
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        image_usage = cls(**taken)

        image_usage.additional_properties = d
        return image_usage

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
