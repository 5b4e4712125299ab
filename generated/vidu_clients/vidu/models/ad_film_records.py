from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ad_film_record import AdFilmRecord
    from ..models.ad_film_storyboard import AdFilmStoryboard
    from ..models.ad_film_version import AdFilmVersion


T = TypeVar("T", bound="AdFilmRecords")


@_attrs_define
class AdFilmRecords:
    storyboards: list[AdFilmStoryboard] | None | Unset = UNSET
    narration_records: list[AdFilmRecord] | None | Unset = UNSET
    bgm_records: list[AdFilmRecord] | None | Unset = UNSET
    completed_creation_records: list[AdFilmVersion] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        storyboards: list[dict[str, Any]] | None | Unset
        if isinstance(self.storyboards, Unset):
            storyboards = UNSET
        elif isinstance(self.storyboards, list):
            storyboards = []
            for storyboards_type_0_item_data in self.storyboards:
                strange_storyboards_type_0_item_data: Any = storyboards_type_0_item_data
                if not hasattr(strange_storyboards_type_0_item_data, "to_dict"):
                    storyboards.append(strange_storyboards_type_0_item_data)
                    continue
                storyboards_type_0_item = storyboards_type_0_item_data.to_dict()
                storyboards.append(storyboards_type_0_item)

        else:
            storyboards = self.storyboards

        narration_records: list[dict[str, Any]] | None | Unset
        if isinstance(self.narration_records, Unset):
            narration_records = UNSET
        elif isinstance(self.narration_records, list):
            narration_records = []
            for narration_records_type_0_item_data in self.narration_records:
                strange_narration_records_type_0_item_data: Any = (
                    narration_records_type_0_item_data
                )
                if not hasattr(strange_narration_records_type_0_item_data, "to_dict"):
                    narration_records.append(strange_narration_records_type_0_item_data)
                    continue
                narration_records_type_0_item = (
                    narration_records_type_0_item_data.to_dict()
                )
                narration_records.append(narration_records_type_0_item)

        else:
            narration_records = self.narration_records

        bgm_records: list[dict[str, Any]] | None | Unset
        if isinstance(self.bgm_records, Unset):
            bgm_records = UNSET
        elif isinstance(self.bgm_records, list):
            bgm_records = []
            for bgm_records_type_0_item_data in self.bgm_records:
                strange_bgm_records_type_0_item_data: Any = bgm_records_type_0_item_data
                if not hasattr(strange_bgm_records_type_0_item_data, "to_dict"):
                    bgm_records.append(strange_bgm_records_type_0_item_data)
                    continue
                bgm_records_type_0_item = bgm_records_type_0_item_data.to_dict()
                bgm_records.append(bgm_records_type_0_item)

        else:
            bgm_records = self.bgm_records

        completed_creation_records: list[dict[str, Any]] | None | Unset
        if isinstance(self.completed_creation_records, Unset):
            completed_creation_records = UNSET
        elif isinstance(self.completed_creation_records, list):
            completed_creation_records = []
            for (
                completed_creation_records_type_0_item_data
            ) in self.completed_creation_records:
                strange_completed_creation_records_type_0_item_data: Any = (
                    completed_creation_records_type_0_item_data
                )
                if not hasattr(
                    strange_completed_creation_records_type_0_item_data, "to_dict"
                ):
                    completed_creation_records.append(
                        strange_completed_creation_records_type_0_item_data
                    )
                    continue
                completed_creation_records_type_0_item = (
                    completed_creation_records_type_0_item_data.to_dict()
                )
                completed_creation_records.append(
                    completed_creation_records_type_0_item
                )

        else:
            completed_creation_records = self.completed_creation_records

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if storyboards is not UNSET:
            field_dict["storyboards"] = storyboards
        if narration_records is not UNSET:
            field_dict["narration_records"] = narration_records
        if bgm_records is not UNSET:
            field_dict["bgm_records"] = bgm_records
        if completed_creation_records is not UNSET:
            field_dict["completed_creation_records"] = completed_creation_records

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ad_film_record import AdFilmRecord  # noqa: PLC0415
        from ..models.ad_film_storyboard import AdFilmStoryboard  # noqa: PLC0415
        from ..models.ad_film_version import AdFilmVersion  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_storyboards(data: object) -> list[AdFilmStoryboard] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                storyboards_type_0 = []
                _storyboards_type_0 = data
                if not isinstance(_storyboards_type_0, list):
                    raise TypeError("a list is documented here")
                for storyboards_type_0_item_data in _storyboards_type_0:
                    if not isinstance(storyboards_type_0_item_data, dict):
                        storyboards_type_0.append(storyboards_type_0_item_data)
                        continue
                    storyboards_type_0_item = AdFilmStoryboard.from_dict(
                        storyboards_type_0_item_data
                    )

                    storyboards_type_0.append(storyboards_type_0_item)

                return storyboards_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AdFilmStoryboard] | None | Unset, data)

        storyboards = _parse_storyboards(d.pop("storyboards", UNSET))

        def _parse_narration_records(data: object) -> list[AdFilmRecord] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                narration_records_type_0 = []
                _narration_records_type_0 = data
                if not isinstance(_narration_records_type_0, list):
                    raise TypeError("a list is documented here")
                for narration_records_type_0_item_data in _narration_records_type_0:
                    if not isinstance(narration_records_type_0_item_data, dict):
                        narration_records_type_0.append(
                            narration_records_type_0_item_data
                        )
                        continue
                    narration_records_type_0_item = AdFilmRecord.from_dict(
                        narration_records_type_0_item_data
                    )

                    narration_records_type_0.append(narration_records_type_0_item)

                return narration_records_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AdFilmRecord] | None | Unset, data)

        narration_records = _parse_narration_records(d.pop("narration_records", UNSET))

        def _parse_bgm_records(data: object) -> list[AdFilmRecord] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                bgm_records_type_0 = []
                _bgm_records_type_0 = data
                if not isinstance(_bgm_records_type_0, list):
                    raise TypeError("a list is documented here")
                for bgm_records_type_0_item_data in _bgm_records_type_0:
                    if not isinstance(bgm_records_type_0_item_data, dict):
                        bgm_records_type_0.append(bgm_records_type_0_item_data)
                        continue
                    bgm_records_type_0_item = AdFilmRecord.from_dict(
                        bgm_records_type_0_item_data
                    )

                    bgm_records_type_0.append(bgm_records_type_0_item)

                return bgm_records_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AdFilmRecord] | None | Unset, data)

        bgm_records = _parse_bgm_records(d.pop("bgm_records", UNSET))

        def _parse_completed_creation_records(
            data: object,
        ) -> list[AdFilmVersion] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                completed_creation_records_type_0 = []
                _completed_creation_records_type_0 = data
                if not isinstance(_completed_creation_records_type_0, list):
                    raise TypeError("a list is documented here")
                for (
                    completed_creation_records_type_0_item_data
                ) in _completed_creation_records_type_0:
                    if not isinstance(
                        completed_creation_records_type_0_item_data, dict
                    ):
                        completed_creation_records_type_0.append(
                            completed_creation_records_type_0_item_data
                        )
                        continue
                    completed_creation_records_type_0_item = AdFilmVersion.from_dict(
                        completed_creation_records_type_0_item_data
                    )

                    completed_creation_records_type_0.append(
                        completed_creation_records_type_0_item
                    )

                return completed_creation_records_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AdFilmVersion] | None | Unset, data)

        completed_creation_records = _parse_completed_creation_records(
            d.pop("completed_creation_records", UNSET)
        )

        ad_film_records = cls(
            storyboards=storyboards,
            narration_records=narration_records,
            bgm_records=bgm_records,
            completed_creation_records=completed_creation_records,
        )

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
