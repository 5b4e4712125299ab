from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.speech_emotion import SpeechEmotion, check_speech_emotion
from ..types import UNSET, Unset

T = TypeVar("T", bound="TextToSpeechRequest")


@_attrs_define
class TextToSpeechRequest:
    text: str
    """ Fewer than 10000 characters. A line break ends a paragraph. `<#x#>` between two spoken parts makes a pause
    of x seconds, 0.01 to 99.99; never two marks in a row. """
    voice_setting_voice_id: str
    """ Id of the voice, from the list of Vidu or a cloned one. """
    voice_setting_speed: float | Unset = UNSET
    voice_setting_volume: int | Unset = UNSET
    """ 0 is normal. """
    voice_setting_pitch: int | Unset = UNSET
    """ 0 is the pitch of the voice. """
    voice_setting_emotion: SpeechEmotion | Unset = UNSET
    """ Mood of the speech. Left out, it is chosen from the text. """
    pronunciation_dict_tone: list[str] | Unset = UNSET
    """ How to say certain words: the word, a slash, then each syllable in pinyin with its tone in brackets, or the
    spoken form. """
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        voice_setting_voice_id = self.voice_setting_voice_id

        voice_setting_speed = self.voice_setting_speed

        voice_setting_volume = self.voice_setting_volume

        voice_setting_pitch = self.voice_setting_pitch

        voice_setting_emotion: str | Unset = UNSET
        if not isinstance(self.voice_setting_emotion, Unset):
            voice_setting_emotion = self.voice_setting_emotion

        pronunciation_dict_tone: list[str] | Unset = UNSET
        if not isinstance(self.pronunciation_dict_tone, Unset):
            pronunciation_dict_tone = self.pronunciation_dict_tone

        payload = self.payload

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "text": text,
                "voice_setting_voice_id": voice_setting_voice_id,
            }
        )
        if voice_setting_speed is not UNSET:
            field_dict["voice_setting_speed"] = voice_setting_speed
        if voice_setting_volume is not UNSET:
            field_dict["voice_setting_volume"] = voice_setting_volume
        if voice_setting_pitch is not UNSET:
            field_dict["voice_setting_pitch"] = voice_setting_pitch
        if voice_setting_emotion is not UNSET:
            field_dict["voice_setting_emotion"] = voice_setting_emotion
        if pronunciation_dict_tone is not UNSET:
            field_dict["pronunciation_dict_tone"] = pronunciation_dict_tone
        if payload is not UNSET:
            field_dict["payload"] = payload

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        text = d.pop("text")

        voice_setting_voice_id = d.pop("voice_setting_voice_id")

        voice_setting_speed = d.pop("voice_setting_speed", UNSET)

        voice_setting_volume = d.pop("voice_setting_volume", UNSET)

        voice_setting_pitch = d.pop("voice_setting_pitch", UNSET)

        _voice_setting_emotion = d.pop("voice_setting_emotion", UNSET)
        voice_setting_emotion: SpeechEmotion | Unset
        if isinstance(_voice_setting_emotion, Unset):
            voice_setting_emotion = UNSET
        else:
            voice_setting_emotion = check_speech_emotion(_voice_setting_emotion)

        pronunciation_dict_tone = cast(
            list[str], d.pop("pronunciation_dict_tone", UNSET)
        )

        payload = d.pop("payload", UNSET)

        text_to_speech_request = cls(
            text=text,
            voice_setting_voice_id=voice_setting_voice_id,
            voice_setting_speed=voice_setting_speed,
            voice_setting_volume=voice_setting_volume,
            voice_setting_pitch=voice_setting_pitch,
            voice_setting_emotion=voice_setting_emotion,
            pronunciation_dict_tone=pronunciation_dict_tone,
            payload=payload,
        )

        return text_to_speech_request
