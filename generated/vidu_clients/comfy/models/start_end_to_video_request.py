from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.aspect_ratio import AspectRatio
    from ..models.audio_type import AudioType
    from ..models.movement_amplitude import MovementAmplitude
    from ..models.resolution import Resolution
    from ..models.start_end_to_video_model import (
        StartEndToVideoModel,
    )
    from ..models.style import Style
    from ..models.watermark_corner import WatermarkCorner

_MEMBERS = Members(
    member("model", "model", "StartEndToVideoModel", required=True),
    member("images", "images", [str], required=True),
    member("prompt", "prompt", str),
    member("style", "style", "Style"),
    member("audio", "audio", bool),
    member("audio_type", "audio_type", "AudioType"),
    member("voice_id", "voice_id", str),
    member("is_rec", "is_rec", bool),
    member("bgm", "bgm", bool),
    member("duration", "duration", int),
    member("seed", "seed", int),
    member("aspect_ratio", "aspect_ratio", "AspectRatio"),
    member("resolution", "resolution", "Resolution"),
    member("movement_amplitude", "movement_amplitude", "MovementAmplitude"),
    member("payload", "payload", str),
    member("off_peak", "off_peak", bool),
    member("watermark", "watermark", bool),
    member("wm_position", "wm_position", "WatermarkCorner"),
    member("wm_url", "wm_url", str),
    member("meta_data", "meta_data", str),
    member("enhance", "enhance", bool),
    member("callback_url", "callback_url", str),
    member("priority", "priority", int),
)


T = TypeVar("T", bound="StartEndToVideoRequest")


@_attrs_define
class StartEndToVideoRequest:
    """Duration and resolution of viduq1-classic and vidu2.0 are those of Vidu's own route, by mirror."""

    model: StartEndToVideoModel
    """ What the document names for all routes and what the official client offers on this one. """
    images: list[str]
    """ The first frame, then the last. The aspect ratio of one divided by that of the other lies between 0.8 and
    1.25. """
    prompt: str | Unset = UNSET
    """ What happens in the video; may be empty. """
    style: Style | Unset = UNSET
    """ Vidu itself takes it for videos from text only. """
    audio: bool | Unset = UNSET
    """ Sound made together with the picture. """
    audio_type: AudioType | Unset = UNSET
    """ Used where audio is true; no effect on the third series. """
    voice_id: str | Unset = UNSET
    """ Voice of the speech; no effect on the third series. """
    is_rec: bool | Unset = UNSET
    """ Let the service write the prompt; costs 10 credits of Vidu more. """
    bgm: bool | Unset = UNSET
    """ Background music; no effect on the third series. """
    duration: int | Unset = UNSET
    """ Seconds. """
    seed: int | Unset = UNSET
    """ 0 or left out means random. """
    aspect_ratio: AspectRatio | Unset = UNSET
    """ On the picture routes the picture sets the shape; older official clients send 16:9 there. """
    resolution: Resolution | Unset = UNSET
    movement_amplitude: MovementAmplitude | Unset = UNSET
    """ No effect on the second and third series. """
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the create answer. """
    off_peak: bool | Unset = UNSET
    """ Cheaper; may take up to 48 hours. """
    watermark: bool | Unset = UNSET
    """ Mark the video. """
    wm_position: WatermarkCorner | Unset = UNSET
    """ 1 top left, 2 top right, 3 bottom right, 4 bottom left. """
    wm_url: str | Unset = UNSET
    meta_data: str | Unset = UNSET
    """ JSON text with information about the work. """
    enhance: bool | Unset = UNSET
    """ Listed by the document without a meaning. """
    callback_url: str | Unset = UNSET
    priority: int | Unset = UNSET
    """ Listed by the document without a meaning. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
            "images": self.images,
        }
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.style is not UNSET:
            field_dict["style"] = self.style
        if self.audio is not UNSET:
            field_dict["audio"] = self.audio
        if self.audio_type is not UNSET:
            field_dict["audio_type"] = self.audio_type
        if self.voice_id is not UNSET:
            field_dict["voice_id"] = self.voice_id
        if self.is_rec is not UNSET:
            field_dict["is_rec"] = self.is_rec
        if self.bgm is not UNSET:
            field_dict["bgm"] = self.bgm
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.seed is not UNSET:
            field_dict["seed"] = self.seed
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.movement_amplitude is not UNSET:
            field_dict["movement_amplitude"] = self.movement_amplitude
        if self.payload is not UNSET:
            field_dict["payload"] = self.payload
        if self.off_peak is not UNSET:
            field_dict["off_peak"] = self.off_peak
        if self.watermark is not UNSET:
            field_dict["watermark"] = self.watermark
        if self.wm_position is not UNSET:
            field_dict["wm_position"] = self.wm_position
        if self.wm_url is not UNSET:
            field_dict["wm_url"] = self.wm_url
        if self.meta_data is not UNSET:
            field_dict["meta_data"] = self.meta_data
        if self.enhance is not UNSET:
            field_dict["enhance"] = self.enhance
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url
        if self.priority is not UNSET:
            field_dict["priority"] = self.priority

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        start_end_to_video_request = cls(**taken)

        return start_end_to_video_request
