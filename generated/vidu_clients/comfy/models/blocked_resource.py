from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("content_type", "content_type", str, None),
    member("index", "index", int, None),
)


T = TypeVar("T", bound="BlockedResource")


@_attrs_define
class BlockedResource:
    content_type: None | str | Unset = UNSET
    """ What kind of input it is, such as image. """
    index: int | None | Unset = UNSET
    """ Place among the inputs of this kind, counted from 0. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.content_type is not UNSET:
            field_dict["content_type"] = self.content_type
        if self.index is not UNSET:
            field_dict["index"] = self.index
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        blocked_resource = cls(**taken)

        blocked_resource.additional_properties = d
        return blocked_resource

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
