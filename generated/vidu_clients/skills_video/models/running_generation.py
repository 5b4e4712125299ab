from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.generation_input import GenerationInput
    from ..models.generation_status import GenerationStatus
    from ..models.usage import Usage

_MEMBERS = Members(
    member("id", "id", str, required=True),
    member("status", "status", "GenerationStatus", str, None),
    member("usage", "usage", "Usage", None),
    member("input_", "input", "GenerationInput", None),
)


T = TypeVar("T", bound="RunningGeneration")


@_attrs_define
class RunningGeneration:
    """One generation that waits or runs."""

    id: str
    """ Id of the generation. """
    status: GenerationStatus | None | str | Unset = UNSET
    usage: None | Unset | Usage = UNSET
    input_: GenerationInput | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "id": self.id,
        }
        if self.status is not UNSET:
            field_dict["status"] = self.status
        if self.usage is not UNSET:
            field_dict["usage"] = json_of(self.usage)
        if self.input_ is not UNSET:
            field_dict["input"] = json_of(self.input_)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        running_generation = cls(**taken)

        running_generation.additional_properties = d
        return running_generation

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
