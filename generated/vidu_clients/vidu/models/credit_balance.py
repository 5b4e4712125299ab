from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.credit_type import CreditType

_MEMBERS = Members(
    member("type_", "type", "CreditType", str, None),
    member("credit_remain", "credit_remain", int, None),
    member("concurrency_limit", "concurrency_limit", int, None),
    member("current_concurrency", "current_concurrency", int, None),
    member("queue_count", "queue_count", int, None),
)


T = TypeVar("T", bound="CreditBalance")


@_attrs_define
class CreditBalance:
    """Balance and use for one type of credit."""

    type_: CreditType | None | str | Unset = UNSET
    credit_remain: int | None | Unset = UNSET
    """ Credits left. """
    concurrency_limit: int | None | Unset = UNSET
    """ Tasks that may run at once over all keys of the organization, 5 by default. More are accepted and wait. """
    current_concurrency: int | None | Unset = UNSET
    """ Tasks that run now. """
    queue_count: int | None | Unset = UNSET
    """ Tasks that wait. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.credit_remain is not UNSET:
            field_dict["credit_remain"] = self.credit_remain
        if self.concurrency_limit is not UNSET:
            field_dict["concurrency_limit"] = self.concurrency_limit
        if self.current_concurrency is not UNSET:
            field_dict["current_concurrency"] = self.current_concurrency
        if self.queue_count is not UNSET:
            field_dict["queue_count"] = self.queue_count
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        credit_balance = cls(**taken)

        credit_balance.additional_properties = d
        return credit_balance

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
