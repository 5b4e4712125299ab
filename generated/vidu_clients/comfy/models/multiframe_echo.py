from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.created_image_setting import CreatedImageSetting

_MEMBERS = Members(
    member("start_image", "start_image", str, None),
    member("image_settings", "image_settings", ["CreatedImageSetting"], None),
)


T = TypeVar("T", bound="MultiframeEcho")


@_attrs_define
class MultiframeEcho:
    start_image: None | str | Unset = UNSET
    image_settings: list[CreatedImageSetting] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.start_image is not UNSET:
            field_dict["start_image"] = self.start_image
        if self.image_settings is not UNSET:
            field_dict["image_settings"] = json_of(self.image_settings)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        multiframe_echo = cls(**taken)

        multiframe_echo.additional_properties = d
        return multiframe_echo

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
