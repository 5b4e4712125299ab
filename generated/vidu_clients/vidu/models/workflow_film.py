from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.workflow_state import WorkflowState, check_workflow_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.workflow_job_record import WorkflowJobRecord


T = TypeVar("T", bound="WorkflowFilm")


@_attrs_define
class WorkflowFilm:
    """A music video or general film with its jobs."""

    id: None | str | Unset = UNSET
    type_: None | str | Unset = UNSET
    """ mv for a music video; one_click for a general film. """
    creator_id: None | str | Unset = UNSET
    state: None | str | Unset | WorkflowState = UNSET
    input_: None | str | Unset = UNSET
    job_records: list[WorkflowJobRecord] | None | Unset = UNSET
    created_at: None | str | Unset = UNSET
    """ RFC 3339. """
    updated_at: None | str | Unset = UNSET
    """ RFC 3339. """
    err_code: None | str | Unset = UNSET
    err_msg: None | str | Unset = UNSET
    signed_url: None | str | Unset = UNSET
    """ The finished film, if shorter than 3 minutes. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        else:
            type_ = self.type_

        creator_id: None | str | Unset
        if isinstance(self.creator_id, Unset):
            creator_id = UNSET
        else:
            creator_id = self.creator_id

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        elif isinstance(self.state, str):
            state = self.state
        else:
            state = self.state

        input_: None | str | Unset
        if isinstance(self.input_, Unset):
            input_ = UNSET
        else:
            input_ = self.input_

        job_records: list[dict[str, Any]] | None | Unset
        if isinstance(self.job_records, Unset):
            job_records = UNSET
        elif isinstance(self.job_records, list):
            job_records = []
            for job_records_type_0_item_data in self.job_records:
                strange_job_records_type_0_item_data: Any = job_records_type_0_item_data
                if not hasattr(strange_job_records_type_0_item_data, "to_dict"):
                    job_records.append(strange_job_records_type_0_item_data)
                    continue
                job_records_type_0_item = job_records_type_0_item_data.to_dict()
                job_records.append(job_records_type_0_item)

        else:
            job_records = self.job_records

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

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if type_ is not UNSET:
            field_dict["type"] = type_
        if creator_id is not UNSET:
            field_dict["creator_id"] = creator_id
        if state is not UNSET:
            field_dict["state"] = state
        if input_ is not UNSET:
            field_dict["input"] = input_
        if job_records is not UNSET:
            field_dict["job_records"] = job_records
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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.workflow_job_record import WorkflowJobRecord  # noqa: PLC0415

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

        def _parse_type_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_creator_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        creator_id = _parse_creator_id(d.pop("creator_id", UNSET))

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

        def _parse_input_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        input_ = _parse_input_(d.pop("input", UNSET))

        def _parse_job_records(data: object) -> list[WorkflowJobRecord] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                job_records_type_0 = []
                _job_records_type_0 = data
                if not isinstance(_job_records_type_0, list):
                    raise TypeError("a list is documented here")
                for job_records_type_0_item_data in _job_records_type_0:
                    if not isinstance(job_records_type_0_item_data, dict):
                        job_records_type_0.append(job_records_type_0_item_data)
                        continue
                    job_records_type_0_item = WorkflowJobRecord.from_dict(
                        job_records_type_0_item_data
                    )

                    job_records_type_0.append(job_records_type_0_item)

                return job_records_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[WorkflowJobRecord] | None | Unset, data)

        job_records = _parse_job_records(d.pop("job_records", UNSET))

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

        workflow_film = cls(
            id=id,
            type_=type_,
            creator_id=creator_id,
            state=state,
            input_=input_,
            job_records=job_records,
            created_at=created_at,
            updated_at=updated_at,
            err_code=err_code,
            err_msg=err_msg,
            signed_url=signed_url,
        )

        workflow_film.additional_properties = d
        return workflow_film

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
