from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("id", "id", str, required=True),
    member("name", "name", str, None),
    member("images", "images", [str], None),
    member("videos", "videos", [str], str, None),
    member("voice_id", "voice_id", str, None),
    member("style", "style", str, None),
    member("description", "description", str, None),
)


T = TypeVar("T", bound="Subject")


@_attrs_define
class Subject:
    """A stored subject. Those of the service hide style and description."""

    id: str
    """ What reference to video takes as server_id. """
    name: None | str | Unset = UNSET
    images: list[str] | None | Unset = UNSET
    videos: list[str] | None | str | Unset = UNSET
    """ An array in one row of the page, a string in another. """
    voice_id: None | str | Unset = UNSET
    style: None | str | Unset = UNSET
    """ Written by the service unless changed. """
    description: None | str | Unset = UNSET
    """ Written by the service unless changed. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "id": self.id,
        }
        if self.name is not UNSET:
            field_dict["name"] = self.name
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.videos is not UNSET:
            field_dict["videos"] = self.videos
        if self.voice_id is not UNSET:
            field_dict["voice_id"] = self.voice_id
        if self.style is not UNSET:
            field_dict["style"] = self.style
        if self.description is not UNSET:
            field_dict["description"] = self.description
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        subject = cls(**taken)

        subject.additional_properties = d
        return subject

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
