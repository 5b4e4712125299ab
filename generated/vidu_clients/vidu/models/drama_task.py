from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.drama_result import DramaResult
    from ..models.drama_status import DramaStatus
    from ..models.drama_usage import DramaUsage

_MEMBERS = Members(
    member("id", "id", str, None),
    member("model", "model", str, None),
    member("status", "status", "DramaStatus", str, None),
    member("content", "content", "DramaResult", None),
    member("duration", "duration", int, str, None),
    member("resolution", "resolution", str, None),
    member("ratio", "ratio", str, None),
    member("seed", "seed", int, str, None),
    member("frames_per_second", "frames_per_second", int, str, None),
    member("created_at", "created_at", int, str, None),
    member("updated_at", "updated_at", int, str, None),
    member("execution_expires_after", "execution_expires_after", int, str, None),
    member("generate_audio", "generate_audio", bool, None),
    member("draft", "draft", bool, None),
    member("usage", "usage", "DramaUsage", None),
)


T = TypeVar("T", bound="DramaTask")


@_attrs_define
class DramaTask:
    """A task of the drama models as it stands. Real answers send numbers as texts."""

    id: None | str | Unset = UNSET
    model: None | str | Unset = UNSET
    status: DramaStatus | None | str | Unset = UNSET
    content: DramaResult | None | Unset = UNSET
    duration: int | None | str | Unset = UNSET
    resolution: None | str | Unset = UNSET
    ratio: None | str | Unset = UNSET
    seed: int | None | str | Unset = UNSET
    frames_per_second: int | None | str | Unset = UNSET
    created_at: int | None | str | Unset = UNSET
    updated_at: int | None | str | Unset = UNSET
    execution_expires_after: int | None | str | Unset = UNSET
    generate_audio: bool | None | Unset = UNSET
    draft: bool | None | Unset = UNSET
    usage: DramaUsage | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.model is not UNSET:
            field_dict["model"] = self.model
        if self.status is not UNSET:
            field_dict["status"] = self.status
        if self.content is not UNSET:
            field_dict["content"] = json_of(self.content)
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.ratio is not UNSET:
            field_dict["ratio"] = self.ratio
        if self.seed is not UNSET:
            field_dict["seed"] = self.seed
        if self.frames_per_second is not UNSET:
            field_dict["frames_per_second"] = self.frames_per_second
        if self.created_at is not UNSET:
            field_dict["created_at"] = self.created_at
        if self.updated_at is not UNSET:
            field_dict["updated_at"] = self.updated_at
        if self.execution_expires_after is not UNSET:
            field_dict["execution_expires_after"] = self.execution_expires_after
        if self.generate_audio is not UNSET:
            field_dict["generate_audio"] = self.generate_audio
        if self.draft is not UNSET:
            field_dict["draft"] = self.draft
        if self.usage is not UNSET:
            field_dict["usage"] = json_of(self.usage)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        drama_task = cls(**taken)

        drama_task.additional_properties = d
        return drama_task

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
