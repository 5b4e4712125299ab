from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.movement_amplitude import MovementAmplitude
    from ..models.q2_resolution import Q2Resolution
    from ..models.video_aspect_ratio import VideoAspectRatio

_MEMBERS = Members(
    member("prompt", "prompt", str, required=True),
    member("seed", "seed", int, None),
    member("duration", "duration", int),
    member("resolution", "resolution", "Q2Resolution"),
    member("aspect_ratio", "aspect_ratio", "VideoAspectRatio"),
    member("reference_image_urls", "reference_image_urls", [str]),
    member("movement_amplitude", "movement_amplitude", "MovementAmplitude"),
    member("generate_audio", "generate_audio", bool),
    member("n", "n", int),
)


T = TypeVar("T", bound="Q2VideoRequest")


@_attrs_define
class Q2VideoRequest:
    prompt: str
    """ What happens in the video. That it may not be empty is taken over from Vidu. """
    seed: int | None | Unset = UNSET
    """ null or left out means random. """
    duration: int | Unset = UNSET
    """ Seconds. """
    resolution: Q2Resolution | Unset = UNSET
    aspect_ratio: VideoAspectRatio | Unset = UNSET
    reference_image_urls: list[str] | Unset = UNSET
    """ What appears in the video. How many are taken is not documented. """
    movement_amplitude: MovementAmplitude | Unset = UNSET
    """ How much things move. """
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
        if self.reference_image_urls is not UNSET:
            field_dict["reference_image_urls"] = self.reference_image_urls
        if self.movement_amplitude is not UNSET:
            field_dict["movement_amplitude"] = self.movement_amplitude
        if self.generate_audio is not UNSET:
            field_dict["generate_audio"] = self.generate_audio
        if self.n is not UNSET:
            field_dict["n"] = self.n

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        q2_video_request = cls(**taken)

        return q2_video_request
