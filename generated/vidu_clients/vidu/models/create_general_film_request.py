from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.film_aspect_ratio import FilmAspectRatio, check_film_aspect_ratio
from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateGeneralFilmRequest")


@_attrs_define
class CreateGeneralFilmRequest:
    images: list[str]
    """ Pictures of people, things or of the style. """
    duration: int
    """ Seconds. """
    prompt: str | Unset = UNSET
    """ What happens in the film. """
    aspect_ratio: FilmAspectRatio | Unset = UNSET
    callback_url: str | Unset = UNSET
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """

    def to_dict(self) -> dict[str, Any]:
        images = self.images

        duration = self.duration

        prompt = self.prompt

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        callback_url = self.callback_url

        payload = self.payload

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "images": images,
                "duration": duration,
            }
        )
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if payload is not UNSET:
            field_dict["payload"] = payload

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        images = cast(list[str], d.pop("images"))

        duration = d.pop("duration")

        prompt = d.pop("prompt", UNSET)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: FilmAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_film_aspect_ratio(_aspect_ratio)

        callback_url = d.pop("callback_url", UNSET)

        payload = d.pop("payload", UNSET)

        create_general_film_request = cls(
            images=images,
            duration=duration,
            prompt=prompt,
            aspect_ratio=aspect_ratio,
            callback_url=callback_url,
            payload=payload,
        )

        return create_general_film_request
