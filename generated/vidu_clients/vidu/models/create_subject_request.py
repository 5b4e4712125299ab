from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from . import CreatedSubject

_MEMBERS = Members(
    member("name", "name", str, required=True),
    member("images", "images", [str]),
    member("videos", "videos", [str]),
    member("voice_id", "voice_id", str),
)


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

    if TYPE_CHECKING:

        def __answer__(self) -> CreatedSubject:
            """Name the type of the answer to this request, for type checkers."""
            raise NotImplementedError

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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        create_subject_request = cls(**taken)

        return create_subject_request
