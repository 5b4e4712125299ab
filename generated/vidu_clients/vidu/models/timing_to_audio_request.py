from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.timing_to_audio_model import (
    TimingToAudioModel,
    check_timing_to_audio_model,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.timing_prompt import TimingPrompt


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
        model: str = self.model

        timing_prompts = []
        for timing_prompts_item_data in self.timing_prompts:
            strange_timing_prompts_item_data: Any = timing_prompts_item_data
            if not hasattr(strange_timing_prompts_item_data, "to_dict"):
                timing_prompts.append(strange_timing_prompts_item_data)
                continue
            timing_prompts_item = timing_prompts_item_data.to_dict()
            timing_prompts.append(timing_prompts_item)

        duration = self.duration

        seed = self.seed

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "timing_prompts": timing_prompts,
            }
        )
        if duration is not UNSET:
            field_dict["duration"] = duration
        if seed is not UNSET:
            field_dict["seed"] = seed
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.timing_prompt import TimingPrompt  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_timing_to_audio_model(d.pop("model"))

        timing_prompts = []
        _timing_prompts = d.pop("timing_prompts")
        if not isinstance(_timing_prompts, list):
            raise TypeError("a list is documented here")
        for timing_prompts_item_data in _timing_prompts:
            if not isinstance(timing_prompts_item_data, dict):
                timing_prompts.append(timing_prompts_item_data)
                continue
            timing_prompts_item = TimingPrompt.from_dict(timing_prompts_item_data)

            timing_prompts.append(timing_prompts_item)

        duration = d.pop("duration", UNSET)

        seed = d.pop("seed", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        timing_to_audio_request = cls(
            model=model,
            timing_prompts=timing_prompts,
            duration=duration,
            seed=seed,
            callback_url=callback_url,
        )

        return timing_to_audio_request
