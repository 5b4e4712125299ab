from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.workflow_job_type import WorkflowJobType, check_workflow_job_type
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.workflow_job import WorkflowJob


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
        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        elif isinstance(self.type_, str):
            type_ = self.type_
        else:
            type_ = self.type_

        index: int | None | Unset
        if isinstance(self.index, Unset):
            index = UNSET
        else:
            index = self.index

        jobs: list[dict[str, Any]] | None | Unset
        if isinstance(self.jobs, Unset):
            jobs = UNSET
        elif isinstance(self.jobs, list):
            jobs = []
            for jobs_type_0_item_data in self.jobs:
                strange_jobs_type_0_item_data: Any = jobs_type_0_item_data
                if not hasattr(strange_jobs_type_0_item_data, "to_dict"):
                    jobs.append(strange_jobs_type_0_item_data)
                    continue
                jobs_type_0_item = jobs_type_0_item_data.to_dict()
                jobs.append(jobs_type_0_item)

        else:
            jobs = self.jobs

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if type_ is not UNSET:
            field_dict["type"] = type_
        if index is not UNSET:
            field_dict["index"] = index
        if jobs is not UNSET:
            field_dict["jobs"] = jobs

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.workflow_job import WorkflowJob  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_type_(data: object) -> None | str | Unset | WorkflowJobType:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                type_type_0 = check_workflow_job_type(data)

                return type_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | str | Unset | WorkflowJobType, data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_index(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        index = _parse_index(d.pop("index", UNSET))

        def _parse_jobs(data: object) -> list[WorkflowJob] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                jobs_type_0 = []
                _jobs_type_0 = data
                if not isinstance(_jobs_type_0, list):
                    raise TypeError("a list is documented here")
                for jobs_type_0_item_data in _jobs_type_0:
                    if not isinstance(jobs_type_0_item_data, dict):
                        jobs_type_0.append(jobs_type_0_item_data)
                        continue
                    jobs_type_0_item = WorkflowJob.from_dict(jobs_type_0_item_data)

                    jobs_type_0.append(jobs_type_0_item)

                return jobs_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[WorkflowJob] | None | Unset, data)

        jobs = _parse_jobs(d.pop("jobs", UNSET))

        workflow_job_record = cls(
            type_=type_,
            index=index,
            jobs=jobs,
        )

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
