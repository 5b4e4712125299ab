from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("name", "name", str, required=True),
    member("images", "images", [str]),
    member("videos", "videos", [str]),
    member("voice_id", "voice_id", str),
    member("server_id", "server_id", str),
)


T = TypeVar("T", bound="ReferenceSubject")


@_attrs_define
class ReferenceSubject:
    """Somebody or something that shall appear, from own media or from the library of subjects."""

    name: str
    """ Name by which the prompt calls the subject, written @name there. """
    images: list[str] | Unset = UNSET
    """ Together with videos at most three. """
    videos: list[str] | Unset = UNSET
    """ Only viduq2-pro takes them. """
    voice_id: str | Unset = UNSET
    """ Voice of the subject; no effect on Q3. Chosen automatically when empty or left out. """
    server_id: str | Unset = UNSET
    """ Id of a stored subject; the media may then be left out. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "name": self.name,
        }
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.videos is not UNSET:
            field_dict["videos"] = self.videos
        if self.voice_id is not UNSET:
            field_dict["voice_id"] = self.voice_id
        if self.server_id is not UNSET:
            field_dict["server_id"] = self.server_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        reference_subject = cls(**taken)

        return reference_subject
