from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.workflow_job import WorkflowJob
    from ..models.workflow_job_type import WorkflowJobType

_MEMBERS = Members(
    member("type_", "type", "WorkflowJobType", str, None),
    member("index", "index", int, None),
    member("jobs", "jobs", ["WorkflowJob"], None),
)


T = TypeVar("T", bound="WorkflowJobRecord")


@_attrs_define
class WorkflowJobRecord:
    """One shot, or the joining, with the history of its jobs."""

    type_: None | str | Unset | WorkflowJobType = UNSET
    index: int | None | Unset = UNSET
    """ Number of the shot. """
    jobs: list[WorkflowJob] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.index is not UNSET:
            field_dict["index"] = self.index
        if self.jobs is not UNSET:
            field_dict["jobs"] = json_of(self.jobs)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        workflow_job_record = cls(**taken)

        workflow_job_record.additional_properties = d
        return workflow_job_record

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
