from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.made_image import MadeImage

_MEMBERS = Members(
    member("data", "data", ["MadeImage"], None),
    member("output_format", "output_format", str, None),
    member("task_id", "task_id", str, None),
)


T = TypeVar("T", bound="Images")


@_attrs_define
class Images:
    data: list[MadeImage] | None | Unset = UNSET
    output_format: None | str | Unset = UNSET
    task_id: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.data is not UNSET:
            field_dict["data"] = json_of(self.data)
        if self.output_format is not UNSET:
            field_dict["output_format"] = self.output_format
        if self.task_id is not UNSET:
            field_dict["task_id"] = self.task_id
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        images = cls(**taken)

        images.additional_properties = d
        return images

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
