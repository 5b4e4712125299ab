from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.video_size import VideoSize

_MEMBERS = Members(
    member("duration", "duration", float, None),
    member("fps", "fps", int, None),
    member("resolution", "resolution", "VideoSize", None),
)


T = TypeVar("T", bound="CreationVideo")


@_attrs_define
class CreationVideo:
    """Data of a video. A poll may leave them at 0 and null, the list fills them."""

    duration: float | None | Unset = UNSET
    """ Seconds. """
    fps: int | None | Unset = UNSET
    """ Frames per second; 24, for vidu2.0 32, in the table of models. """
    resolution: None | Unset | VideoSize = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.fps is not UNSET:
            field_dict["fps"] = self.fps
        if self.resolution is not UNSET:
            field_dict["resolution"] = json_of(self.resolution)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        creation_video = cls(**taken)

        creation_video.additional_properties = d
        return creation_video

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
