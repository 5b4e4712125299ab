from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

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
        d = members_of(src_dict)
        image_setting = cls(
            key_image=take(cls, d, "key_image", str, required=True, closed=True),
            prompt=take(cls, d, "prompt", str, closed=True),
            duration=take(cls, d, "duration", int, closed=True),
        )
        refuse_unknown(cls, d)

        return image_setting
