from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.task_state import TaskState

_MEMBERS = Members(
    member("sub_task_id", "sub_task_id", str, required=True),
    member("ad_one_click_task_id", "ad_one_click_task_id", str, None),
    member("state", "state", "TaskState", str, None),
    member("err_code", "err_code", str, None),
    member("credits_", "credits", int, None),
)


T = TypeVar("T", bound="AdFilmEdited")


@_attrs_define
class AdFilmEdited:
    """Answer to an edit."""

    sub_task_id: str
    """ Task id of the new attempt. """
    ad_one_click_task_id: None | str | Unset = UNSET
    """ Task id of the film. """
    state: None | str | TaskState | Unset = UNSET
    err_code: None | str | Unset = UNSET
    credits_: int | None | Unset = UNSET
    """ Price of the task. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "sub_task_id": self.sub_task_id,
        }
        if self.ad_one_click_task_id is not UNSET:
            field_dict["ad_one_click_task_id"] = self.ad_one_click_task_id
        if self.state is not UNSET:
            field_dict["state"] = self.state
        if self.err_code is not UNSET:
            field_dict["err_code"] = self.err_code
        if self.credits_ is not UNSET:
            field_dict["credits"] = self.credits_
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        ad_film_edited = cls(**taken)

        ad_film_edited.additional_properties = d
        return ad_film_edited

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
