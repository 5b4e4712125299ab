from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("key_image", "key_image", str, required=True),
    member("prompt", "prompt", str),
    member("duration", "duration", int),
)


T = TypeVar("T", bound="ImageSetting")


@_attrs_define
class ImageSetting:
    """One segment of the video and the picture that it ends with."""

    key_image: str
    """ Public URL, data URI with its content type (by mirror), or the download_url of an upload. Formats and size
    by mirror. """
    prompt: str | Unset = UNSET
    """ What happens in the segment; may be empty. """
    duration: int | Unset = UNSET
    """ Seconds of the segment. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "key_image": self.key_image,
        }
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        image_setting = cls(**taken)

        return image_setting
