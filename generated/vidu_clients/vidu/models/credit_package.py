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
    member("id", "id", str, None),
    member("name", "name", str, None),
    member("type_", "type", "CreditType", str, None),
    member("concurrency", "concurrency", int, None),
    member("credit_amount", "credit_amount", int, None),
    member("credit_remain", "credit_remain", int, None),
    member("created_at", "created_at", str, None),
    member("purchase_at", "purchase_at", str, None),
    member("valid_from", "valid_from", str, None),
    member("valid_to", "valid_to", str, None),
)


T = TypeVar("T", bound="CreditPackage")


@_attrs_define
class CreditPackage:
    """One package of credits."""

    id: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    type_: CreditType | None | str | Unset = UNSET
    concurrency: int | None | Unset = UNSET
    """ Tasks that may run at once. """
    credit_amount: int | None | Unset = UNSET
    """ Credits bought. """
    credit_remain: int | None | Unset = UNSET
    """ Credits left. """
    created_at: None | str | Unset = UNSET
    purchase_at: None | str | Unset = UNSET
    valid_from: None | str | Unset = UNSET
    valid_to: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.name is not UNSET:
            field_dict["name"] = self.name
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.concurrency is not UNSET:
            field_dict["concurrency"] = self.concurrency
        if self.credit_amount is not UNSET:
            field_dict["credit_amount"] = self.credit_amount
        if self.credit_remain is not UNSET:
            field_dict["credit_remain"] = self.credit_remain
        if self.created_at is not UNSET:
            field_dict["created_at"] = self.created_at
        if self.purchase_at is not UNSET:
            field_dict["purchase_at"] = self.purchase_at
        if self.valid_from is not UNSET:
            field_dict["valid_from"] = self.valid_from
        if self.valid_to is not UNSET:
            field_dict["valid_to"] = self.valid_to
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        credit_package = cls(**taken)

        credit_package.additional_properties = d
        return credit_package

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
