from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.subject import Subject


T = TypeVar("T", bound="SubjectList")


@_attrs_define
class SubjectList:
    subjects: list[Subject] | None | Unset = UNSET
    next_page_token: None | str | Unset = UNSET
    """ Empty on the last page. """
    count: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        subjects: list[dict[str, Any]] | None | Unset
        if isinstance(self.subjects, Unset):
            subjects = UNSET
        elif isinstance(self.subjects, list):
            subjects = []
            for subjects_type_0_item_data in self.subjects:
                strange_subjects_type_0_item_data: Any = subjects_type_0_item_data
                if not hasattr(strange_subjects_type_0_item_data, "to_dict"):
                    subjects.append(strange_subjects_type_0_item_data)
                    continue
                subjects_type_0_item = subjects_type_0_item_data.to_dict()
                subjects.append(subjects_type_0_item)

        else:
            subjects = self.subjects

        next_page_token: None | str | Unset
        if isinstance(self.next_page_token, Unset):
            next_page_token = UNSET
        else:
            next_page_token = self.next_page_token

        count: int | None | Unset
        if isinstance(self.count, Unset):
            count = UNSET
        else:
            count = self.count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if subjects is not UNSET:
            field_dict["subjects"] = subjects
        if next_page_token is not UNSET:
            field_dict["next_page_token"] = next_page_token
        if count is not UNSET:
            field_dict["count"] = count

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.subject import Subject  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_subjects(data: object) -> list[Subject] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                subjects_type_0 = []
                _subjects_type_0 = data
                if not isinstance(_subjects_type_0, list):
                    raise TypeError("a list is documented here")
                for subjects_type_0_item_data in _subjects_type_0:
                    if not isinstance(subjects_type_0_item_data, dict):
                        subjects_type_0.append(subjects_type_0_item_data)
                        continue
                    subjects_type_0_item = Subject.from_dict(subjects_type_0_item_data)

                    subjects_type_0.append(subjects_type_0_item)

                return subjects_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Subject] | None | Unset, data)

        subjects = _parse_subjects(d.pop("subjects", UNSET))

        def _parse_next_page_token(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        next_page_token = _parse_next_page_token(d.pop("next_page_token", UNSET))

        def _parse_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        count = _parse_count(d.pop("count", UNSET))

        subject_list = cls(
            subjects=subjects,
            next_page_token=next_page_token,
            count=count,
        )

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
