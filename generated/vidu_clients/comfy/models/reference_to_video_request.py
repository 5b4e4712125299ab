from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import json_of, members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.aspect_ratio import AspectRatio
    from ..models.audio_type import AudioType
    from ..models.movement_amplitude import MovementAmplitude
    from ..models.reference_subject import ReferenceSubject
    from ..models.reference_to_video_model import (
        ReferenceToVideoModel,
    )
    from ..models.resolution import Resolution
    from ..models.style import Style
    from ..models.watermark_corner import WatermarkCorner


T = TypeVar("T", bound="ReferenceToVideoRequest")


@_attrs_define
class ReferenceToVideoRequest:
    """Duration and resolution of vidu2.0 are those of Vidu's own route and those of viduq1-classic those of its picture
    routes, by mirror.

    """

    model: ReferenceToVideoModel
    """ What the document names for all routes and what the official client offers on this one. Of these, Vidu's own
    route takes viduq2, viduq2-pro, viduq1 and vidu2.0; it refused viduq3-pro. """
    prompt: str
    """ What happens in the video. 5000 characters for viduq4-preview, 2000 for the others. """
    images: list[str] | Unset = UNSET
    """ Up to 15 for viduq4-preview, up to 7 for the others. """
    subjects: list[ReferenceSubject] | Unset = UNSET
    """ Instead of images; not for viduq4-preview. The official client allows 7 pictures over all subjects and uses
    it with viduq2 alone. """
    sounds: list[str] | Unset = UNSET
    """ Sounds to follow; viduq4-preview only, and only with audio. """
    style: Style | Unset = UNSET
    """ Vidu itself takes it for videos from text only. """
    audio: bool | Unset = UNSET
    """ Sound made together with the picture. """
    audio_type: AudioType | Unset = UNSET
    """ Used where audio is true; no effect on the third series. """
    voice_id: str | Unset = UNSET
    """ Voice of the speech; no effect on the third series. """
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
            "prompt": self.prompt,
        }
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.subjects is not UNSET:
            field_dict["subjects"] = json_of(self.subjects)
        if self.sounds is not UNSET:
            field_dict["sounds"] = self.sounds
        if self.style is not UNSET:
            field_dict["style"] = self.style
        if self.audio is not UNSET:
            field_dict["audio"] = self.audio
        if self.audio_type is not UNSET:
            field_dict["audio_type"] = self.audio_type
        if self.voice_id is not UNSET:
            field_dict["voice_id"] = self.voice_id
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
        reference_to_video_request = cls(
            model=take(
                cls, d, "model", "ReferenceToVideoModel", required=True, closed=True
            ),
            prompt=take(cls, d, "prompt", str, required=True, closed=True),
            images=take(cls, d, "images", [str], closed=True),
            subjects=take(cls, d, "subjects", ["ReferenceSubject"], closed=True),
            sounds=take(cls, d, "sounds", [str], closed=True),
            style=take(cls, d, "style", "Style", closed=True),
            audio=take(cls, d, "audio", bool, closed=True),
            audio_type=take(cls, d, "audio_type", "AudioType", closed=True),
            voice_id=take(cls, d, "voice_id", str, closed=True),
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

        return reference_to_video_request
