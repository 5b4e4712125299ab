from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.created_image_setting import CreatedImageSetting
    from ..models.task_state import TaskState

_MEMBERS = Members(
    member("task_id", "task_id", str, required=True),
    member("state", "state", "TaskState", str, None),
    member("code", "code", int, None),
    member("credits_", "credits", int, str, None),
    member("model", "model", str, None),
    member("prompt", "prompt", str, None),
    member("images", "images", [str], None),
    member("style", "style", str, None),
    member("duration", "duration", int, None),
    member("seed", "seed", int, None),
    member("aspect_ratio", "aspect_ratio", str, None),
    member("resolution", "resolution", str, None),
    member("movement_amplitude", "movement_amplitude", str, None),
    member("bgm", "bgm", bool, None),
    member("payload", "payload", str, None),
    member("off_peak", "off_peak", bool, None),
    member("watermark", "watermark", bool, None),
    member("created_at", "created_at", str, None),
    member("start_image", "start_image", str, None),
    member("image_settings", "image_settings", ["CreatedImageSetting"], None),
)


T = TypeVar("T", bound="CreatedMultiframe")


@_attrs_define
class CreatedMultiframe:
    """Answer to multiframe."""

    task_id: str
    """ Id for the poll. """
    state: None | str | TaskState | Unset = UNSET
    code: int | None | Unset = UNSET
    """ Why a task failed at once. """
    credits_: int | None | str | Unset = UNSET
    """ Price of the task in credits of Vidu. """
    model: None | str | Unset = UNSET
    prompt: None | str | Unset = UNSET
    images: list[str] | None | Unset = UNSET
    style: None | str | Unset = UNSET
    duration: int | None | Unset = UNSET
    seed: int | None | Unset = UNSET
    aspect_ratio: None | str | Unset = UNSET
    resolution: None | str | Unset = UNSET
    movement_amplitude: None | str | Unset = UNSET
    bgm: bool | None | Unset = UNSET
    payload: None | str | Unset = UNSET
    off_peak: bool | None | Unset = UNSET
    watermark: bool | None | Unset = UNSET
    created_at: None | str | Unset = UNSET
    """ RFC 3339, up to nine fraction digits. """
    start_image: None | str | Unset = UNSET
    image_settings: list[CreatedImageSetting] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "task_id": self.task_id,
        }
        if self.state is not UNSET:
            field_dict["state"] = self.state
        if self.code is not UNSET:
            field_dict["code"] = self.code
        if self.credits_ is not UNSET:
            field_dict["credits"] = self.credits_
        if self.model is not UNSET:
            field_dict["model"] = self.model
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.style is not UNSET:
            field_dict["style"] = self.style
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
        if self.bgm is not UNSET:
            field_dict["bgm"] = self.bgm
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.off_peak is not UNSET:
            field_dict["off_peak"] = self.off_peak
        if self.watermark is not UNSET:
            field_dict["watermark"] = self.watermark
        if self.created_at is not UNSET:
            field_dict["created_at"] = self.created_at
        if self.start_image is not UNSET:
            field_dict["start_image"] = self.start_image
        if self.image_settings is not UNSET:
            field_dict["image_settings"] = json_of(self.image_settings)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        created_multiframe = cls(**taken)

        created_multiframe.additional_properties = d
        return created_multiframe

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
