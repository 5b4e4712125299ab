from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.ad_film_part_type import AdFilmPartType, check_ad_film_part_type
from ..models.task_state import TaskState, check_task_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="AdFilmRecord")


@_attrs_define
class AdFilmRecord:
    """One attempt at a part."""

    id: None | str | Unset = UNSET
    """ Can be polled like a task. """
    state: None | str | TaskState | Unset = UNSET
    err_code: None | str | Unset = UNSET
    type_: AdFilmPartType | None | str | Unset = UNSET
    """ The example of the page shows generate_video for every kind of part. """
    prompt: None | str | Unset = UNSET
    """ Prompt of the shot or of the music, or the text of the narration. """
    creation_url: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        elif isinstance(self.state, str):
            state = self.state
        else:
            state = self.state

        err_code: None | str | Unset
        if isinstance(self.err_code, Unset):
            err_code = UNSET
        else:
            err_code = self.err_code

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        elif isinstance(self.type_, str):
            type_ = self.type_
        else:
            type_ = self.type_

        prompt: None | str | Unset
        if isinstance(self.prompt, Unset):
            prompt = UNSET
        else:
            prompt = self.prompt

        creation_url: None | str | Unset
        if isinstance(self.creation_url, Unset):
            creation_url = UNSET
        else:
            creation_url = self.creation_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if state is not UNSET:
            field_dict["state"] = state
        if err_code is not UNSET:
            field_dict["err_code"] = err_code
        if type_ is not UNSET:
            field_dict["type"] = type_
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if creation_url is not UNSET:
            field_dict["creation_url"] = creation_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
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

        def _parse_state(data: object) -> None | str | TaskState | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                state_type_0 = check_task_state(data)

                return state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | str | TaskState | Unset, data)

        state = _parse_state(d.pop("state", UNSET))

        def _parse_err_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        err_code = _parse_err_code(d.pop("err_code", UNSET))

        def _parse_type_(data: object) -> AdFilmPartType | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                type_type_0 = check_ad_film_part_type(data)

                return type_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AdFilmPartType | None | str | Unset, data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_prompt(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        prompt = _parse_prompt(d.pop("prompt", UNSET))

        def _parse_creation_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        creation_url = _parse_creation_url(d.pop("creation_url", UNSET))

        ad_film_record = cls(
            id=id,
            state=state,
            err_code=err_code,
            type_=type_,
            prompt=prompt,
            creation_url=creation_url,
        )

        ad_film_record.additional_properties = d
        return ad_film_record

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
