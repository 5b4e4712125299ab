from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("upload_url", "upload_url", str, None),
    member("download_url", "download_url", str, None),
    member("expires_at", "expires_at", str, None),
    member("existing_file", "existing_file", bool, None),
)


T = TypeVar("T", bound="CreateStorageReply")


@_attrs_define
class CreateStorageReply:
    """The document requires no member of it."""

    upload_url: None | str | Unset = UNSET
    """ Signed address for the PUT; may be missing where existing_file is true. """
    download_url: None | str | Unset = UNSET
    """ Address to name in a request; said to live 24 hours. """
    expires_at: None | str | Unset = UNSET
    """ When the addresses end. """
    existing_file: bool | None | Unset = UNSET
    """ True where the storage has the file: put nothing. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.upload_url is not UNSET:
            field_dict["upload_url"] = self.upload_url
        if self.download_url is not UNSET:
            field_dict["download_url"] = self.download_url
        if self.expires_at is not UNSET:
            field_dict["expires_at"] = self.expires_at
        if self.existing_file is not UNSET:
            field_dict["existing_file"] = self.existing_file
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        create_storage_reply = cls(**taken)

        create_storage_reply.additional_properties = d
        return create_storage_reply

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
