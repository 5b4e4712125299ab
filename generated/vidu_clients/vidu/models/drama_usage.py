from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("prompt_tokens", "prompt_tokens", int, str, None),
    member("completion_tokens", "completion_tokens", int, str, None),
    member("total_tokens", "total_tokens", int, str, None),
)


T = TypeVar("T", bound="DramaUsage")


@_attrs_define
class DramaUsage:
    """Tokens that are paid."""

    prompt_tokens: int | None | str | Unset = UNSET
    completion_tokens: int | None | str | Unset = UNSET
    total_tokens: int | None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.prompt_tokens is not UNSET:
            field_dict["prompt_tokens"] = self.prompt_tokens
        if self.completion_tokens is not UNSET:
            field_dict["completion_tokens"] = self.completion_tokens
        if self.total_tokens is not UNSET:
            field_dict["total_tokens"] = self.total_tokens
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        drama_usage = cls(**taken)

        drama_usage.additional_properties = d
        return drama_usage

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
