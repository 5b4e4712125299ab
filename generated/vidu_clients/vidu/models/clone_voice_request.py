from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="CloneVoiceRequest")


@_attrs_define
class CloneVoiceRequest:
    audio_url: str
    """ Public URL of the recording whose voice is copied. """
    voice_id: str
    """ Your own id for the voice: letters, digits, hyphen and underscore, a letter first, a letter or digit last.
    An id that exists already is refused. """
    prompt_audio_url: str | Unset = UNSET
    """ Public URL of a short clip of the same voice, less than 8 seconds; makes the copy more alike. """
    prompt_text: str | Unset = UNSET
    """ What the sample clip says; ends with a punctuation mark. """
    text: str | Unset = UNSET
    """ Read aloud as a demo and charged as speech. The request table calls it required, the answer table speaks of
    it as optional. """
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """

    def to_dict(self) -> dict[str, Any]:
        audio_url = self.audio_url

        voice_id = self.voice_id

        prompt_audio_url = self.prompt_audio_url

        prompt_text = self.prompt_text

        text = self.text

        payload = self.payload

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "audio_url": audio_url,
                "voice_id": voice_id,
            }
        )
        if prompt_audio_url is not UNSET:
            field_dict["prompt_audio_url"] = prompt_audio_url
        if prompt_text is not UNSET:
            field_dict["prompt_text"] = prompt_text
        if text is not UNSET:
            field_dict["text"] = text
        if payload is not UNSET:
            field_dict["payload"] = payload

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        audio_url = d.pop("audio_url")

        voice_id = d.pop("voice_id")

        prompt_audio_url = d.pop("prompt_audio_url", UNSET)

        prompt_text = d.pop("prompt_text", UNSET)

        text = d.pop("text", UNSET)

        payload = d.pop("payload", UNSET)

        clone_voice_request = cls(
            audio_url=audio_url,
            voice_id=voice_id,
            prompt_audio_url=prompt_audio_url,
            prompt_text=prompt_text,
            text=text,
            payload=payload,
        )

        return clone_voice_request
