from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.creation_video import CreationVideo

_MEMBERS = Members(
    member("id", "id", str, None),
    member("url", "url", str, None),
    member("cover_url", "cover_url", str, None),
    member("watermarked_url", "watermarked_url", str, None),
    member("moderation_url", "moderation_url", [str], None),
    member("video", "video", "CreationVideo", None),
    member("speech_url", "speech_url", str, None),
    member("sound_url", "sound_url", str, None),
    member("bgm_url", "bgm_url", str, None),
)


T = TypeVar("T", bound="Creation")


@_attrs_define
class Creation:
    """One result."""

    id: None | str | Unset = UNSET
    """ Id of the result; another one than the task's. """
    url: None | str | Unset = UNSET
    """ Address of the video. """
    cover_url: None | str | Unset = UNSET
    """ Address of a still picture. """
    watermarked_url: None | str | Unset = UNSET
    """ Address of the marked copy; empty when there is none. """
    moderation_url: list[str] | None | Unset = UNSET
    video: CreationVideo | None | Unset = UNSET
    speech_url: None | str | Unset = UNSET
    sound_url: None | str | Unset = UNSET
    bgm_url: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.url is not UNSET:
            field_dict["url"] = self.url
        if self.cover_url is not UNSET:
            field_dict["cover_url"] = self.cover_url
        if self.watermarked_url is not UNSET:
            field_dict["watermarked_url"] = self.watermarked_url
        if self.moderation_url is not UNSET:
            field_dict["moderation_url"] = self.moderation_url
        if self.video is not UNSET:
            field_dict["video"] = json_of(self.video)
        if self.speech_url is not UNSET:
            field_dict["speech_url"] = self.speech_url
        if self.sound_url is not UNSET:
            field_dict["sound_url"] = self.sound_url
        if self.bgm_url is not UNSET:
            field_dict["bgm_url"] = self.bgm_url
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        creation = cls(**taken)

        creation.additional_properties = d
        return creation

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
