from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.credit_balance import CreditBalance
    from ..models.credit_package import CreditPackage

_MEMBERS = Members(
    member("remains", "remains", ["CreditBalance"], None),
    member("remaining_credits", "remaining_credits", ["CreditBalance"], None),
    member("packages", "packages", ["CreditPackage"], None),
)


T = TypeVar("T", bound="Credits")


@_attrs_define
class Credits:
    """Balance of the account."""

    remains: list[CreditBalance] | None | Unset = UNSET
    """ Balance by type of credit. """
    remaining_credits: list[CreditBalance] | None | Unset = UNSET
    """ The name that the page's table gives to remains; its example and real answers have remains. """
    packages: list[CreditPackage] | None | Unset = UNSET
    """ The packages bought, only if show_detail is true. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.remains is not UNSET:
            field_dict["remains"] = json_of(self.remains)
        if self.remaining_credits is not UNSET:
            field_dict["remaining_credits"] = json_of(self.remaining_credits)
        if self.packages is not UNSET:
            field_dict["packages"] = json_of(self.packages)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        credits_ = cls(**taken)

        credits_.additional_properties = d
        return credits_

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
