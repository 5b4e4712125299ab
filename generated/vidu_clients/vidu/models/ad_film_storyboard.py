from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ad_film_record import AdFilmRecord

_MEMBERS = Members(
    member("stroyboard_id", "stroyboard_id", int, None),
    member("records", "records", ["AdFilmRecord"], None),
)


T = TypeVar("T", bound="AdFilmStoryboard")


@_attrs_define
class AdFilmStoryboard:
    """One shot and all attempts at it."""

    stroyboard_id: int | None | Unset = UNSET
    """ Number of the shot, from 0. The API spells the key so. """
    records: list[AdFilmRecord] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.stroyboard_id is not UNSET:
            field_dict["stroyboard_id"] = self.stroyboard_id
        if self.records is not UNSET:
            field_dict["records"] = json_of(self.records)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        ad_film_storyboard = cls(**taken)

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
