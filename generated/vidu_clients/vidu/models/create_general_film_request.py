from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.film_aspect_ratio import FilmAspectRatio


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
        field_dict: dict[str, Any] = {
            "images": self.images,
            "duration": self.duration,
        }
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        create_general_film_request = cls(
            images=take(cls, d, "images", [str], required=True, closed=True),
            duration=take(cls, d, "duration", int, required=True, closed=True),
            prompt=take(cls, d, "prompt", str, closed=True),
            aspect_ratio=take(cls, d, "aspect_ratio", "FilmAspectRatio", closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
            payload=take(cls, d, "payload", str, closed=True),
        )
        refuse_unknown(cls, d)

        return create_general_film_request
