from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.content_result import ContentResult

_MEMBERS = Members(
    member("content", "content", "ContentResult", None),
    member("finish_reason", "finishReason", str, None),
    member("index", "index", int, None),
)


T = TypeVar("T", bound="ContentCandidate")


@_attrs_define
class ContentCandidate:
    content: ContentResult | None | Unset = UNSET
    finish_reason: None | str | Unset = UNSET
    index: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.content is not UNSET:
            field_dict["content"] = json_of(self.content)
        if self.finish_reason is not UNSET:
            field_dict["finishReason"] = self.finish_reason
        if self.index is not UNSET:
            field_dict["index"] = self.index
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        content_candidate = cls(**taken)

        content_candidate.additional_properties = d
        return content_candidate

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
