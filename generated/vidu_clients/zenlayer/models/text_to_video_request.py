from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.aspect_ratio import AspectRatio
    from ..models.model import Model
    from ..models.movement_amplitude import MovementAmplitude
    from ..models.resolution import Resolution
    from ..models.style import Style
    from ..models.watermark_corner import WatermarkCorner


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
        d = members_of(src_dict)
        text_to_video_request = cls(
            model=take(cls, d, "model", "Model", required=True, closed=True),
            prompt=take(cls, d, "prompt", str, required=True, closed=True),
            style=take(cls, d, "style", "Style", closed=True),
            duration=take(cls, d, "duration", int, closed=True),
            seed=take(cls, d, "seed", int, closed=True),
            resolution=take(cls, d, "resolution", "Resolution", closed=True),
            aspect_ratio=take(cls, d, "aspect_ratio", "AspectRatio", closed=True),
            audio=take(cls, d, "audio", bool, closed=True),
            bgm=take(cls, d, "bgm", bool, closed=True),
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

        return text_to_video_request
