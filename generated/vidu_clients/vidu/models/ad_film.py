from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ad_film_records import AdFilmRecords
    from ..models.task_state import TaskState

_MEMBERS = Members(
    member("id", "id", str, None),
    member("err_code", "err_code", str, None),
    member("state", "state", "TaskState", str, None),
    member("data_records", "data_records", "AdFilmRecords", None),
)


T = TypeVar("T", bound="AdFilm")


@_attrs_define
class AdFilm:
    """An advertising film and its parts."""

    id: None | str | Unset = UNSET
    err_code: None | str | Unset = UNSET
    state: None | str | TaskState | Unset = UNSET
    data_records: AdFilmRecords | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.err_code is not UNSET:
            field_dict["err_code"] = self.err_code
        if self.state is not UNSET:
            field_dict["state"] = self.state
        if self.data_records is not UNSET:
            field_dict["data_records"] = json_of(self.data_records)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        ad_film = cls(**taken)

        ad_film.additional_properties = d
        return ad_film

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
