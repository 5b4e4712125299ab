from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.content_file import ContentFile


T = TypeVar("T", bound="ContentResultPart")


@_attrs_define
class ContentResultPart:
    file_data: ContentFile | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.content_file import ContentFile  # noqa: PLC0415

        file_data: dict[str, Any] | None | Unset
        if isinstance(self.file_data, Unset):
            file_data = UNSET
        elif isinstance(self.file_data, ContentFile):
            file_data = self.file_data.to_dict()
        else:
            file_data = self.file_data

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if file_data is not UNSET:
            field_dict["fileData"] = file_data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.content_file import ContentFile  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_file_data(data: object) -> ContentFile | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                file_data_type_0 = ContentFile.from_dict(data)

                return file_data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ContentFile | None | Unset, data)

        file_data = _parse_file_data(d.pop("fileData", UNSET))

        content_result_part = cls(
            file_data=file_data,
        )

        content_result_part.additional_properties = d
        return content_result_part

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
