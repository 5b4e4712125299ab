from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from . import Subject

_MEMBERS = Members(
    member("id", "id", str),
    member("name", "name", str),
    member("images", "images", [str]),
    member("videos", "videos", [str]),
    member("style", "style", str),
    member("description", "description", str),
    member("voice_id", "voice_id", str),
)


T = TypeVar("T", bound="UpdateSubjectRequest")


@_attrs_define
class UpdateSubjectRequest:
    id: str | Unset = UNSET
    """ The id again. Tables of this kind also list what stands in the path; can be left out. """
    name: str | Unset = UNSET
    images: list[str] | Unset = UNSET
    """ Replace the pictures. """
    videos: list[str] | Unset = UNSET
    """ Replaces the video, only of a subject made with one; pictures sent along are then ignored. """
    style: str | Unset = UNSET
    description: str | Unset = UNSET
    voice_id: str | Unset = UNSET
    """ Voice of the subject. """

    if TYPE_CHECKING:

        def __answer__(self) -> Subject:
            """Name the type of the answer to this request, for type checkers."""
            raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.name is not UNSET:
            field_dict["name"] = self.name
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.videos is not UNSET:
            field_dict["videos"] = self.videos
        if self.style is not UNSET:
            field_dict["style"] = self.style
        if self.description is not UNSET:
            field_dict["description"] = self.description
        if self.voice_id is not UNSET:
            field_dict["voice_id"] = self.voice_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        update_subject_request = cls(**taken)

        return update_subject_request
