from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.speech_state import SpeechState, check_speech_state
from ..types import UNSET, Unset

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
        task_id = self.task_id

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        elif isinstance(self.state, str):
            state = self.state
        else:
            state = self.state

        voice_id: None | str | Unset
        if isinstance(self.voice_id, Unset):
            voice_id = UNSET
        else:
            voice_id = self.voice_id

        demo_audio: None | str | Unset
        if isinstance(self.demo_audio, Unset):
            demo_audio = UNSET
        else:
            demo_audio = self.demo_audio

        payload: None | str | Unset
        if isinstance(self.payload, Unset):
            payload = UNSET
        else:
            payload = self.payload

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        else:
            created_at = self.created_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "task_id": task_id,
            }
        )
        if state is not UNSET:
            field_dict["state"] = state
        if voice_id is not UNSET:
            field_dict["voice_id"] = voice_id
        if demo_audio is not UNSET:
            field_dict["demo_audio"] = demo_audio
        if payload is not UNSET:
            field_dict["payload"] = payload
        if created_at is not UNSET:
            field_dict["created_at"] = created_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        task_id = d.pop("task_id")

        def _parse_state(data: object) -> None | SpeechState | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                state_type_0 = check_speech_state(data)

                return state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SpeechState | str | Unset, data)

        state = _parse_state(d.pop("state", UNSET))

        def _parse_voice_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        voice_id = _parse_voice_id(d.pop("voice_id", UNSET))

        def _parse_demo_audio(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        demo_audio = _parse_demo_audio(d.pop("demo_audio", UNSET))

        def _parse_payload(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        payload = _parse_payload(d.pop("payload", UNSET))

        def _parse_created_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        cloned_voice = cls(
            task_id=task_id,
            state=state,
            voice_id=voice_id,
            demo_audio=demo_audio,
            payload=payload,
            created_at=created_at,
        )

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
