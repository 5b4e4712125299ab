from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

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
        amount_micros = self.amount_micros

        currency = self.currency

        prepaid_balance_micros: float | None | Unset
        if isinstance(self.prepaid_balance_micros, Unset):
            prepaid_balance_micros = UNSET
        else:
            prepaid_balance_micros = self.prepaid_balance_micros

        cloud_credit_balance_micros: float | None | Unset
        if isinstance(self.cloud_credit_balance_micros, Unset):
            cloud_credit_balance_micros = UNSET
        else:
            cloud_credit_balance_micros = self.cloud_credit_balance_micros

        pending_charges_micros: float | None | Unset
        if isinstance(self.pending_charges_micros, Unset):
            pending_charges_micros = UNSET
        else:
            pending_charges_micros = self.pending_charges_micros

        effective_balance_micros: float | None | Unset
        if isinstance(self.effective_balance_micros, Unset):
            effective_balance_micros = UNSET
        else:
            effective_balance_micros = self.effective_balance_micros

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount_micros": amount_micros,
                "currency": currency,
            }
        )
        if prepaid_balance_micros is not UNSET:
            field_dict["prepaid_balance_micros"] = prepaid_balance_micros
        if cloud_credit_balance_micros is not UNSET:
            field_dict["cloud_credit_balance_micros"] = cloud_credit_balance_micros
        if pending_charges_micros is not UNSET:
            field_dict["pending_charges_micros"] = pending_charges_micros
        if effective_balance_micros is not UNSET:
            field_dict["effective_balance_micros"] = effective_balance_micros

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        amount_micros = d.pop("amount_micros")

        currency = d.pop("currency")

        def _parse_prepaid_balance_micros(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        prepaid_balance_micros = _parse_prepaid_balance_micros(
            d.pop("prepaid_balance_micros", UNSET)
        )

        def _parse_cloud_credit_balance_micros(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        cloud_credit_balance_micros = _parse_cloud_credit_balance_micros(
            d.pop("cloud_credit_balance_micros", UNSET)
        )

        def _parse_pending_charges_micros(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        pending_charges_micros = _parse_pending_charges_micros(
            d.pop("pending_charges_micros", UNSET)
        )

        def _parse_effective_balance_micros(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        effective_balance_micros = _parse_effective_balance_micros(
            d.pop("effective_balance_micros", UNSET)
        )

        balance = cls(
            amount_micros=amount_micros,
            currency=currency,
            prepaid_balance_micros=prepaid_balance_micros,
            cloud_credit_balance_micros=cloud_credit_balance_micros,
            pending_charges_micros=pending_charges_micros,
            effective_balance_micros=effective_balance_micros,
        )

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
