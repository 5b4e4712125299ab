from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.digital_human_model import DigitalHumanModel
    from ..models.resolution import Resolution

_MEMBERS = Members(
    member("model", "model", "DigitalHumanModel", required=True),
    member("image", "image", str, required=True),
    member("prompt", "prompt", str),
    member("audio_url", "audio_url", str),
    member("text", "text", str),
    member("voice_id", "voice_id", str),
    member("resolution", "resolution", "Resolution"),
    member("payload", "payload", str),
    member("callback_url", "callback_url", str),
)


T = TypeVar("T", bound="DigitalHumanRequest")


@_attrs_define
class DigitalHumanRequest:
    model: DigitalHumanModel
    image: str
    """ Public URL, data URI with its content type, or the URI of an uploaded file. """
    prompt: str | Unset = UNSET
    """ What the portrait does. """
    audio_url: str | Unset = UNSET
    """ Recording to be spoken; no limits are documented. """
    text: str | Unset = UNSET
    """ Text to speak. """
    voice_id: str | Unset = UNSET
    """ Voice of the speech. Only with text. """
    resolution: Resolution | Unset = UNSET
    """ 2K and 4K only with viduq4-preview. """
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
            "image": self.image,
        }
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.audio_url is not UNSET:
            field_dict["audio_url"] = self.audio_url
        if self.text is not UNSET:
            field_dict["text"] = self.text
        if self.voice_id is not UNSET:
            field_dict["voice_id"] = self.voice_id
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        digital_human_request = cls(**taken)

        return digital_human_request
