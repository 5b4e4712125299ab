from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("id", "id", str, required=True),
    member("put_url", "put_url", str, None),
    member("expires_at", "expires_at", str, int, None),
)


T = TypeVar("T", bound="Upload")


@_attrs_define
class Upload:
    """An upload that waits for its bytes."""

    id: str
    """ Id for finishUpload. """
    put_url: None | str | Unset = UNSET
    expires_at: int | None | str | Unset = UNSET
    """ End of validity of put_url; the form is not documented. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "id": self.id,
        }
        if self.put_url is not UNSET:
            field_dict["put_url"] = self.put_url
        if self.expires_at is not UNSET:
            field_dict["expires_at"] = self.expires_at
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        upload = cls(**taken)

        upload.additional_properties = d
        return upload

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
