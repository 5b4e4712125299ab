from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ad_film_record import AdFilmRecord
    from ..models.ad_film_storyboard import AdFilmStoryboard
    from ..models.ad_film_version import AdFilmVersion

_MEMBERS = Members(
    member("storyboards", "storyboards", ["AdFilmStoryboard"], None),
    member("narration_records", "narration_records", ["AdFilmRecord"], None),
    member("bgm_records", "bgm_records", ["AdFilmRecord"], None),
    member(
        "completed_creation_records",
        "completed_creation_records",
        ["AdFilmVersion"],
        None,
    ),
)


T = TypeVar("T", bound="AdFilmRecords")


@_attrs_define
class AdFilmRecords:
    storyboards: list[AdFilmStoryboard] | None | Unset = UNSET
    narration_records: list[AdFilmRecord] | None | Unset = UNSET
    bgm_records: list[AdFilmRecord] | None | Unset = UNSET
    completed_creation_records: list[AdFilmVersion] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.storyboards is not UNSET:
            field_dict["storyboards"] = json_of(self.storyboards)
        if self.narration_records is not UNSET:
            field_dict["narration_records"] = json_of(self.narration_records)
        if self.bgm_records is not UNSET:
            field_dict["bgm_records"] = json_of(self.bgm_records)
        if self.completed_creation_records is not UNSET:
            field_dict["completed_creation_records"] = json_of(
                self.completed_creation_records
            )
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        ad_film_records = cls(**taken)

        ad_film_records.additional_properties = d
        return ad_film_records

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
