from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("raw", "raw", str, None),
    member("provider_error_code", "provider_error_code", str, None),
)


T = TypeVar("T", bound="ProviderErrorMetadata")


@_attrs_define
class ProviderErrorMetadata:
    raw: None | str | Unset = UNSET
    """ What the provider answered, often JSON text. """
    provider_error_code: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.raw is not UNSET:
            field_dict["raw"] = self.raw
        if self.provider_error_code is not UNSET:
            field_dict["provider_error_code"] = self.provider_error_code
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        provider_error_metadata = cls(**taken)

        provider_error_metadata.additional_properties = d
        return provider_error_metadata

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
