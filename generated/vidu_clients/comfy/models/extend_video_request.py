from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.extend_video_model import ExtendVideoModel
    from ..models.resolution import Resolution


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
        field_dict: dict[str, Any] = {
            "model": self.model,
        }
        if self.video_creation_id is not UNSET:
            field_dict["video_creation_id"] = self.video_creation_id
        if self.video_url is not UNSET:
            field_dict["video_url"] = self.video_url
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.seed is not UNSET:
            field_dict["seed"] = self.seed
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        extend_video_request = cls(
            model=take(cls, d, "model", "ExtendVideoModel", required=True, closed=True),
            video_creation_id=take(cls, d, "video_creation_id", str, closed=True),
            video_url=take(cls, d, "video_url", str, closed=True),
            images=take(cls, d, "images", [str], closed=True),
            prompt=take(cls, d, "prompt", str, closed=True),
            duration=take(cls, d, "duration", int, closed=True),
            seed=take(cls, d, "seed", int, closed=True),
            resolution=take(cls, d, "resolution", "Resolution", closed=True),
            payload=take(cls, d, "payload", str, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
        )
        refuse_unknown(cls, d)

        return extend_video_request
