from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.creation import Creation
    from ..models.error_reason import ErrorReason
    from ..models.task_state import TaskState
    from ..models.task_type import TaskType

_MEMBERS = Members(
    member("id", "id", str, None),
    member("state", "state", "TaskState", str, None),
    member("err_code", "err_code", "ErrorReason", str, None),
    member("err_msg", "err_msg", str, None),
    member("credits_", "credits", int, None),
    member("payload", "payload", str, None),
    member("creations", "creations", ["Creation"], None),
    member("progress", "progress", int, None),
    member("type_", "type", "TaskType", str, None),
    member("model", "model", str, None),
    member("duration", "duration", int, None),
    member("resolution", "resolution", str, None),
    member("aspect_ratio", "aspect_ratio", str, None),
    member("template", "template", str, None),
    member("audio", "audio", bool, None),
    member("bgm", "bgm", bool, None),
    member("off_peak", "off_peak", bool, None),
    member("cus_priority", "cus_priority", int, None),
)


T = TypeVar("T", bound="GetCreationsReply")


@_attrs_define
class GetCreationsReply:
    """A task as it stands. Unset members may be missing, empty or null."""

    id: None | str | Unset = UNSET
    """ Id of the task; the older form has none. """
    state: None | str | TaskState | Unset = UNSET
    err_code: ErrorReason | None | str | Unset = UNSET
    """ Why the task failed; empty otherwise. """
    err_msg: None | str | Unset = UNSET
    """ Text for err_code. """
    credits_: int | None | Unset = UNSET
    """ Credits charged; 0 after a cancel. """
    payload: None | str | Unset = UNSET
    """ As sent with the request. """
    creations: list[Creation] | None | Unset = UNSET
    """ The results, none or null before success. """
    progress: int | None | Unset = UNSET
    """ Per cent, 0 to 100. """
    type_: None | str | TaskType | Unset = UNSET
    """ Kind of the task, an open set. """
    model: None | str | Unset = UNSET
    duration: int | None | Unset = UNSET
    """ Seconds. """
    resolution: None | str | Unset = UNSET
    aspect_ratio: None | str | Unset = UNSET
    template: None | str | Unset = UNSET
    audio: bool | None | Unset = UNSET
    bgm: bool | None | Unset = UNSET
    off_peak: bool | None | Unset = UNSET
    cus_priority: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.state is not UNSET:
            field_dict["state"] = self.state
        if self.err_code is not UNSET:
            field_dict["err_code"] = self.err_code
        if self.err_msg is not UNSET:
            field_dict["err_msg"] = self.err_msg
        if self.credits_ is not UNSET:
            field_dict["credits"] = self.credits_
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.creations is not UNSET:
            field_dict["creations"] = json_of(self.creations)
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
        if self.audio is not UNSET:
            field_dict["audio"] = self.audio
        if self.bgm is not UNSET:
            field_dict["bgm"] = self.bgm
        if self.off_peak is not UNSET:
            field_dict["off_peak"] = self.off_peak
        if self.cus_priority is not UNSET:
            field_dict["cus_priority"] = self.cus_priority
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
