from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

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

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        images: list[str] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = self.images

        videos: list[str] | Unset = UNSET
        if not isinstance(self.videos, Unset):
            videos = self.videos

        style = self.style

        description = self.description

        voice_id = self.voice_id

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if name is not UNSET:
            field_dict["name"] = name
        if images is not UNSET:
            field_dict["images"] = images
        if videos is not UNSET:
            field_dict["videos"] = videos
        if style is not UNSET:
            field_dict["style"] = style
        if description is not UNSET:
            field_dict["description"] = description
        if voice_id is not UNSET:
            field_dict["voice_id"] = voice_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        id = d.pop("id", UNSET)

        name = d.pop("name", UNSET)

        images = cast(list[str], d.pop("images", UNSET))

        videos = cast(list[str], d.pop("videos", UNSET))

        style = d.pop("style", UNSET)

        description = d.pop("description", UNSET)

        voice_id = d.pop("voice_id", UNSET)

        update_subject_request = cls(
            id=id,
            name=name,
            images=images,
            videos=videos,
            style=style,
            description=description,
            voice_id=voice_id,
        )

        return update_subject_request
