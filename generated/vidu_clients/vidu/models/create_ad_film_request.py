from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.ad_film_aspect_ratio import AdFilmAspectRatio, check_ad_film_aspect_ratio
from ..models.ad_film_language import AdFilmLanguage, check_ad_film_language
from ..types import UNSET, Unset

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
        images = self.images

        prompt = self.prompt

        duration = self.duration

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        language: str | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language

        creative = self.creative

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "images": images,
            }
        )
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if duration is not UNSET:
            field_dict["duration"] = duration
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if language is not UNSET:
            field_dict["language"] = language
        if creative is not UNSET:
            field_dict["creative"] = creative
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        images = cast(list[str], d.pop("images"))

        prompt = d.pop("prompt", UNSET)

        duration = d.pop("duration", UNSET)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: AdFilmAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_ad_film_aspect_ratio(_aspect_ratio)

        _language = d.pop("language", UNSET)
        language: AdFilmLanguage | Unset
        if isinstance(_language, Unset):
            language = UNSET
        else:
            language = check_ad_film_language(_language)

        creative = d.pop("creative", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        create_ad_film_request = cls(
            images=images,
            prompt=prompt,
            duration=duration,
            aspect_ratio=aspect_ratio,
            language=language,
            creative=creative,
            callback_url=callback_url,
        )

        return create_ad_film_request
