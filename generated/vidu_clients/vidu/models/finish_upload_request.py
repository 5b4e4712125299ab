from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

_MEMBERS = Members(
    member("etag", "etag", str, required=True),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        finish_upload_request = cls(**taken)

        return finish_upload_request
