from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all
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

_MEMBERS = Members(
    member("model", "model", "ReferenceToVideoModel", required=True),
    member("prompt", "prompt", str, required=True),
    member("auto_subjects", "auto_subjects", bool),
    member("subjects", "subjects", ["ReferenceSubject"]),
    member("images", "images", [str]),
    member("videos", "videos", [str]),
    member("sounds", "sounds", [str]),
    member("audio", "audio", bool),
    member("audio_type", "audio_type", "AudioType"),
    member("bgm", "bgm", bool),
    member("duration", "duration", int),
    member("seed", "seed", int),
    member("aspect_ratio", "aspect_ratio", "ReferenceAspectRatio", str),
    member("resolution", "resolution", "Resolution"),
    member("movement_amplitude", "movement_amplitude", "MovementAmplitude"),
    member("payload", "payload", str),
    member("off_peak", "off_peak", bool),
    member("callback_url", "callback_url", str),
    member("watermark", "watermark", bool),
    member("wm_position", "wm_position", "WatermarkCorner"),
    member("wm_url", "wm_url", str),
    member("meta_data", "meta_data", str),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        reference_to_video_request = cls(**taken)

        return reference_to_video_request
