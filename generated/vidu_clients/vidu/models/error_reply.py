from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.error_metadata import ErrorMetadata
    from ..models.error_reason import ErrorReason

_MEMBERS = Members(
    member("code", "code", int, str, None),
    member("reason", "reason", "ErrorReason", str, None),
    member("message", "message", str, None),
    member("metadata", "metadata", "ErrorMetadata", None),
)


T = TypeVar("T", bound="ErrorReply")


@_attrs_define
class ErrorReply:
    """Error body. Switch on reason; the status does not follow from it."""

    code: int | None | str | Unset = UNSET
    """ HTTP status, or the reason again. """
    reason: ErrorReason | None | str | Unset = UNSET
    """ Name of the error, an open set. """
    message: None | str | Unset = UNSET
    """ May list fields after a colon. """
    metadata: ErrorMetadata | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.code is not UNSET:
            field_dict["code"] = self.code
        if self.reason is not UNSET:
            field_dict["reason"] = self.reason
        if self.message is not UNSET:
            field_dict["message"] = self.message
        if self.metadata is not UNSET:
            field_dict["metadata"] = json_of(self.metadata)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        error_reply = cls(**taken)

        error_reply.additional_properties = d
        return error_reply

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
