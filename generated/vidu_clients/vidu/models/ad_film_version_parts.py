from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("video_task_ids", "video_task_ids", [str], None),
    member("bgm_task_id", "bgm_task_id", str, None),
    member("narration_task_id", "narration_task_id", str, None),
)


T = TypeVar("T", bound="AdFilmVersionParts")


@_attrs_define
class AdFilmVersionParts:
    """The tasks that went into a version."""

    video_task_ids: list[str] | None | Unset = UNSET
    bgm_task_id: None | str | Unset = UNSET
    narration_task_id: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.video_task_ids is not UNSET:
            field_dict["video_task_ids"] = self.video_task_ids
        if self.bgm_task_id is not UNSET:
            field_dict["bgm_task_id"] = self.bgm_task_id
        if self.narration_task_id is not UNSET:
            field_dict["narration_task_id"] = self.narration_task_id
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        ad_film_version_parts = cls(**taken)

        ad_film_version_parts.additional_properties = d
        return ad_film_version_parts

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
