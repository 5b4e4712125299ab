from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.film_aspect_ratio import FilmAspectRatio

_MEMBERS = Members(
    member("images", "images", [str], required=True),
    member("duration", "duration", int, required=True),
    member("prompt", "prompt", str),
    member("aspect_ratio", "aspect_ratio", "FilmAspectRatio"),
    member("callback_url", "callback_url", str),
    member("payload", "payload", str),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        create_general_film_request = cls(**taken)

        return create_general_film_request
