from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recommended_prompt import RecommendedPrompt

_MEMBERS = Members(
    member("task_id", "task_id", str, None),
    member("id", "id", str, None),
    member("images", "images", [str], None),
    member("count", "count", int, None),
    member("prompts", "prompts", ["RecommendedPrompt"], None),
    member("created_at", "created_at", str, None),
)


T = TypeVar("T", bound="RecommendedPrompts")


@_attrs_define
class RecommendedPrompts:
    """The proposals. The table of the page calls the id task_id, its example id."""

    task_id: None | str | Unset = UNSET
    id: None | str | Unset = UNSET
    images: list[str] | None | Unset = UNSET
    count: int | None | Unset = UNSET
    prompts: list[RecommendedPrompt] | None | Unset = UNSET
    created_at: None | str | Unset = UNSET
    """ RFC 3339. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.task_id is not UNSET:
            field_dict["task_id"] = self.task_id
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.count is not UNSET:
            field_dict["count"] = self.count
        if self.prompts is not UNSET:
            field_dict["prompts"] = json_of(self.prompts)
        if self.created_at is not UNSET:
            field_dict["created_at"] = self.created_at
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        recommended_prompts = cls(**taken)

        recommended_prompts.additional_properties = d
        return recommended_prompts

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
