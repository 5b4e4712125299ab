from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.q3_resolution import Q3Resolution
    from ..models.video_aspect_ratio import VideoAspectRatio

_MEMBERS = Members(
    member("prompt", "prompt", str, required=True),
    member("seed", "seed", int, None),
    member("duration", "duration", int),
    member("resolution", "resolution", "Q3Resolution"),
    member("aspect_ratio", "aspect_ratio", "VideoAspectRatio"),
    member("first_frame_url", "first_frame_url", str),
    member("audio", "audio", bool),
    member("generate_audio", "generate_audio", bool),
    member("n", "n", int),
)


T = TypeVar("T", bound="Q3VideoRequest")


@_attrs_define
class Q3VideoRequest:
    prompt: str
    """ What happens in the video. That it may not be empty is taken over from Vidu. """
    seed: int | None | Unset = UNSET
    """ null or left out means random. """
    duration: int | Unset = UNSET
    """ Seconds. """
    resolution: Q3Resolution | Unset = UNSET
    aspect_ratio: VideoAspectRatio | Unset = UNSET
    first_frame_url: str | Unset = UNSET
    """ Public URL of a picture. The platform also takes files in multipart bodies; whether these models do is not
    documented, and that form is left out. """
    audio: bool | Unset = UNSET
    """ Sound made together with the picture. """
    generate_audio: bool | Unset = UNSET
    """ Background music. Said to work for videos of 4 seconds only; what happens with others is not documented. """
    n: int | Unset = UNSET
    """ How many results. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "prompt": self.prompt,
        }
        if self.seed is not UNSET:
            field_dict["seed"] = self.seed
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.first_frame_url is not UNSET:
            field_dict["first_frame_url"] = self.first_frame_url
        if self.audio is not UNSET:
            field_dict["audio"] = self.audio
        if self.generate_audio is not UNSET:
            field_dict["generate_audio"] = self.generate_audio
        if self.n is not UNSET:
            field_dict["n"] = self.n

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        q3_video_request = cls(**taken)

        return q3_video_request
