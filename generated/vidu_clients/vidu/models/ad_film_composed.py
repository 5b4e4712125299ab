from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.task_state import TaskState, check_task_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="AdFilmComposed")


@_attrs_define
class AdFilmComposed:
    """Answer to a call that joins parts."""

    compose_sub_task_id: str
    """ Task id of the new version. """
    ad_one_click_task_id: None | str | Unset = UNSET
    """ Task id of the film. """
    state: None | str | TaskState | Unset = UNSET
    credits_: int | None | Unset = UNSET
    """ Price of the task. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        compose_sub_task_id = self.compose_sub_task_id

        ad_one_click_task_id: None | str | Unset
        if isinstance(self.ad_one_click_task_id, Unset):
            ad_one_click_task_id = UNSET
        else:
            ad_one_click_task_id = self.ad_one_click_task_id

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        elif isinstance(self.state, str):
            state = self.state
        else:
            state = self.state

        credits_: int | None | Unset
        if isinstance(self.credits_, Unset):
            credits_ = UNSET
        else:
            credits_ = self.credits_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "compose_sub_task_id": compose_sub_task_id,
            }
        )
        if ad_one_click_task_id is not UNSET:
            field_dict["ad_one_click_task_id"] = ad_one_click_task_id
        if state is not UNSET:
            field_dict["state"] = state
        if credits_ is not UNSET:
            field_dict["credits"] = credits_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        compose_sub_task_id = d.pop("compose_sub_task_id")

        def _parse_ad_one_click_task_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        ad_one_click_task_id = _parse_ad_one_click_task_id(
            d.pop("ad_one_click_task_id", UNSET)
        )

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

        def _parse_credits_(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        credits_ = _parse_credits_(d.pop("credits", UNSET))

        ad_film_composed = cls(
            compose_sub_task_id=compose_sub_task_id,
            ad_one_click_task_id=ad_one_click_task_id,
            state=state,
            credits_=credits_,
        )

        ad_film_composed.additional_properties = d
        return ad_film_composed

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
