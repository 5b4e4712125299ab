from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ad_film_part_type import AdFilmPartType
    from ..models.task_state import TaskState

_MEMBERS = Members(
    member("id", "id", str, None),
    member("state", "state", "TaskState", str, None),
    member("err_code", "err_code", str, None),
    member("type_", "type", "AdFilmPartType", str, None),
    member("prompt", "prompt", str, None),
    member("creation_url", "creation_url", str, None),
)


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
        field_dict: dict[str, Any] = {}
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.state is not UNSET:
            field_dict["state"] = self.state
        if self.err_code is not UNSET:
            field_dict["err_code"] = self.err_code
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.creation_url is not UNSET:
            field_dict["creation_url"] = self.creation_url
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        ad_film_record = cls(**taken)

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
