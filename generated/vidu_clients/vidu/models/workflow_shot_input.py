from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("duration", "duration", float, None),
    member("prompt", "prompt", str, None),
    member("lyric_text", "lyric_text", str, None),
    member("signed_images", "signed_images", [str], None),
)


T = TypeVar("T", bound="WorkflowShotInput")


@_attrs_define
class WorkflowShotInput:
    """What a shot was made from."""

    duration: float | None | Unset = UNSET
    """ Seconds. """
    prompt: None | str | Unset = UNSET
    lyric_text: None | str | Unset = UNSET
    signed_images: list[str] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.lyric_text is not UNSET:
            field_dict["lyric_text"] = self.lyric_text
        if self.signed_images is not UNSET:
            field_dict["signed_images"] = self.signed_images
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        workflow_shot_input = cls(**taken)

        workflow_shot_input.additional_properties = d
        return workflow_shot_input

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
