from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_address import ImageAddress
    from ..models.image_usage import ImageUsage

_MEMBERS = Members(
    member("created", "created", str, int, None),
    member("data", "data", ["ImageAddress"], None),
    member("credits_", "credits", int, None),
    member("usage_metadata", "usageMetadata", "ImageUsage", None),
)


T = TypeVar("T", bound="ChatImages")


@_attrs_define
class ChatImages:
    created: int | None | str | Unset = UNSET
    """ A number in the example of the page, a text in real answers. """
    data: list[ImageAddress] | None | Unset = UNSET
    credits_: int | None | Unset = UNSET
    """ Price of the call. """
    usage_metadata: ImageUsage | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.created is not UNSET:
            field_dict["created"] = self.created
        if self.data is not UNSET:
            field_dict["data"] = json_of(self.data)
        if self.credits_ is not UNSET:
            field_dict["credits"] = self.credits_
        if self.usage_metadata is not UNSET:
            field_dict["usageMetadata"] = json_of(self.usage_metadata)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        chat_images = cls(**taken)

        chat_images.additional_properties = d
        return chat_images

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
