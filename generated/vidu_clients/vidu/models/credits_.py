from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.credit_balance import CreditBalance
    from ..models.credit_package import CreditPackage


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
        remains: list[dict[str, Any]] | None | Unset
        if isinstance(self.remains, Unset):
            remains = UNSET
        elif isinstance(self.remains, list):
            remains = []
            for remains_type_0_item_data in self.remains:
                strange_remains_type_0_item_data: Any = remains_type_0_item_data
                if not hasattr(strange_remains_type_0_item_data, "to_dict"):
                    remains.append(strange_remains_type_0_item_data)
                    continue
                remains_type_0_item = remains_type_0_item_data.to_dict()
                remains.append(remains_type_0_item)

        else:
            remains = self.remains

        remaining_credits: list[dict[str, Any]] | None | Unset
        if isinstance(self.remaining_credits, Unset):
            remaining_credits = UNSET
        elif isinstance(self.remaining_credits, list):
            remaining_credits = []
            for remaining_credits_type_0_item_data in self.remaining_credits:
                strange_remaining_credits_type_0_item_data: Any = (
                    remaining_credits_type_0_item_data
                )
                if not hasattr(strange_remaining_credits_type_0_item_data, "to_dict"):
                    remaining_credits.append(strange_remaining_credits_type_0_item_data)
                    continue
                remaining_credits_type_0_item = (
                    remaining_credits_type_0_item_data.to_dict()
                )
                remaining_credits.append(remaining_credits_type_0_item)

        else:
            remaining_credits = self.remaining_credits

        packages: list[dict[str, Any]] | None | Unset
        if isinstance(self.packages, Unset):
            packages = UNSET
        elif isinstance(self.packages, list):
            packages = []
            for packages_type_0_item_data in self.packages:
                strange_packages_type_0_item_data: Any = packages_type_0_item_data
                if not hasattr(strange_packages_type_0_item_data, "to_dict"):
                    packages.append(strange_packages_type_0_item_data)
                    continue
                packages_type_0_item = packages_type_0_item_data.to_dict()
                packages.append(packages_type_0_item)

        else:
            packages = self.packages

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if remains is not UNSET:
            field_dict["remains"] = remains
        if remaining_credits is not UNSET:
            field_dict["remaining_credits"] = remaining_credits
        if packages is not UNSET:
            field_dict["packages"] = packages

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.credit_balance import CreditBalance  # noqa: PLC0415
        from ..models.credit_package import CreditPackage  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_remains(data: object) -> list[CreditBalance] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                remains_type_0 = []
                _remains_type_0 = data
                if not isinstance(_remains_type_0, list):
                    raise TypeError("a list is documented here")
                for remains_type_0_item_data in _remains_type_0:
                    if not isinstance(remains_type_0_item_data, dict):
                        remains_type_0.append(remains_type_0_item_data)
                        continue
                    remains_type_0_item = CreditBalance.from_dict(
                        remains_type_0_item_data
                    )

                    remains_type_0.append(remains_type_0_item)

                return remains_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[CreditBalance] | None | Unset, data)

        remains = _parse_remains(d.pop("remains", UNSET))

        def _parse_remaining_credits(
            data: object,
        ) -> list[CreditBalance] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                remaining_credits_type_0 = []
                _remaining_credits_type_0 = data
                if not isinstance(_remaining_credits_type_0, list):
                    raise TypeError("a list is documented here")
                for remaining_credits_type_0_item_data in _remaining_credits_type_0:
                    if not isinstance(remaining_credits_type_0_item_data, dict):
                        remaining_credits_type_0.append(
                            remaining_credits_type_0_item_data
                        )
                        continue
                    remaining_credits_type_0_item = CreditBalance.from_dict(
                        remaining_credits_type_0_item_data
                    )

                    remaining_credits_type_0.append(remaining_credits_type_0_item)

                return remaining_credits_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[CreditBalance] | None | Unset, data)

        remaining_credits = _parse_remaining_credits(d.pop("remaining_credits", UNSET))

        def _parse_packages(data: object) -> list[CreditPackage] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                packages_type_0 = []
                _packages_type_0 = data
                if not isinstance(_packages_type_0, list):
                    raise TypeError("a list is documented here")
                for packages_type_0_item_data in _packages_type_0:
                    if not isinstance(packages_type_0_item_data, dict):
                        packages_type_0.append(packages_type_0_item_data)
                        continue
                    packages_type_0_item = CreditPackage.from_dict(
                        packages_type_0_item_data
                    )

                    packages_type_0.append(packages_type_0_item)

                return packages_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[CreditPackage] | None | Unset, data)

        packages = _parse_packages(d.pop("packages", UNSET))

        credits_ = cls(
            remains=remains,
            remaining_credits=remaining_credits,
            packages=packages,
        )

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
