from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.extend_video_model import ExtendVideoModel, check_extend_video_model
from ..models.resolution import Resolution, check_resolution
from ..types import UNSET, Unset

T = TypeVar("T", bound="ExtendVideoRequest")


@_attrs_define
class ExtendVideoRequest:
    model: ExtendVideoModel
    video_creation_id: str | Unset = UNSET
    """ Id of a creation, not of its task. """
    video_url: str | Unset = UNSET
    """ Public URL of a video, or the download_url of an upload. The official client stops at 55 seconds, Vidu's own
    route at 60. """
    images: list[str] | Unset = UNSET
    """ The wanted last frame; at least 128 pixels on each side in the official client. """
    prompt: str | Unset = UNSET
    """ What happens next; may be empty. """
    duration: int | Unset = UNSET
    """ Seconds to add. """
    seed: int | Unset = UNSET
    """ 0 or left out means random. """
    resolution: Resolution | Unset = UNSET
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the create answer. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        model: str = self.model

        video_creation_id = self.video_creation_id

        video_url = self.video_url

        images: list[str] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = self.images

        prompt = self.prompt

        duration = self.duration

        seed = self.seed

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        payload = self.payload

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
            }
        )
        if video_creation_id is not UNSET:
            field_dict["video_creation_id"] = video_creation_id
        if video_url is not UNSET:
            field_dict["video_url"] = video_url
        if images is not UNSET:
            field_dict["images"] = images
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if duration is not UNSET:
            field_dict["duration"] = duration
        if seed is not UNSET:
            field_dict["seed"] = seed
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if payload is not UNSET:
            field_dict["payload"] = payload
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_extend_video_model(d.pop("model"))

        video_creation_id = d.pop("video_creation_id", UNSET)

        video_url = d.pop("video_url", UNSET)

        images = cast(list[str], d.pop("images", UNSET))

        prompt = d.pop("prompt", UNSET)

        duration = d.pop("duration", UNSET)

        seed = d.pop("seed", UNSET)

        _resolution = d.pop("resolution", UNSET)
        resolution: Resolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_resolution(_resolution)

        payload = d.pop("payload", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        extend_video_request = cls(
            model=model,
            video_creation_id=video_creation_id,
            video_url=video_url,
            images=images,
            prompt=prompt,
            duration=duration,
            seed=seed,
            resolution=resolution,
            payload=payload,
            callback_url=callback_url,
        )

        return extend_video_request
