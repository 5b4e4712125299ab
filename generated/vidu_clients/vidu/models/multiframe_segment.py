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
        multiframe_segment = cls(**taken)

        return multiframe_segment
