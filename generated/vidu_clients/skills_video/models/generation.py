from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.generation_data import GenerationData
    from ..models.generation_input import GenerationInput
    from ..models.generation_status import GenerationStatus
    from ..models.usage import Usage

_MEMBERS = Members(
    member("id", "id", str, required=True),
    member("status", "status", "GenerationStatus", str, None),
    member("input_", "input", "GenerationInput", None),
    member("data", "data", "GenerationData", None),
    member("usage", "usage", "Usage", None),
    member("code", "code", str, None),
    member("message", "message", str, None),
)


T = TypeVar("T", bound="Generation")


@_attrs_define
class Generation:
    """State and result of one generation."""

    id: str
    """ Id of the generation. """
    status: GenerationStatus | None | str | Unset = UNSET
    input_: GenerationInput | None | Unset = UNSET
    data: GenerationData | None | Unset = UNSET
    """ The result; null until the generation is complete, and when it failed. """
    usage: None | Unset | Usage = UNSET
    code: None | str | Unset = UNSET
    """ Present when the state is FAILED. """
    message: None | str | Unset = UNSET
    """ Present when the state is FAILED; text for people. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "id": self.id,
        }
        if self.status is not UNSET:
            field_dict["status"] = self.status
        if self.input_ is not UNSET:
            field_dict["input"] = json_of(self.input_)
        if self.data is not UNSET:
            field_dict["data"] = json_of(self.data)
        if self.usage is not UNSET:
            field_dict["usage"] = json_of(self.usage)
        if self.code is not UNSET:
            field_dict["code"] = self.code
        if self.message is not UNSET:
            field_dict["message"] = self.message
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        generation = cls(**taken)

        generation.additional_properties = d
        return generation

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
