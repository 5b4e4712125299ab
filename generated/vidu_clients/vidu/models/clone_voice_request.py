from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from . import ClonedVoice

_MEMBERS = Members(
    member("audio_url", "audio_url", str, required=True),
    member("voice_id", "voice_id", str, required=True),
    member("prompt_audio_url", "prompt_audio_url", str),
    member("prompt_text", "prompt_text", str),
    member("text", "text", str),
    member("payload", "payload", str),
)


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

    if TYPE_CHECKING:

        def __answer__(self) -> ClonedVoice:
            """Name the type of the answer to this request, for type checkers."""
            raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "audio_url": self.audio_url,
            "voice_id": self.voice_id,
        }
        if self.prompt_audio_url is not UNSET:
            field_dict["prompt_audio_url"] = self.prompt_audio_url
        if self.prompt_text is not UNSET:
            field_dict["prompt_text"] = self.prompt_text
        if self.text is not UNSET:
            field_dict["text"] = self.text
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        clone_voice_request = cls(**taken)

        return clone_voice_request
