from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audio_type import AudioType
    from ..models.image_to_video_model import (
        ImageToVideoModel,
    )
    from ..models.movement_amplitude import MovementAmplitude
    from ..models.resolution import Resolution
    from ..models.watermark_corner import WatermarkCorner

_MEMBERS = Members(
    member("model", "model", "ImageToVideoModel", required=True),
    member("images", "images", [str], required=True),
    member("prompt", "prompt", str),
    member("audio", "audio", bool),
    member("audio_type", "audio_type", "AudioType"),
    member("voice_id", "voice_id", str),
    member("is_rec", "is_rec", bool),
    member("bgm", "bgm", bool),
    member("duration", "duration", int),
    member("seed", "seed", int),
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


T = TypeVar("T", bound="ImageToVideoRequest")


@_attrs_define
class ImageToVideoRequest:
    model: ImageToVideoModel
    images: list[str]
    """ The first frame. """
    prompt: str | Unset = UNSET
    """ What happens in the video; ignored when is_rec is true. 5000 characters but for viduq4-preview. """
    audio: bool | Unset = UNSET
    """ Sound made together with the picture. Off unless the model is of Q3 or Q4. """
    audio_type: AudioType | Unset = UNSET
    voice_id: str | Unset = UNSET
    """ Voice of the speech; no effect on Q3. Chosen automatically when left out. """
    is_rec: bool | Unset = UNSET
    """ Let the service write the prompt; costs 10 credits more. """
    bgm: bool | Unset = UNSET
    """ Background music; no effect on Q3. """
    duration: int | Unset = UNSET
    """ Seconds. """
    seed: int | Unset = UNSET
    """ 0 or left out means random. """
    resolution: Resolution | Unset = UNSET
    """ 2K and 4K only with viduq4-preview. """
    movement_amplitude: MovementAmplitude | Unset = UNSET
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the answer, the poll and the callback. """
    off_peak: bool | Unset = UNSET
    """ Cheaper; may take up to 48 hours. """
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
            "images": self.images,
        }
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
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
        image_to_video_request = cls(**taken)

        return image_to_video_request
