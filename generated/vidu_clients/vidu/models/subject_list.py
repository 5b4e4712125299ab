from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.subject import Subject

_MEMBERS = Members(
    member("subjects", "subjects", ["Subject"], None),
    member("next_page_token", "next_page_token", str, None),
    member("count", "count", int, None),
)


T = TypeVar("T", bound="SubjectList")


@_attrs_define
class SubjectList:
    subjects: list[Subject] | None | Unset = UNSET
    next_page_token: None | str | Unset = UNSET
    """ Empty on the last page. """
    count: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.subjects is not UNSET:
            field_dict["subjects"] = json_of(self.subjects)
        if self.next_page_token is not UNSET:
            field_dict["next_page_token"] = self.next_page_token
        if self.count is not UNSET:
            field_dict["count"] = self.count
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        subject_list = cls(**taken)

        subject_list.additional_properties = d
        return subject_list

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
