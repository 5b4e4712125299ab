from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("video_url", "video_url", str, required=True),
    member("audio_url", "audio_url", str),
    member("text", "text", str),
    member("speed", "speed", float),
    member("voice_id", "voice_id", str),
    member("volume", "volume", int),
    member("ref_photo_url", "ref_photo_url", str),
    member("payload", "payload", str),
    member("callback_url", "callback_url", str),
)


T = TypeVar("T", bound="LipSyncRequest")


@_attrs_define
class LipSyncRequest:
    video_url: str
    """ Video coded as H.264; 10 to 120 seconds are advised. """
    audio_url: str | Unset = UNSET
    """ The sound is longer than 1 second and shorter than 600. """
    text: str | Unset = UNSET
    """ Text to read out. A line break starts a paragraph; <#x#> pauses for x seconds, 0.01 to 99.99, and may not
    follow another pause. A Chinese character counts as two, so the least is 2 of them or 4 letters. """
    speed: float | Unset = UNSET
    """ Speed of the speech. Only with text. """
    voice_id: str | Unset = UNSET
    """ Voice of the speech. Only with text. """
    volume: int | Unset = UNSET
    """ Loudness; 0 is normal. Only with text. """
    ref_photo_url: str | Unset = UNSET
    """ Clear front view of one face that is in the video. """
    payload: str | Unset = UNSET
    """ Echoed by the answer, yet no field of the request on the page; may be refused. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "video_url": self.video_url,
        }
        if self.audio_url is not UNSET:
            field_dict["audio_url"] = self.audio_url
        if self.text is not UNSET:
            field_dict["text"] = self.text
        if self.speed is not UNSET:
            field_dict["speed"] = self.speed
        if self.voice_id is not UNSET:
            field_dict["voice_id"] = self.voice_id
        if self.volume is not UNSET:
            field_dict["volume"] = self.volume
        if self.ref_photo_url is not UNSET:
            field_dict["ref_photo_url"] = self.ref_photo_url
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        lip_sync_request = cls(**taken)

        return lip_sync_request
