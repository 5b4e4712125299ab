from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.q3_resolution import Q3Resolution, check_q3_resolution
from ..models.video_aspect_ratio import VideoAspectRatio, check_video_aspect_ratio
from ..types import UNSET, Unset

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
        prompt = self.prompt

        seed: int | None | Unset
        if isinstance(self.seed, Unset):
            seed = UNSET
        else:
            seed = self.seed

        duration = self.duration

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        first_frame_url = self.first_frame_url

        audio = self.audio

        generate_audio = self.generate_audio

        n = self.n

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "prompt": prompt,
            }
        )
        if seed is not UNSET:
            field_dict["seed"] = seed
        if duration is not UNSET:
            field_dict["duration"] = duration
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if first_frame_url is not UNSET:
            field_dict["first_frame_url"] = first_frame_url
        if audio is not UNSET:
            field_dict["audio"] = audio
        if generate_audio is not UNSET:
            field_dict["generate_audio"] = generate_audio
        if n is not UNSET:
            field_dict["n"] = n

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        prompt = d.pop("prompt")

        def _parse_seed(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        seed = _parse_seed(d.pop("seed", UNSET))

        duration = d.pop("duration", UNSET)

        _resolution = d.pop("resolution", UNSET)
        resolution: Q3Resolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_q3_resolution(_resolution)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: VideoAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_video_aspect_ratio(_aspect_ratio)

        first_frame_url = d.pop("first_frame_url", UNSET)

        audio = d.pop("audio", UNSET)

        generate_audio = d.pop("generate_audio", UNSET)

        n = d.pop("n", UNSET)

        q3_video_request = cls(
            prompt=prompt,
            seed=seed,
            duration=duration,
            resolution=resolution,
            aspect_ratio=aspect_ratio,
            first_frame_url=first_frame_url,
            audio=audio,
            generate_audio=generate_audio,
            n=n,
        )

        return q3_video_request
