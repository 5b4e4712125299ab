from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.blocked_resource import BlockedResource
    from ..models.creation import Creation
    from ..models.task_state import TaskState

_MEMBERS = Members(
    member("id", "id", str, None),
    member("state", "state", "TaskState", str, None),
    member("err_code", "err_code", str, None),
    member("creations", "creations", ["Creation"], None),
    member("progress", "progress", float, None),
    member("credits_", "credits", int, str, None),
    member("blocked_resources", "blocked_resources", ["BlockedResource"], None),
)


T = TypeVar("T", bound="GetCreationsReply")


@_attrs_define
class GetCreationsReply:
    """State and result of a task. The document lists id, state, err_code and creations, all optional."""

    id: None | str | Unset = UNSET
    """ Id of the task. """
    state: None | str | TaskState | Unset = UNSET
    err_code: None | str | Unset = UNSET
    """ Why the task failed, a word of Vidu; empty otherwise. """
    creations: list[Creation] | None | Unset = UNSET
    """ The results. Success without any is a failure to the official client. """
    progress: float | None | Unset = UNSET
    """ 0 to 100. """
    credits_: int | None | str | Unset = UNSET
    """ Price of the task in credits of Vidu. """
    blocked_resources: list[BlockedResource] | None | Unset = UNSET
    """ Which of the inputs moderation refused. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.state is not UNSET:
            field_dict["state"] = self.state
        if self.err_code is not UNSET:
            field_dict["err_code"] = self.err_code
        if self.creations is not UNSET:
            field_dict["creations"] = json_of(self.creations)
        if self.progress is not UNSET:
            field_dict["progress"] = self.progress
        if self.credits_ is not UNSET:
            field_dict["credits"] = self.credits_
        if self.blocked_resources is not UNSET:
            field_dict["blocked_resources"] = json_of(self.blocked_resources)
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
