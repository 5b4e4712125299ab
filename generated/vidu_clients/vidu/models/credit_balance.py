from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.credit_type import CreditType, check_credit_type
from ..types import UNSET, Unset

T = TypeVar("T", bound="CreditBalance")


@_attrs_define
class CreditBalance:
    """Balance and use for one type of credit."""

    type_: CreditType | None | str | Unset = UNSET
    credit_remain: int | None | Unset = UNSET
    """ Credits left. """
    concurrency_limit: int | None | Unset = UNSET
    """ Tasks that may run at once. """
    current_concurrency: int | None | Unset = UNSET
    """ Tasks that run now. """
    queue_count: int | None | Unset = UNSET
    """ Tasks that wait. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        elif isinstance(self.type_, str):
            type_ = self.type_
        else:
            type_ = self.type_

        credit_remain: int | None | Unset
        if isinstance(self.credit_remain, Unset):
            credit_remain = UNSET
        else:
            credit_remain = self.credit_remain

        concurrency_limit: int | None | Unset
        if isinstance(self.concurrency_limit, Unset):
            concurrency_limit = UNSET
        else:
            concurrency_limit = self.concurrency_limit

        current_concurrency: int | None | Unset
        if isinstance(self.current_concurrency, Unset):
            current_concurrency = UNSET
        else:
            current_concurrency = self.current_concurrency

        queue_count: int | None | Unset
        if isinstance(self.queue_count, Unset):
            queue_count = UNSET
        else:
            queue_count = self.queue_count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if type_ is not UNSET:
            field_dict["type"] = type_
        if credit_remain is not UNSET:
            field_dict["credit_remain"] = credit_remain
        if concurrency_limit is not UNSET:
            field_dict["concurrency_limit"] = concurrency_limit
        if current_concurrency is not UNSET:
            field_dict["current_concurrency"] = current_concurrency
        if queue_count is not UNSET:
            field_dict["queue_count"] = queue_count

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_type_(data: object) -> CreditType | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                type_type_0 = check_credit_type(data)

                return type_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CreditType | None | str | Unset, data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_credit_remain(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        credit_remain = _parse_credit_remain(d.pop("credit_remain", UNSET))

        def _parse_concurrency_limit(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        concurrency_limit = _parse_concurrency_limit(d.pop("concurrency_limit", UNSET))

        def _parse_current_concurrency(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        current_concurrency = _parse_current_concurrency(
            d.pop("current_concurrency", UNSET)
        )

        def _parse_queue_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        queue_count = _parse_queue_count(d.pop("queue_count", UNSET))

        credit_balance = cls(
            type_=type_,
            credit_remain=credit_remain,
            concurrency_limit=concurrency_limit,
            current_concurrency=current_concurrency,
            queue_count=queue_count,
        )

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
