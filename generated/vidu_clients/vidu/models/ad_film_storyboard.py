from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ad_film_record import AdFilmRecord


T = TypeVar("T", bound="AdFilmStoryboard")


@_attrs_define
class AdFilmStoryboard:
    """One shot and all attempts at it."""

    stroyboard_id: int | None | Unset = UNSET
    """ Number of the shot, from 0. The API spells the key so. """
    records: list[AdFilmRecord] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        stroyboard_id: int | None | Unset
        if isinstance(self.stroyboard_id, Unset):
            stroyboard_id = UNSET
        else:
            stroyboard_id = self.stroyboard_id

        records: list[dict[str, Any]] | None | Unset
        if isinstance(self.records, Unset):
            records = UNSET
        elif isinstance(self.records, list):
            records = []
            for records_type_0_item_data in self.records:
                strange_records_type_0_item_data: Any = records_type_0_item_data
                if not hasattr(strange_records_type_0_item_data, "to_dict"):
                    records.append(strange_records_type_0_item_data)
                    continue
                records_type_0_item = records_type_0_item_data.to_dict()
                records.append(records_type_0_item)

        else:
            records = self.records

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if stroyboard_id is not UNSET:
            field_dict["stroyboard_id"] = stroyboard_id
        if records is not UNSET:
            field_dict["records"] = records

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ad_film_record import AdFilmRecord  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_stroyboard_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        stroyboard_id = _parse_stroyboard_id(d.pop("stroyboard_id", UNSET))

        def _parse_records(data: object) -> list[AdFilmRecord] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                records_type_0 = []
                _records_type_0 = data
                if not isinstance(_records_type_0, list):
                    raise TypeError("a list is documented here")
                for records_type_0_item_data in _records_type_0:
                    if not isinstance(records_type_0_item_data, dict):
                        records_type_0.append(records_type_0_item_data)
                        continue
                    records_type_0_item = AdFilmRecord.from_dict(
                        records_type_0_item_data
                    )

                    records_type_0.append(records_type_0_item)

                return records_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AdFilmRecord] | None | Unset, data)

        records = _parse_records(d.pop("records", UNSET))

        ad_film_storyboard = cls(
            stroyboard_id=stroyboard_id,
            records=records,
        )

        ad_film_storyboard.additional_properties = d
        return ad_film_storyboard

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
