from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import json_of, members_of, take
from ..types import UNSET, Unset

T = TypeVar("T", bound="Usage")


@_attrs_define
class Usage:
    """Credits of the request; total is the sum of the other two."""

    total: float | None | Unset = UNSET
    subscription: float | None | Unset = UNSET
    """ Credits of the plan; used first. """
    permanent: float | None | Unset = UNSET
    """ Credits that were bought. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.total is not UNSET:
            field_dict["total"] = self.total
        if self.subscription is not UNSET:
            field_dict["subscription"] = self.subscription
        if self.permanent is not UNSET:
            field_dict["permanent"] = self.permanent
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        usage = cls(
            total=take(cls, d, "total", float, None),
            subscription=take(cls, d, "subscription", float, None),
            permanent=take(cls, d, "permanent", float, None),
        )

        usage.additional_properties = d
        return usage

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
