from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="MultiframeSegment")


@_attrs_define
class MultiframeSegment:
    """The part of the video that ends with one key picture."""

    key_image: str
    """ Public URL, data URI with its content type, or the URI of an uploaded file. """
    prompt: str | Unset = UNSET
    """ What happens in this part. """
    duration: int | Unset = UNSET
    """ Seconds. """

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

        multiframe_segment = cls(
            key_image=key_image,
            prompt=prompt,
            duration=duration,
        )

        return multiframe_segment
