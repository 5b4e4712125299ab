from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="AdFilmVersionParts")


@_attrs_define
class AdFilmVersionParts:
    """The tasks that went into a version."""

    video_task_ids: list[str] | None | Unset = UNSET
    bgm_task_id: None | str | Unset = UNSET
    narration_task_id: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        video_task_ids: list[str] | None | Unset
        if isinstance(self.video_task_ids, Unset):
            video_task_ids = UNSET
        elif isinstance(self.video_task_ids, list):
            video_task_ids = self.video_task_ids

        else:
            video_task_ids = self.video_task_ids

        bgm_task_id: None | str | Unset
        if isinstance(self.bgm_task_id, Unset):
            bgm_task_id = UNSET
        else:
            bgm_task_id = self.bgm_task_id

        narration_task_id: None | str | Unset
        if isinstance(self.narration_task_id, Unset):
            narration_task_id = UNSET
        else:
            narration_task_id = self.narration_task_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if video_task_ids is not UNSET:
            field_dict["video_task_ids"] = video_task_ids
        if bgm_task_id is not UNSET:
            field_dict["bgm_task_id"] = bgm_task_id
        if narration_task_id is not UNSET:
            field_dict["narration_task_id"] = narration_task_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_video_task_ids(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                video_task_ids_type_0 = cast(list[str], data)

                return video_task_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        video_task_ids = _parse_video_task_ids(d.pop("video_task_ids", UNSET))

        def _parse_bgm_task_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        bgm_task_id = _parse_bgm_task_id(d.pop("bgm_task_id", UNSET))

        def _parse_narration_task_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        narration_task_id = _parse_narration_task_id(d.pop("narration_task_id", UNSET))

        ad_film_version_parts = cls(
            video_task_ids=video_task_ids,
            bgm_task_id=bgm_task_id,
            narration_task_id=narration_task_id,
        )

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
