from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("mime_type", "mimeType", str, None),
    member("file_uri", "fileUri", str, None),
)


T = TypeVar("T", bound="ContentFile")


@_attrs_define
class ContentFile:
    mime_type: None | str | Unset = UNSET
    file_uri: None | str | Unset = UNSET
    """ Address of the picture. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.mime_type is not UNSET:
            field_dict["mimeType"] = self.mime_type
        if self.file_uri is not UNSET:
            field_dict["fileUri"] = self.file_uri
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        content_file = cls(**taken)

        content_file.additional_properties = d
        return content_file

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
