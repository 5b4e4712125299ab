from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.digital_human_model import DigitalHumanModel, check_digital_human_model
from ..models.resolution import Resolution, check_resolution
from ..types import UNSET, Unset

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
        model: str = self.model

        image = self.image

        prompt = self.prompt

        audio_url = self.audio_url

        text = self.text

        voice_id = self.voice_id

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        payload = self.payload

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "image": image,
            }
        )
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if audio_url is not UNSET:
            field_dict["audio_url"] = audio_url
        if text is not UNSET:
            field_dict["text"] = text
        if voice_id is not UNSET:
            field_dict["voice_id"] = voice_id
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
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
        model = check_digital_human_model(d.pop("model"))

        image = d.pop("image")

        prompt = d.pop("prompt", UNSET)

        audio_url = d.pop("audio_url", UNSET)

        text = d.pop("text", UNSET)

        voice_id = d.pop("voice_id", UNSET)

        _resolution = d.pop("resolution", UNSET)
        resolution: Resolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_resolution(_resolution)

        payload = d.pop("payload", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        digital_human_request = cls(
            model=model,
            image=image,
            prompt=prompt,
            audio_url=audio_url,
            text=text,
            voice_id=voice_id,
            resolution=resolution,
            payload=payload,
            callback_url=callback_url,
        )

        return digital_human_request
