from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.drama_audio import DramaAudio
    from ..models.drama_content_type import DramaContentType
    from ..models.drama_image import DramaImage
    from ..models.drama_role import DramaRole
    from ..models.drama_video import DramaVideo

_MEMBERS = Members(
    member("type_", "type", "DramaContentType", required=True),
    member("text", "text", str),
    member("image_url", "image_url", "DramaImage"),
    member("video_url", "video_url", "DramaVideo"),
    member("audio_url", "audio_url", "DramaAudio"),
    member("role", "role", "DramaRole"),
)


T = TypeVar("T", bound="DramaContent")


@_attrs_define
class DramaContent:
    """A text, or a medium with its role."""

    type_: DramaContentType
    text: str | Unset = UNSET
    """ At best within 500 Chinese characters or 1000 English words. """
    image_url: DramaImage | Unset = UNSET
    video_url: DramaVideo | Unset = UNSET
    audio_url: DramaAudio | Unset = UNSET
    role: DramaRole | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "type": self.type_,
        }
        if self.text is not UNSET:
            field_dict["text"] = self.text
        if self.image_url is not UNSET:
            field_dict["image_url"] = json_of(self.image_url)
        if self.video_url is not UNSET:
            field_dict["video_url"] = json_of(self.video_url)
        if self.audio_url is not UNSET:
            field_dict["audio_url"] = json_of(self.audio_url)
        if self.role is not UNSET:
            field_dict["role"] = self.role

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        drama_content = cls(**taken)

        return drama_content
