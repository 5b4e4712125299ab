from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.speech_state import SpeechState

_MEMBERS = Members(
    member("task_id", "task_id", str, required=True),
    member("state", "state", "SpeechState", str, None),
    member("file_url", "file_url", str, None),
    member("credits_", "credits", int, None),
    member("payload", "payload", str, None),
    member("created_at", "created_at", str, None),
)


T = TypeVar("T", bound="SpokenText")


@_attrs_define
class SpokenText:
    """Answer of the speech route."""

    task_id: str
    state: None | SpeechState | str | Unset = UNSET
    file_url: None | str | Unset = UNSET
    """ Address of the sound file. """
    credits_: int | None | Unset = UNSET
    """ Price of the speech. """
    payload: None | str | Unset = UNSET
    created_at: None | str | Unset = UNSET
    """ RFC 3339. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "task_id": self.task_id,
        }
        if self.state is not UNSET:
            field_dict["state"] = self.state
        if self.file_url is not UNSET:
            field_dict["file_url"] = self.file_url
        if self.credits_ is not UNSET:
            field_dict["credits"] = self.credits_
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.created_at is not UNSET:
            field_dict["created_at"] = self.created_at
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        spoken_text = cls(**taken)

        spoken_text.additional_properties = d
        return spoken_text

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
