from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.task_state import TaskState
    from ..models.task_type import TaskType

_MEMBERS = Members(
    member("task_id", "task_id", str, required=True),
    member("state", "state", "TaskState", str, None),
    member("type_", "type", "TaskType", str, None),
    member("model", "model", str, None),
    member("prompt", "prompt", str, None),
    member("images", "images", [str], None),
    member("videos", "videos", [str], None),
    member("duration", "duration", float, str, None),
    member("seed", "seed", int, None),
    member("aspect_ratio", "aspect_ratio", str, None),
    member("resolution", "resolution", str, None),
    member("movement_amplitude", "movement_amplitude", str, None),
    member("style", "style", str, None),
    member("bgm", "bgm", bool, None),
    member("audio", "audio", bool, None),
    member("audio_type", "audio_type", str, None),
    member("is_rec", "is_rec", bool, None),
    member("off_peak", "off_peak", bool, None),
    member("payload", "payload", str, None),
    member("watermark", "watermark", bool, None),
    member("wm_position", "wm_position", str, int, None),
    member("wm_url", "wm_url", str, None),
    member("meta_data", "meta_data", str, None),
    member("cus_priority", "cus_priority", int, None),
    member("client_request_id", "client_request_id", str, None),
    member("credits_", "credits", int, str, None),
    member("created_at", "created_at", str, None),
    member("remove_audio", "remove_audio", bool, str, None),
)


T = TypeVar("T", bound="ReplicatedVideoCreatedTask")


@_attrs_define
class ReplicatedVideoCreatedTask:
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
    remove_audio: bool | None | str | Unset = UNSET
    """ A string in the table of the page, a boolean in its example. """
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
        if self.remove_audio is not UNSET:
            field_dict["remove_audio"] = self.remove_audio
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        replicated_video_created_task = cls(**taken)

        replicated_video_created_task.additional_properties = d
        return replicated_video_created_task

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
