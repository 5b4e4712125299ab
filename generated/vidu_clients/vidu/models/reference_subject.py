from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

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
        name = self.name

        images: list[str] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = self.images

        videos: list[str] | Unset = UNSET
        if not isinstance(self.videos, Unset):
            videos = self.videos

        voice_id = self.voice_id

        server_id = self.server_id

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
        if server_id is not UNSET:
            field_dict["server_id"] = server_id

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

        server_id = d.pop("server_id", UNSET)

        reference_subject = cls(
            name=name,
            images=images,
            videos=videos,
            voice_id=voice_id,
            server_id=server_id,
        )

        return reference_subject
