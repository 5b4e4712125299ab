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

    def to_dict(self) -> dict[str, Any]:
        file_name = self.file_name

        content_type = self.content_type

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "file_name": file_name,
            }
        )
        if content_type is not UNSET:
            field_dict["content_type"] = content_type

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        file_name = d.pop("file_name")

        content_type = d.pop("content_type", UNSET)

        create_storage_request = cls(
            file_name=file_name,
            content_type=content_type,
        )

        return create_storage_request
