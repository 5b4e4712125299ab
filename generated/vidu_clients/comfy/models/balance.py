from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("amount_micros", "amount_micros", float, required=True),
    member("currency", "currency", str, required=True),
    member("prepaid_balance_micros", "prepaid_balance_micros", float, None),
    member("cloud_credit_balance_micros", "cloud_credit_balance_micros", float, None),
    member("pending_charges_micros", "pending_charges_micros", float, None),
    member("effective_balance_micros", "effective_balance_micros", float, None),
)


T = TypeVar("T", bound="Balance")


@_attrs_define
class Balance:
    amount_micros: float
    """ Millionths of the currency. """
    currency: str
    """ Its code. """
    prepaid_balance_micros: float | None | Unset = UNSET
    cloud_credit_balance_micros: float | None | Unset = UNSET
    pending_charges_micros: float | None | Unset = UNSET
    """ Of calls that are not settled yet. """
    effective_balance_micros: float | None | Unset = UNSET
    """ May be negative. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "amount_micros": self.amount_micros,
            "currency": self.currency,
        }
        if self.prepaid_balance_micros is not UNSET:
            field_dict["prepaid_balance_micros"] = self.prepaid_balance_micros
        if self.cloud_credit_balance_micros is not UNSET:
            field_dict["cloud_credit_balance_micros"] = self.cloud_credit_balance_micros
        if self.pending_charges_micros is not UNSET:
            field_dict["pending_charges_micros"] = self.pending_charges_micros
        if self.effective_balance_micros is not UNSET:
            field_dict["effective_balance_micros"] = self.effective_balance_micros
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        balance = cls(**taken)

        balance.additional_properties = d
        return balance

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
