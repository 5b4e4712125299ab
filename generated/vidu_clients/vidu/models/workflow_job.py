from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.workflow_job_type import WorkflowJobType
    from ..models.workflow_shot_input import WorkflowShotInput
    from ..models.workflow_state import WorkflowState

_MEMBERS = Members(
    member("id", "id", str, None),
    member("type_", "type", "WorkflowJobType", str, None),
    member("input_", "input", str, None),
    member("output", "output", str, None),
    member("state", "state", "WorkflowState", str, None),
    member("created_at", "created_at", str, None),
    member("updated_at", "updated_at", str, None),
    member("err_code", "err_code", str, None),
    member("err_msg", "err_msg", str, None),
    member("signed_url", "signed_url", str, None),
    member("index", "index", int, None),
    member(
        "mv_generate_video_input", "mv_generate_video_input", "WorkflowShotInput", None
    ),
)


T = TypeVar("T", bound="WorkflowJob")


@_attrs_define
class WorkflowJob:
    id: None | str | Unset = UNSET
    type_: None | str | Unset | WorkflowJobType = UNSET
    input_: None | str | Unset = UNSET
    output: None | str | Unset = UNSET
    state: None | str | Unset | WorkflowState = UNSET
    created_at: None | str | Unset = UNSET
    """ RFC 3339. """
    updated_at: None | str | Unset = UNSET
    """ RFC 3339. """
    err_code: None | str | Unset = UNSET
    err_msg: None | str | Unset = UNSET
    signed_url: None | str | Unset = UNSET
    """ The shot or the joined film. """
    index: int | None | Unset = UNSET
    mv_generate_video_input: None | Unset | WorkflowShotInput = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.input_ is not UNSET:
            field_dict["input"] = self.input_
        if self.output is not UNSET:
            field_dict["output"] = self.output
        if self.state is not UNSET:
            field_dict["state"] = self.state
        if self.created_at is not UNSET:
            field_dict["created_at"] = self.created_at
        if self.updated_at is not UNSET:
            field_dict["updated_at"] = self.updated_at
        if self.err_code is not UNSET:
            field_dict["err_code"] = self.err_code
        if self.err_msg is not UNSET:
            field_dict["err_msg"] = self.err_msg
        if self.signed_url is not UNSET:
            field_dict["signed_url"] = self.signed_url
        if self.index is not UNSET:
            field_dict["index"] = self.index
        if self.mv_generate_video_input is not UNSET:
            field_dict["mv_generate_video_input"] = json_of(
                self.mv_generate_video_input
            )
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        workflow_job = cls(**taken)

        workflow_job.additional_properties = d
        return workflow_job

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
