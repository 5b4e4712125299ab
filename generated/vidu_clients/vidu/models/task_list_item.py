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
    member("key_id", "key_id", str, None),
    member("type_", "type", "TaskType", str, None),
    member("template", "template", str, None),
    member("model", "model", str, None),
    member("prompt", "prompt", str, None),
    member("images", "images", [str], None),
    member("duration", "duration", int, None),
    member("resolution", "resolution", str, None),
    member("aspect_ratio", "aspect_ratio", str, None),
    member("creations", "creations", ["Creation"], None),
    member("state", "state", "TaskState", str, None),
    member("payload", "payload", str, None),
    member("err_code", "err_code", "ErrorReason", str, None),
    member("created_at", "created_at", str, None),
    member("credits_", "credits", int, None),
)


T = TypeVar("T", bound="TaskListItem")


@_attrs_define
class TaskListItem:
    """A task in the list. Whether the list ever carries the payload or the error code is not documented; poll the task for
    them.

    """

    id: None | str | Unset = UNSET
    """ Id of the task. """
    key_id: None | str | Unset = UNSET
    """ Id of the API key that made the task. """
    type_: None | str | TaskType | Unset = UNSET
    """ Kind of the task, an open set. """
    template: None | str | Unset = UNSET
    """ Name of the template, for tasks of type template only. """
    model: None | str | Unset = UNSET
    prompt: None | str | Unset = UNSET
    images: list[str] | None | Unset = UNSET
    duration: int | None | Unset = UNSET
    """ Seconds. """
    resolution: None | str | Unset = UNSET
    aspect_ratio: None | str | Unset = UNSET
    creations: list[Creation] | None | Unset = UNSET
    """ The results, an array although the page's table calls it an object. """
    state: None | str | TaskState | Unset = UNSET
    payload: None | str | Unset = UNSET
    """ As sent with the request. """
    err_code: ErrorReason | None | str | Unset = UNSET
    """ Why the task failed; empty otherwise. """
    created_at: None | str | Unset = UNSET
    """ RFC 3339, up to nine fraction digits. """
    credits_: int | None | Unset = UNSET
    """ Credits the task used. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.key_id is not UNSET:
            field_dict["key_id"] = self.key_id
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.template is not UNSET:
            field_dict["template"] = self.template
        if self.model is not UNSET:
            field_dict["model"] = self.model
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.creations is not UNSET:
            field_dict["creations"] = json_of(self.creations)
        if self.state is not UNSET:
            field_dict["state"] = self.state
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.err_code is not UNSET:
            field_dict["err_code"] = self.err_code
        if self.created_at is not UNSET:
            field_dict["created_at"] = self.created_at
        if self.credits_ is not UNSET:
            field_dict["credits"] = self.credits_
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        task_list_item = cls(**taken)

        task_list_item.additional_properties = d
        return task_list_item

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
