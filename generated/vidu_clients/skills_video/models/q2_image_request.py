from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_aspect_ratio import ImageAspectRatio
    from ..models.output_format import OutputFormat


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
        d = members_of(src_dict)
        q2_image_request = cls(
            prompt=take(cls, d, "prompt", str, required=True, closed=True),
            image_urls=take(cls, d, "image_urls", [str], closed=True),
            aspect_ratio=take(cls, d, "aspect_ratio", "ImageAspectRatio", closed=True),
            output_format=take(cls, d, "output_format", "OutputFormat", closed=True),
            n=take(cls, d, "n", int, closed=True),
        )
        refuse_unknown(cls, d)

        return q2_image_request
