from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("total", "total", float, None),
    member("subscription", "subscription", float, None),
    member("permanent", "permanent", float, None),
)


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
        taken, d = take_all(cls, src_dict, _MEMBERS)
        usage = cls(**taken)

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
