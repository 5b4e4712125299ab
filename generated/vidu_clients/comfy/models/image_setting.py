from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

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
        key_image = self.key_image

        prompt = self.prompt

        duration = self.duration

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "key_image": key_image,
            }
        )
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if duration is not UNSET:
            field_dict["duration"] = duration

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        key_image = d.pop("key_image")

        prompt = d.pop("prompt", UNSET)

        duration = d.pop("duration", UNSET)

        image_setting = cls(
            key_image=key_image,
            prompt=prompt,
            duration=duration,
        )

        return image_setting
