from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.content_result_part import ContentResultPart


T = TypeVar("T", bound="ContentResult")


@_attrs_define
class ContentResult:
    parts: list[ContentResultPart] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        parts: list[dict[str, Any]] | None | Unset
        if isinstance(self.parts, Unset):
            parts = UNSET
        elif isinstance(self.parts, list):
            parts = []
            for parts_type_0_item_data in self.parts:
                strange_parts_type_0_item_data: Any = parts_type_0_item_data
                if not hasattr(strange_parts_type_0_item_data, "to_dict"):
                    parts.append(strange_parts_type_0_item_data)
                    continue
                parts_type_0_item = parts_type_0_item_data.to_dict()
                parts.append(parts_type_0_item)

        else:
            parts = self.parts

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if parts is not UNSET:
            field_dict["parts"] = parts

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.content_result_part import ContentResultPart  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_parts(data: object) -> list[ContentResultPart] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                parts_type_0 = []
                _parts_type_0 = data
                if not isinstance(_parts_type_0, list):
                    raise TypeError("a list is documented here")
                for parts_type_0_item_data in _parts_type_0:
                    if not isinstance(parts_type_0_item_data, dict):
                        parts_type_0.append(parts_type_0_item_data)
                        continue
                    parts_type_0_item = ContentResultPart.from_dict(
                        parts_type_0_item_data
                    )

                    parts_type_0.append(parts_type_0_item)

                return parts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[ContentResultPart] | None | Unset, data)

        parts = _parse_parts(d.pop("parts", UNSET))

        content_result = cls(
            parts=parts,
        )

        content_result.additional_properties = d
        return content_result

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
