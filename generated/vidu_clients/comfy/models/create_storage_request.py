from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("file_name", "file_name", str, required=True),
    member("content_type", "content_type", str),
    member("file_hash", "file_hash", str),
)


T = TypeVar("T", bound="CreateStorageRequest")


@_attrs_define
class CreateStorageRequest:
    file_name: str
    """ Name of the file. """
    content_type: str | Unset = UNSET
    """ Content-Type that the PUT will carry. """
    file_hash: str | Unset = UNSET
    """ SHA-256 of the bytes in hexadecimal digits; a file that is there already is then named. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "file_name": self.file_name,
        }
        if self.content_type is not UNSET:
            field_dict["content_type"] = self.content_type
        if self.file_hash is not UNSET:
            field_dict["file_hash"] = self.file_hash

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        create_storage_request = cls(**taken)

        return create_storage_request
