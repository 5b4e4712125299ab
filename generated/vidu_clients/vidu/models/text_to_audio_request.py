from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.text_to_audio_model import TextToAudioModel


T = TypeVar("T", bound="TextToAudioRequest")


@_attrs_define
class TextToAudioRequest:
    model: TextToAudioModel
    prompt: str
    """ What is heard. """
    duration: float | Unset = UNSET
    """ Seconds. """
    seed: int | Unset = UNSET
    """ 0 or left out means random. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
            "prompt": self.prompt,
        }
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.seed is not UNSET:
            field_dict["seed"] = self.seed
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        text_to_audio_request = cls(
            model=take(cls, d, "model", "TextToAudioModel", required=True, closed=True),
            prompt=take(cls, d, "prompt", str, required=True, closed=True),
            duration=take(cls, d, "duration", float, closed=True),
            seed=take(cls, d, "seed", int, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
        )
        refuse_unknown(cls, d)

        return text_to_audio_request
