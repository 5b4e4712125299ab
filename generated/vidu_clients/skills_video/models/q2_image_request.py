from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_aspect_ratio import ImageAspectRatio
    from ..models.output_format import OutputFormat

_MEMBERS = Members(
    member("prompt", "prompt", str, required=True),
    member("image_urls", "image_urls", [str]),
    member("aspect_ratio", "aspect_ratio", "ImageAspectRatio"),
    member("output_format", "output_format", "OutputFormat"),
    member("n", "n", int),
)


T = TypeVar("T", bound="Q2ImageRequest")


@_attrs_define
class Q2ImageRequest:
    prompt: str
    """ What the picture shows. No limit is documented; that it may not be empty is taken over from Vidu. """
    image_urls: list[str] | Unset = UNSET
    """ Pictures to work from. """
    aspect_ratio: ImageAspectRatio | Unset = UNSET
    output_format: OutputFormat | Unset = UNSET
    n: int | Unset = UNSET
    """ How many results. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "prompt": self.prompt,
        }
        if self.image_urls is not UNSET:
            field_dict["image_urls"] = self.image_urls
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.output_format is not UNSET:
            field_dict["output_format"] = self.output_format
        if self.n is not UNSET:
            field_dict["n"] = self.n

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        q2_image_request = cls(**taken)

        return q2_image_request
