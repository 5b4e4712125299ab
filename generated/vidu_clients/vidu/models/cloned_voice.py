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
    member("voice_id", "voice_id", str, None),
    member("demo_audio", "demo_audio", str, None),
    member("payload", "payload", str, None),
    member("created_at", "created_at", str, None),
)


T = TypeVar("T", bound="ClonedVoice")


@_attrs_define
class ClonedVoice:
    """Answer of the route that copies a voice."""

    task_id: str
    state: None | SpeechState | str | Unset = UNSET
    voice_id: None | str | Unset = UNSET
    """ Your id of the voice; missing after a failure. """
    demo_audio: None | str | Unset = UNSET
    """ Address of the demo, or empty. """
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
        if self.voice_id is not UNSET:
            field_dict["voice_id"] = self.voice_id
        if self.demo_audio is not UNSET:
            field_dict["demo_audio"] = self.demo_audio
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
        cloned_voice = cls(**taken)

        cloned_voice.additional_properties = d
        return cloned_voice

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
