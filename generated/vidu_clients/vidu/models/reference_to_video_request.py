from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import json_of, members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audio_type import AudioType
    from ..models.movement_amplitude import MovementAmplitude
    from ..models.reference_aspect_ratio import (
        ReferenceAspectRatio,
    )
    from ..models.reference_subject import ReferenceSubject
    from ..models.reference_to_video_model import (
        ReferenceToVideoModel,
    )
    from ..models.resolution import Resolution
    from ..models.watermark_corner import WatermarkCorner


T = TypeVar("T", bound="ReferenceToVideoRequest")


@_attrs_define
class ReferenceToVideoRequest:
    model: ReferenceToVideoModel
    prompt: str
    """ What happens in the video, with @name for a subject. 5000 characters but for viduq4-preview. """
    auto_subjects: bool | Unset = UNSET
    """ Let the service use its own library of subjects. Only with subjects. """
    subjects: list[ReferenceSubject] | Unset = UNSET
    """ At most seven. viduq2-pro takes six: four with pictures or text, and two with a video, of which one may be
    new and not stored before. Only the seven are checked here, since the kind of a stored subject cannot be seen.
    """
    images: list[str] | Unset = UNSET
    """ At most seven; four if videos come along, fifteen with viduq4-preview. """
    videos: list[str] | Unset = UNSET
    """ One clip of up to 8 seconds or two of up to 5. Only viduq2-pro takes them. """
    sounds: list[str] | Unset = UNSET
    """ Recordings that the prompt calls audio 1 to 3. Only viduq4-preview takes them, with sound on. """
    audio: bool | Unset = UNSET
    """ Sound made together with the picture. With images, only Q3 and Q4 can; viduq3-drama always does. """
    audio_type: AudioType | Unset = UNSET
    bgm: bool | Unset = UNSET
    """ Background music; no effect on Q3. Only with images. """
    duration: int | Unset = UNSET
    """ Seconds. 0 lets viduq2-pro decide. """
    seed: int | Unset = UNSET
    """ 0 or left out means random. """
    aspect_ratio: ReferenceAspectRatio | str | Unset = UNSET
    """ With subjects, Q2 takes other ratios than the listed ones too. Only Q3 takes auto. """
    resolution: Resolution | Unset = UNSET
    """ 2K and 4K only with viduq4-preview. """
    movement_amplitude: MovementAmplitude | Unset = UNSET
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """
    off_peak: bool | Unset = UNSET
    """ Cheaper; may take up to 48 hours. Not for viduq3-mix and viduq4-preview. """
    callback_url: str | Unset = UNSET
    watermark: bool | Unset = UNSET
    """ Also return a marked copy. """
    wm_position: WatermarkCorner | Unset = UNSET
    """ 1 top left, 2 top right, 3 bottom right, 4 bottom left. """
    wm_url: str | Unset = UNSET
    meta_data: str | Unset = UNSET
    """ Content-provenance label as JSON text. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
            "prompt": self.prompt,
        }
        if self.auto_subjects is not UNSET:
            field_dict["auto_subjects"] = self.auto_subjects
        if self.subjects is not UNSET:
            field_dict["subjects"] = json_of(self.subjects)
        if self.images is not UNSET:
            field_dict["images"] = self.images
        if self.videos is not UNSET:
            field_dict["videos"] = self.videos
        if self.sounds is not UNSET:
            field_dict["sounds"] = self.sounds
        if self.audio is not UNSET:
            field_dict["audio"] = self.audio
        if self.audio_type is not UNSET:
            field_dict["audio_type"] = self.audio_type
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
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url
        if self.watermark is not UNSET:
            field_dict["watermark"] = self.watermark
        if self.wm_position is not UNSET:
            field_dict["wm_position"] = self.wm_position
        if self.wm_url is not UNSET:
            field_dict["wm_url"] = self.wm_url
        if self.meta_data is not UNSET:
            field_dict["meta_data"] = self.meta_data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        reference_to_video_request = cls(
            model=take(
                cls, d, "model", "ReferenceToVideoModel", required=True, closed=True
            ),
            prompt=take(cls, d, "prompt", str, required=True, closed=True),
            auto_subjects=take(cls, d, "auto_subjects", bool, closed=True),
            subjects=take(cls, d, "subjects", ["ReferenceSubject"], closed=True),
            images=take(cls, d, "images", [str], closed=True),
            videos=take(cls, d, "videos", [str], closed=True),
            sounds=take(cls, d, "sounds", [str], closed=True),
            audio=take(cls, d, "audio", bool, closed=True),
            audio_type=take(cls, d, "audio_type", "AudioType", closed=True),
            bgm=take(cls, d, "bgm", bool, closed=True),
            duration=take(cls, d, "duration", int, closed=True),
            seed=take(cls, d, "seed", int, closed=True),
            aspect_ratio=take(
                cls, d, "aspect_ratio", "ReferenceAspectRatio", str, closed=True
            ),
            resolution=take(cls, d, "resolution", "Resolution", closed=True),
            movement_amplitude=take(
                cls, d, "movement_amplitude", "MovementAmplitude", closed=True
            ),
            payload=take(cls, d, "payload", str, closed=True),
            off_peak=take(cls, d, "off_peak", bool, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
            watermark=take(cls, d, "watermark", bool, closed=True),
            wm_position=take(cls, d, "wm_position", "WatermarkCorner", closed=True),
            wm_url=take(cls, d, "wm_url", str, closed=True),
            meta_data=take(cls, d, "meta_data", str, closed=True),
        )
        refuse_unknown(cls, d)

        return reference_to_video_request
