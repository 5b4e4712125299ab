from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.speech_emotion import SpeechEmotion
    from . import SpokenText

_MEMBERS = Members(
    member("text", "text", str, required=True),
    member("voice_setting_voice_id", "voice_setting_voice_id", str, required=True),
    member("voice_setting_speed", "voice_setting_speed", float),
    member("voice_setting_volume", "voice_setting_volume", int),
    member("voice_setting_pitch", "voice_setting_pitch", int),
    member("voice_setting_emotion", "voice_setting_emotion", "SpeechEmotion"),
    member("pronunciation_dict_tone", "pronunciation_dict_tone", [str]),
    member("payload", "payload", str),
)


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

    if TYPE_CHECKING:

        def __answer__(self) -> SpokenText:
            """Name the type of the answer to this request, for type checkers."""
            raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "text": self.text,
            "voice_setting_voice_id": self.voice_setting_voice_id,
        }
        if self.voice_setting_speed is not UNSET:
            field_dict["voice_setting_speed"] = self.voice_setting_speed
        if self.voice_setting_volume is not UNSET:
            field_dict["voice_setting_volume"] = self.voice_setting_volume
        if self.voice_setting_pitch is not UNSET:
            field_dict["voice_setting_pitch"] = self.voice_setting_pitch
        if self.voice_setting_emotion is not UNSET:
            field_dict["voice_setting_emotion"] = self.voice_setting_emotion
        if self.pronunciation_dict_tone is not UNSET:
            field_dict["pronunciation_dict_tone"] = self.pronunciation_dict_tone
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        text_to_speech_request = cls(**taken)

        return text_to_speech_request
