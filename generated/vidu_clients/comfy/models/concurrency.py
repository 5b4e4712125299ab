from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all

if TYPE_CHECKING:
    from ..models.concurrency_reason import ConcurrencyReason

_MEMBERS = Members(
    member("limit", "limit", int, required=True),
    member("reason", "reason", "ConcurrencyReason", str, required=True),
)


T = TypeVar("T", bound="Concurrency")


@_attrs_define
class Concurrency:
    limit: int
    """ Calls at once; -1 for no limit, 0 where the account is blocked. """
    reason: ConcurrencyReason | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "limit": self.limit,
            "reason": self.reason,
        }
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        concurrency = cls(**taken)

        concurrency.additional_properties = d
        return concurrency

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
