from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ad_film_aspect_ratio import (
        AdFilmAspectRatio,
    )
    from ..models.ad_film_language import AdFilmLanguage

_MEMBERS = Members(
    member("images", "images", [str], required=True),
    member("prompt", "prompt", str),
    member("duration", "duration", int),
    member("aspect_ratio", "aspect_ratio", "AdFilmAspectRatio"),
    member("language", "language", "AdFilmLanguage"),
    member("creative", "creative", bool),
    member("callback_url", "callback_url", str),
)


T = TypeVar("T", bound="CreateAdFilmRequest")


@_attrs_define
class CreateAdFilmRequest:
    images: list[str]
    """ Pictures of the product, and of a person who shows it. A front view of the product goes first. """
    prompt: str | Unset = UNSET
    """ What the film is about. """
    duration: int | Unset = UNSET
    """ Seconds. One page starts at 10. """
    aspect_ratio: AdFilmAspectRatio | Unset = UNSET
    language: AdFilmLanguage | Unset = UNSET
    """ Language of the spoken words. """
    creative: bool | Unset = UNSET
    """ Also take shots that are not realistic. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "images": self.images,
        }
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.language is not UNSET:
            field_dict["language"] = self.language
        if self.creative is not UNSET:
            field_dict["creative"] = self.creative
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        create_ad_film_request = cls(**taken)

        return create_ad_film_request
