from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.aspect_ratio import AspectRatio
    from ..models.audio_type import AudioType
    from ..models.image_to_video_model import (
        ImageToVideoModel,
    )
    from ..models.movement_amplitude import MovementAmplitude
    from ..models.resolution import Resolution
    from ..models.style import Style
    from ..models.watermark_corner import WatermarkCorner


T = TypeVar("T", bound="ImageToVideoRequest")


@_attrs_define
class ImageToVideoRequest:
    """Duration and resolution of viduq1-classic and vidu2.0 are those of Vidu's own route, by mirror."""

    model: ImageToVideoModel
    """ What the document names for all routes and what the official client offers on this one. """
    images: list[str]
    """ The first frame. """
    prompt: str | Unset = UNSET
    """ What happens in the video; may be empty. 5000 characters for viduq4-preview, 2000 for the others. """
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
    """ 0 or left out means random; viduq4-preview takes no 0. """
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
        d = members_of(src_dict)
        image_to_video_request = cls(
            model=take(
                cls, d, "model", "ImageToVideoModel", required=True, closed=True
            ),
            images=take(cls, d, "images", [str], required=True, closed=True),
            prompt=take(cls, d, "prompt", str, closed=True),
            style=take(cls, d, "style", "Style", closed=True),
            audio=take(cls, d, "audio", bool, closed=True),
            audio_type=take(cls, d, "audio_type", "AudioType", closed=True),
            voice_id=take(cls, d, "voice_id", str, closed=True),
            is_rec=take(cls, d, "is_rec", bool, closed=True),
            bgm=take(cls, d, "bgm", bool, closed=True),
            duration=take(cls, d, "duration", int, closed=True),
            seed=take(cls, d, "seed", int, closed=True),
            aspect_ratio=take(cls, d, "aspect_ratio", "AspectRatio", closed=True),
            resolution=take(cls, d, "resolution", "Resolution", closed=True),
            movement_amplitude=take(
                cls, d, "movement_amplitude", "MovementAmplitude", closed=True
            ),
            payload=take(cls, d, "payload", str, closed=True),
            off_peak=take(cls, d, "off_peak", bool, closed=True),
            watermark=take(cls, d, "watermark", bool, closed=True),
            wm_position=take(cls, d, "wm_position", "WatermarkCorner", closed=True),
            wm_url=take(cls, d, "wm_url", str, closed=True),
            meta_data=take(cls, d, "meta_data", str, closed=True),
            enhance=take(cls, d, "enhance", bool, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
            priority=take(cls, d, "priority", int, closed=True),
        )
        refuse_unknown(cls, d)

        return image_to_video_request
