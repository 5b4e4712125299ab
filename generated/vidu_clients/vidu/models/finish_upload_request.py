from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take

T = TypeVar("T", bound="FinishUploadRequest")


@_attrs_define
class FinishUploadRequest:
    etag: str
    """ The etag header of the storage's answer. Most clients take its double quotes off, one sends them. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "etag": self.etag,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        finish_upload_request = cls(
            etag=take(cls, d, "etag", str, required=True, closed=True),
        )
        refuse_unknown(cls, d)

        return finish_upload_request
