from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.workflow_job_type import WorkflowJobType, check_workflow_job_type
from ..models.workflow_state import WorkflowState, check_workflow_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.workflow_shot_input import WorkflowShotInput


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
        from ..models.workflow_shot_input import WorkflowShotInput  # noqa: PLC0415

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        elif isinstance(self.type_, str):
            type_ = self.type_
        else:
            type_ = self.type_

        input_: None | str | Unset
        if isinstance(self.input_, Unset):
            input_ = UNSET
        else:
            input_ = self.input_

        output: None | str | Unset
        if isinstance(self.output, Unset):
            output = UNSET
        else:
            output = self.output

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        elif isinstance(self.state, str):
            state = self.state
        else:
            state = self.state

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        else:
            created_at = self.created_at

        updated_at: None | str | Unset
        if isinstance(self.updated_at, Unset):
            updated_at = UNSET
        else:
            updated_at = self.updated_at

        err_code: None | str | Unset
        if isinstance(self.err_code, Unset):
            err_code = UNSET
        else:
            err_code = self.err_code

        err_msg: None | str | Unset
        if isinstance(self.err_msg, Unset):
            err_msg = UNSET
        else:
            err_msg = self.err_msg

        signed_url: None | str | Unset
        if isinstance(self.signed_url, Unset):
            signed_url = UNSET
        else:
            signed_url = self.signed_url

        index: int | None | Unset
        if isinstance(self.index, Unset):
            index = UNSET
        else:
            index = self.index

        mv_generate_video_input: dict[str, Any] | None | Unset
        if isinstance(self.mv_generate_video_input, Unset):
            mv_generate_video_input = UNSET
        elif isinstance(self.mv_generate_video_input, WorkflowShotInput):
            mv_generate_video_input = self.mv_generate_video_input.to_dict()
        else:
            mv_generate_video_input = self.mv_generate_video_input

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if type_ is not UNSET:
            field_dict["type"] = type_
        if input_ is not UNSET:
            field_dict["input"] = input_
        if output is not UNSET:
            field_dict["output"] = output
        if state is not UNSET:
            field_dict["state"] = state
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if err_code is not UNSET:
            field_dict["err_code"] = err_code
        if err_msg is not UNSET:
            field_dict["err_msg"] = err_msg
        if signed_url is not UNSET:
            field_dict["signed_url"] = signed_url
        if index is not UNSET:
            field_dict["index"] = index
        if mv_generate_video_input is not UNSET:
            field_dict["mv_generate_video_input"] = mv_generate_video_input

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.workflow_shot_input import WorkflowShotInput  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        id = _parse_id(d.pop("id", UNSET))

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

        def _parse_input_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        input_ = _parse_input_(d.pop("input", UNSET))

        def _parse_output(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        output = _parse_output(d.pop("output", UNSET))

        def _parse_state(data: object) -> None | str | Unset | WorkflowState:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                state_type_0 = check_workflow_state(data)

                return state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | str | Unset | WorkflowState, data)

        state = _parse_state(d.pop("state", UNSET))

        def _parse_created_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        def _parse_updated_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        updated_at = _parse_updated_at(d.pop("updated_at", UNSET))

        def _parse_err_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        err_code = _parse_err_code(d.pop("err_code", UNSET))

        def _parse_err_msg(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        err_msg = _parse_err_msg(d.pop("err_msg", UNSET))

        def _parse_signed_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        signed_url = _parse_signed_url(d.pop("signed_url", UNSET))

        def _parse_index(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        index = _parse_index(d.pop("index", UNSET))

        def _parse_mv_generate_video_input(
            data: object,
        ) -> None | Unset | WorkflowShotInput:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                mv_generate_video_input_type_0 = WorkflowShotInput.from_dict(data)

                return mv_generate_video_input_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | WorkflowShotInput, data)

        mv_generate_video_input = _parse_mv_generate_video_input(
            d.pop("mv_generate_video_input", UNSET)
        )

        workflow_job = cls(
            id=id,
            type_=type_,
            input_=input_,
            output=output,
            state=state,
            created_at=created_at,
            updated_at=updated_at,
            err_code=err_code,
            err_msg=err_msg,
            signed_url=signed_url,
            index=index,
            mv_generate_video_input=mv_generate_video_input,
        )

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
