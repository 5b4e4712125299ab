from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.aspect_ratio import AspectRatio
    from ..models.model import Model
    from ..models.movement_amplitude import MovementAmplitude
    from ..models.resolution import Resolution
    from ..models.style import Style
    from ..models.watermark_corner import WatermarkCorner

_MEMBERS = Members(
    member("model", "model", "Model", required=True),
    member("prompt", "prompt", str, required=True),
    member("style", "style", "Style"),
    member("duration", "duration", int),
    member("seed", "seed", int),
    member("resolution", "resolution", "Resolution"),
    member("aspect_ratio", "aspect_ratio", "AspectRatio"),
    member("audio", "audio", bool),
    member("bgm", "bgm", bool),
    member("movement_amplitude", "movement_amplitude", "MovementAmplitude"),
    member("payload", "payload", str),
    member("off_peak", "off_peak", bool),
    member("callback_url", "callback_url", str),
    member("watermark", "watermark", bool),
    member("wm_position", "wm_position", "WatermarkCorner"),
    member("wm_url", "wm_url", str),
    member("meta_data", "meta_data", str),
)


T = TypeVar("T", bound="TextToVideoRequest")


@_attrs_define
class TextToVideoRequest:
    model: Model
    """ The eleven names of the documents. Which of them works on which route is not documented. """
    prompt: str
    """ What happens in the video; not empty by mirror. """
    style: Style | Unset = UNSET
    """ No effect on Q2 and Q3. The first word is what a public client sends, the second is Vidu's own. """
    duration: int | Unset = UNSET
    """ Seconds. """
    seed: int | Unset = UNSET
    """ 0 or left out means random. """
    resolution: Resolution | Unset = UNSET
    """ 720p is seen in the documents; the other sizes are Vidu's own on these routes. """
    aspect_ratio: AspectRatio | Unset = UNSET
    audio: bool | Unset = UNSET
    """ Sound made together with the picture; Q3 only. """
    bgm: bool | Unset = UNSET
    """ Background music; no effect on Q3. """
    movement_amplitude: MovementAmplitude | Unset = UNSET
    """ No effect on Q2 and Q3. """
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the poll. """
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
            "prompt": self.prompt,
        }
        if self.style is not UNSET:
            field_dict["style"] = self.style
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.seed is not UNSET:
            field_dict["seed"] = self.seed
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.audio is not UNSET:
            field_dict["audio"] = self.audio
        if self.bgm is not UNSET:
            field_dict["bgm"] = self.bgm
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
        text_to_video_request = cls(**taken)

        return text_to_video_request
