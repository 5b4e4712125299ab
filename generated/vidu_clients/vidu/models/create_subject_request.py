from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateSubjectRequest")


@_attrs_define
class CreateSubjectRequest:
    name: str
    """ Best a name that no other subject has. """
    images: list[str] | Unset = UNSET
    """ Views of the subject; at least one unless there is a video. """
    videos: list[str] | Unset = UNSET
    voice_id: str | Unset = UNSET
    """ Voice of the subject; not for viduq2-pro and Q3. Left out means chosen for you. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        images: list[str] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = self.images

        videos: list[str] | Unset = UNSET
        if not isinstance(self.videos, Unset):
            videos = self.videos

        voice_id = self.voice_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if images is not UNSET:
            field_dict["images"] = images
        if videos is not UNSET:
            field_dict["videos"] = videos
        if voice_id is not UNSET:
            field_dict["voice_id"] = voice_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        name = d.pop("name")

        images = cast(list[str], d.pop("images", UNSET))

        videos = cast(list[str], d.pop("videos", UNSET))

        voice_id = d.pop("voice_id", UNSET)

        create_subject_request = cls(
            name=name,
            images=images,
            videos=videos,
            voice_id=voice_id,
        )

        return create_subject_request
