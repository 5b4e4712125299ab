from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.movement_amplitude import MovementAmplitude, check_movement_amplitude
from ..models.q2_resolution import Q2Resolution, check_q2_resolution
from ..models.video_aspect_ratio import VideoAspectRatio, check_video_aspect_ratio
from ..types import UNSET, Unset

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

        reference_image_urls: list[str] | Unset = UNSET
        if not isinstance(self.reference_image_urls, Unset):
            reference_image_urls = self.reference_image_urls

        movement_amplitude: str | Unset = UNSET
        if not isinstance(self.movement_amplitude, Unset):
            movement_amplitude = self.movement_amplitude

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
        if reference_image_urls is not UNSET:
            field_dict["reference_image_urls"] = reference_image_urls
        if movement_amplitude is not UNSET:
            field_dict["movement_amplitude"] = movement_amplitude
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
        resolution: Q2Resolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_q2_resolution(_resolution)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: VideoAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_video_aspect_ratio(_aspect_ratio)

        reference_image_urls = cast(list[str], d.pop("reference_image_urls", UNSET))

        _movement_amplitude = d.pop("movement_amplitude", UNSET)
        movement_amplitude: MovementAmplitude | Unset
        if isinstance(_movement_amplitude, Unset):
            movement_amplitude = UNSET
        else:
            movement_amplitude = check_movement_amplitude(_movement_amplitude)

        generate_audio = d.pop("generate_audio", UNSET)

        n = d.pop("n", UNSET)

        q2_video_request = cls(
            prompt=prompt,
            seed=seed,
            duration=duration,
            resolution=resolution,
            aspect_ratio=aspect_ratio,
            reference_image_urls=reference_image_urls,
            movement_amplitude=movement_amplitude,
            generate_audio=generate_audio,
            n=n,
        )

        return q2_video_request
