from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.task_list_item import TaskListItem

_MEMBERS = Members(
    member("next_page_token", "next_page_token", str, None),
    member("tasks", "tasks", ["TaskListItem"], None),
)


T = TypeVar("T", bound="TaskList")


@_attrs_define
class TaskList:
    """One page of tasks."""

    next_page_token: None | str | Unset = UNSET
    """ Token of the next page, empty or missing on the last. """
    tasks: list[TaskListItem] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.next_page_token is not UNSET:
            field_dict["next_page_token"] = self.next_page_token
        if self.tasks is not UNSET:
            field_dict["tasks"] = json_of(self.tasks)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        task_list = cls(**taken)

        task_list.additional_properties = d
        return task_list

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
