from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("key_image", "key_image", str, None),
    member("prompt", "prompt", str, None),
    member("duration", "duration", int, str, None),
)


T = TypeVar("T", bound="MultiframeSegmentEcho")


@_attrs_define
class MultiframeSegmentEcho:
    key_image: None | str | Unset = UNSET
    prompt: None | str | Unset = UNSET
    duration: int | None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.key_image is not UNSET:
            field_dict["key_image"] = self.key_image
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        multiframe_segment_echo = cls(**taken)

        multiframe_segment_echo.additional_properties = d
        return multiframe_segment_echo

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
