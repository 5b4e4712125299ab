from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.creation import Creation
    from ..models.task_state import TaskState

_MEMBERS = Members(
    member("id", "id", str, None),
    member("state", "state", "TaskState", str, None),
    member("err_code", "err_code", str, None),
    member("credits_", "credits", int, None),
    member("progress", "progress", int, None),
    member("type_", "type", str, None),
    member("model", "model", str, None),
    member("duration", "duration", int, None),
    member("resolution", "resolution", str, None),
    member("aspect_ratio", "aspect_ratio", str, None),
    member("template", "template", str, None),
    member("bgm", "bgm", bool, None),
    member("audio", "audio", bool, None),
    member("off_peak", "off_peak", bool, None),
    member("cus_priority", "cus_priority", int, None),
    member("payload", "payload", str, None),
    member("creations", "creations", ["Creation"], None),
)


T = TypeVar("T", bound="GetCreationsReply")


@_attrs_define
class GetCreationsReply:
    """State and results of one task. "Nothing" is written as an empty string, a zero, or an empty list."""

    id: None | str | Unset = UNSET
    """ Id of the task. """
    state: None | str | TaskState | Unset = UNSET
    err_code: None | str | Unset = UNSET
    """ Name of the failure, an open set; empty when there is none. """
    credits_: int | None | Unset = UNSET
    """ What the task is billed. """
    progress: int | None | Unset = UNSET
    """ Percent. """
    type_: None | str | Unset = UNSET
    """ Kind of the task, an open set. """
    model: None | str | Unset = UNSET
    duration: int | None | Unset = UNSET
    """ Seconds. """
    resolution: None | str | Unset = UNSET
    aspect_ratio: None | str | Unset = UNSET
    """ Empty where the picture sets it. """
    template: None | str | Unset = UNSET
    bgm: bool | None | Unset = UNSET
    audio: bool | None | Unset = UNSET
    off_peak: bool | None | Unset = UNSET
    cus_priority: int | None | Unset = UNSET
    payload: None | str | Unset = UNSET
    creations: list[Creation] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.state is not UNSET:
            field_dict["state"] = self.state
        if self.err_code is not UNSET:
            field_dict["err_code"] = self.err_code
        if self.credits_ is not UNSET:
            field_dict["credits"] = self.credits_
        if self.progress is not UNSET:
            field_dict["progress"] = self.progress
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.model is not UNSET:
            field_dict["model"] = self.model
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.template is not UNSET:
            field_dict["template"] = self.template
        if self.bgm is not UNSET:
            field_dict["bgm"] = self.bgm
        if self.audio is not UNSET:
            field_dict["audio"] = self.audio
        if self.off_peak is not UNSET:
            field_dict["off_peak"] = self.off_peak
        if self.cus_priority is not UNSET:
            field_dict["cus_priority"] = self.cus_priority
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.creations is not UNSET:
            field_dict["creations"] = json_of(self.creations)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        get_creations_reply = cls(**taken)

        get_creations_reply.additional_properties = d
        return get_creations_reply

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
