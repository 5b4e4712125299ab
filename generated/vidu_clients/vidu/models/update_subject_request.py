from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from . import Subject


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
        d = members_of(src_dict)
        update_subject_request = cls(
            id=take(cls, d, "id", str, closed=True),
            name=take(cls, d, "name", str, closed=True),
            images=take(cls, d, "images", [str], closed=True),
            videos=take(cls, d, "videos", [str], closed=True),
            style=take(cls, d, "style", str, closed=True),
            description=take(cls, d, "description", str, closed=True),
            voice_id=take(cls, d, "voice_id", str, closed=True),
        )
        refuse_unknown(cls, d)

        return update_subject_request
