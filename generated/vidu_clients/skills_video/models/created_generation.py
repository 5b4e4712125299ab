from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import json_of, members_of, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.generation_input import GenerationInput
    from ..models.generation_status import GenerationStatus
    from ..models.usage import Usage


T = TypeVar("T", bound="CreatedGeneration")


@_attrs_define
class CreatedGeneration:
    """Answer to a create call."""

    id: str
    """ Id of the generation. """
    status: GenerationStatus | None | str | Unset = UNSET
    input_: GenerationInput | None | Unset = UNSET
    usage: None | Unset | Usage = UNSET
    code: None | str | Unset = UNSET
    """ Present when the state is FAILED. """
    message: None | str | Unset = UNSET
    """ Present when the state is FAILED. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "id": self.id,
        }
        if self.status is not UNSET:
            field_dict["status"] = self.status
        if self.input_ is not UNSET:
            field_dict["input"] = json_of(self.input_)
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
        d = members_of(src_dict)
        created_generation = cls(
            id=take(cls, d, "id", str, required=True),
            status=take(cls, d, "status", "GenerationStatus", str, None),
            input_=take(cls, d, "input", "GenerationInput", None),
            usage=take(cls, d, "usage", "Usage", None),
            code=take(cls, d, "code", str, None),
            message=take(cls, d, "message", str, None),
        )

        created_generation.additional_properties = d
        return created_generation

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
