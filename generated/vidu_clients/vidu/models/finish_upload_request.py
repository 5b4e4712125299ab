from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="FinishUploadRequest")


@_attrs_define
class FinishUploadRequest:
    etag: str
    """ The etag header of the storage's answer. Most clients take its double quotes off, one sends them. """

    def to_dict(self) -> dict[str, Any]:
        etag = self.etag

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "etag": etag,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        etag = d.pop("etag")

        finish_upload_request = cls(
            etag=etag,
        )

        return finish_upload_request
