from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("url", "url", str, None),
    member("file_name", "file_name", str, None),
    member("content_type", "content_type", str, None),
    member("width", "width", int, None),
    member("height", "height", int, None),
)


T = TypeVar("T", bound="GeneratedFile")


@_attrs_define
class GeneratedFile:
    """One file of a result."""

    url: None | str | Unset = UNSET
    """ Address of the file. How long it is valid is not documented. """
    file_name: None | str | Unset = UNSET
    content_type: None | str | Unset = UNSET
    width: int | None | Unset = UNSET
    """ Pixels. """
    height: int | None | Unset = UNSET
    """ Pixels. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.url is not UNSET:
            field_dict["url"] = self.url
        if self.file_name is not UNSET:
            field_dict["file_name"] = self.file_name
        if self.content_type is not UNSET:
            field_dict["content_type"] = self.content_type
        if self.width is not UNSET:
            field_dict["width"] = self.width
        if self.height is not UNSET:
            field_dict["height"] = self.height
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        generated_file = cls(**taken)

        generated_file.additional_properties = d
        return generated_file

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
