from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import json_of, members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.timing_prompt import TimingPrompt
    from ..models.timing_to_audio_model import (
        TimingToAudioModel,
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
        d = members_of(src_dict)
        timing_to_audio_request = cls(
            model=take(
                cls, d, "model", "TimingToAudioModel", required=True, closed=True
            ),
            timing_prompts=take(
                cls, d, "timing_prompts", ["TimingPrompt"], required=True, closed=True
            ),
            duration=take(cls, d, "duration", float, closed=True),
            seed=take(cls, d, "seed", int, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
        )
        refuse_unknown(cls, d)

        return timing_to_audio_request
