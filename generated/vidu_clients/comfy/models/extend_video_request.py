from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.extend_video_model import ExtendVideoModel
    from ..models.resolution import Resolution

_MEMBERS = Members(
    member("model", "model", "ExtendVideoModel", required=True),
    member("video_creation_id", "video_creation_id", str),
    member("video_url", "video_url", str),
    member("images", "images", [str]),
    member("prompt", "prompt", str),
    member("duration", "duration", int),
    member("seed", "seed", int),
    member("resolution", "resolution", "Resolution"),
    member("payload", "payload", str),
    member("callback_url", "callback_url", str),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        extend_video_request = cls(**taken)

        return extend_video_request
