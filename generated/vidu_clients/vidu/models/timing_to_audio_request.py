from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.timing_prompt import TimingPrompt
    from ..models.timing_to_audio_model import (
        TimingToAudioModel,
    )

_MEMBERS = Members(
    member("model", "model", "TimingToAudioModel", required=True),
    member("timing_prompts", "timing_prompts", ["TimingPrompt"], required=True),
    member("duration", "duration", float),
    member("seed", "seed", int),
    member("callback_url", "callback_url", str),
)


T = TypeVar("T", bound="TimingToAudioRequest")


@_attrs_define
class TimingToAudioRequest:
    model: TimingToAudioModel
    timing_prompts: list[TimingPrompt]
    """ The effects and their spans. """
    duration: float | Unset = UNSET
    """ Seconds. """
    seed: int | Unset = UNSET
    """ 0 or left out means random. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
            "timing_prompts": json_of(self.timing_prompts),
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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        timing_to_audio_request = cls(**taken)

        return timing_to_audio_request
