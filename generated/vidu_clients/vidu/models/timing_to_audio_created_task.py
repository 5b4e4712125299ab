from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import json_of, members_of, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.task_state import TaskState
    from ..models.task_type import TaskType
    from ..models.timing_prompt_echo import TimingPromptEcho


T = TypeVar("T", bound="TimingToAudioCreatedTask")


@_attrs_define
class TimingToAudioCreatedTask:
    task_id: str
    """ Id for poll and cancel. """
    state: None | str | TaskState | Unset = UNSET
    type_: None | str | TaskType | Unset = UNSET
    model: None | str | Unset = UNSET
    prompt: None | str | Unset = UNSET
    images: list[str] | None | Unset = UNSET
    videos: list[str] | None | Unset = UNSET
    duration: float | None | str | Unset = UNSET
    """ Seconds; sounds may have fractions. """
    seed: int | None | Unset = UNSET
    aspect_ratio: None | str | Unset = UNSET
    resolution: None | str | Unset = UNSET
    movement_amplitude: None | str | Unset = UNSET
    style: None | str | Unset = UNSET
    bgm: bool | None | Unset = UNSET
    audio: bool | None | Unset = UNSET
    audio_type: None | str | Unset = UNSET
    is_rec: bool | None | Unset = UNSET
    off_peak: bool | None | Unset = UNSET
    payload: None | str | Unset = UNSET
    watermark: bool | None | Unset = UNSET
    wm_position: int | None | str | Unset = UNSET
    wm_url: None | str | Unset = UNSET
    meta_data: None | str | Unset = UNSET
    cus_priority: int | None | Unset = UNSET
    client_request_id: None | str | Unset = UNSET
    credits_: int | None | str | Unset = UNSET
    """ Price of the task. """
    created_at: None | str | Unset = UNSET
    """ RFC 3339, up to nine fraction digits. """
    timing_prompts: list[TimingPromptEcho] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "task_id": self.task_id,
        }
        if self.state is not UNSET:
            field_dict["state"] = self.state
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.model is not UNSET:
            field_dict["model"] = self.model
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.videos is not UNSET:
            field_dict["videos"] = self.videos
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.seed is not UNSET:
            field_dict["seed"] = self.seed
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.movement_amplitude is not UNSET:
            field_dict["movement_amplitude"] = self.movement_amplitude
        if self.style is not UNSET:
            field_dict["style"] = self.style
        if self.bgm is not UNSET:
            field_dict["bgm"] = self.bgm
        if self.audio is not UNSET:
            field_dict["audio"] = self.audio
        if self.audio_type is not UNSET:
            field_dict["audio_type"] = self.audio_type
        if self.is_rec is not UNSET:
            field_dict["is_rec"] = self.is_rec
        if self.off_peak is not UNSET:
            field_dict["off_peak"] = self.off_peak
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.watermark is not UNSET:
            field_dict["watermark"] = self.watermark
        if self.wm_position is not UNSET:
            field_dict["wm_position"] = self.wm_position
        if self.wm_url is not UNSET:
            field_dict["wm_url"] = self.wm_url
        if self.meta_data is not UNSET:
            field_dict["meta_data"] = self.meta_data
        if self.cus_priority is not UNSET:
            field_dict["cus_priority"] = self.cus_priority
        if self.client_request_id is not UNSET:
            field_dict["client_request_id"] = self.client_request_id
        if self.credits_ is not UNSET:
            field_dict["credits"] = self.credits_
        if self.created_at is not UNSET:
            field_dict["created_at"] = self.created_at
        if self.timing_prompts is not UNSET:
            field_dict["timing_prompts"] = json_of(self.timing_prompts)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        timing_to_audio_created_task = cls(
            task_id=take(cls, d, "task_id", str, required=True),
            state=take(cls, d, "state", "TaskState", str, None),
            type_=take(cls, d, "type", "TaskType", str, None),
            model=take(cls, d, "model", str, None),
            prompt=take(cls, d, "prompt", str, None),
            images=take(cls, d, "images", [str], None),
            videos=take(cls, d, "videos", [str], None),
            duration=take(cls, d, "duration", float, str, None),
            seed=take(cls, d, "seed", int, None),
            aspect_ratio=take(cls, d, "aspect_ratio", str, None),
            resolution=take(cls, d, "resolution", str, None),
            movement_amplitude=take(cls, d, "movement_amplitude", str, None),
            style=take(cls, d, "style", str, None),
            bgm=take(cls, d, "bgm", bool, None),
            audio=take(cls, d, "audio", bool, None),
            audio_type=take(cls, d, "audio_type", str, None),
            is_rec=take(cls, d, "is_rec", bool, None),
            off_peak=take(cls, d, "off_peak", bool, None),
            payload=take(cls, d, "payload", str, None),
            watermark=take(cls, d, "watermark", bool, None),
            wm_position=take(cls, d, "wm_position", str, int, None),
            wm_url=take(cls, d, "wm_url", str, None),
            meta_data=take(cls, d, "meta_data", str, None),
            cus_priority=take(cls, d, "cus_priority", int, None),
            client_request_id=take(cls, d, "client_request_id", str, None),
            credits_=take(cls, d, "credits", int, str, None),
            created_at=take(cls, d, "created_at", str, None),
            timing_prompts=take(cls, d, "timing_prompts", ["TimingPromptEcho"], None),
        )

        timing_to_audio_created_task.additional_properties = d
        return timing_to_audio_created_task

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
