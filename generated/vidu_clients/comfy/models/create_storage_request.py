from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

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
        file_name = self.file_name

        content_type = self.content_type

        file_hash = self.file_hash

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "file_name": file_name,
            }
        )
        if content_type is not UNSET:
            field_dict["content_type"] = content_type
        if file_hash is not UNSET:
            field_dict["file_hash"] = file_hash

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        file_name = d.pop("file_name")

        content_type = d.pop("content_type", UNSET)

        file_hash = d.pop("file_hash", UNSET)

        create_storage_request = cls(
            file_name=file_name,
            content_type=content_type,
            file_hash=file_hash,
        )

        return create_storage_request
