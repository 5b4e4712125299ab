from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.provider_error import ProviderError

_MEMBERS = Members(
    member("message", "message", str, None),
    member("details", "details", [str], None),
    member("error", "error", str, "ProviderError", None),
    member("detail", "detail", str, [object], None),
    member("error_type", "error_type", str, None),
)


T = TypeVar("T", bound="ErrorReply")


@_attrs_define
class ErrorReply:
    """Error body. The document shows message and details; the others are what the official client reads as well, from
    Comfy itself, from the provider behind it, or from what stands in between.

    """

    message: None | str | Unset = UNSET
    """ What went wrong. """
    details: list[str] | None | Unset = UNSET
    """ More about it, or hints. """
    error: None | ProviderError | str | Unset = UNSET
    """ Name of the error, or the error of the provider. """
    detail: list[Any] | None | str | Unset = UNSET
    """ What went wrong, as text or in parts. """
    error_type: None | str | Unset = UNSET
    """ Machine-readable name; the header has it more often. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.message is not UNSET:
            field_dict["message"] = self.message
        if self.details is not UNSET:
            field_dict["details"] = self.details
        if self.error is not UNSET:
            field_dict["error"] = json_of(self.error)
        if self.detail is not UNSET:
            field_dict["detail"] = self.detail
        if self.error_type is not UNSET:
            field_dict["error_type"] = self.error_type
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
