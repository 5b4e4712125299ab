from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="LipSyncRequest")


@_attrs_define
class LipSyncRequest:
    video_url: str
    """ Video coded as H.264; 10 to 120 seconds are advised. """
    audio_url: str | Unset = UNSET
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
        video_url = self.video_url

        audio_url = self.audio_url

        text = self.text

        speed = self.speed

        voice_id = self.voice_id

        volume = self.volume

        ref_photo_url = self.ref_photo_url

        payload = self.payload

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "video_url": video_url,
            }
        )
        if audio_url is not UNSET:
            field_dict["audio_url"] = audio_url
        if text is not UNSET:
            field_dict["text"] = text
        if speed is not UNSET:
            field_dict["speed"] = speed
        if voice_id is not UNSET:
            field_dict["voice_id"] = voice_id
        if volume is not UNSET:
            field_dict["volume"] = volume
        if ref_photo_url is not UNSET:
            field_dict["ref_photo_url"] = ref_photo_url
        if payload is not UNSET:
            field_dict["payload"] = payload
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        video_url = d.pop("video_url")

        audio_url = d.pop("audio_url", UNSET)

        text = d.pop("text", UNSET)

        speed = d.pop("speed", UNSET)

        voice_id = d.pop("voice_id", UNSET)

        volume = d.pop("volume", UNSET)

        ref_photo_url = d.pop("ref_photo_url", UNSET)

        payload = d.pop("payload", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        lip_sync_request = cls(
            video_url=video_url,
            audio_url=audio_url,
            text=text,
            speed=speed,
            voice_id=voice_id,
            volume=volume,
            ref_photo_url=ref_photo_url,
            payload=payload,
            callback_url=callback_url,
        )

        return lip_sync_request
