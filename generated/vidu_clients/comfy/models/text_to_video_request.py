from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.aspect_ratio import AspectRatio, check_aspect_ratio
from ..models.audio_type import AudioType, check_audio_type
from ..models.movement_amplitude import MovementAmplitude, check_movement_amplitude
from ..models.resolution import Resolution, check_resolution
from ..models.style import Style, check_style
from ..models.text_to_video_model import TextToVideoModel, check_text_to_video_model
from ..models.watermark_corner import WatermarkCorner, check_watermark_corner
from ..types import UNSET, Unset

T = TypeVar("T", bound="TextToVideoRequest")


@_attrs_define
class TextToVideoRequest:
    """Duration and resolution of viduq1-classic and vidu2.0 are those of Vidu's picture routes, by mirror."""

    model: TextToVideoModel
    """ What the document names for all routes and what the official client offers on this one. Vidu's own route
    takes viduq3-pro, viduq3-turbo, viduq2 and viduq1. """
    prompt: str
    """ What happens in the video. """
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
        model: str = self.model

        prompt = self.prompt

        style: str | Unset = UNSET
        if not isinstance(self.style, Unset):
            style = self.style

        audio = self.audio

        audio_type: str | Unset = UNSET
        if not isinstance(self.audio_type, Unset):
            audio_type = self.audio_type

        voice_id = self.voice_id

        bgm = self.bgm

        duration = self.duration

        seed = self.seed

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        movement_amplitude: str | Unset = UNSET
        if not isinstance(self.movement_amplitude, Unset):
            movement_amplitude = self.movement_amplitude

        payload = self.payload

        off_peak = self.off_peak

        watermark = self.watermark

        wm_position: int | Unset = UNSET
        if not isinstance(self.wm_position, Unset):
            wm_position = self.wm_position

        wm_url = self.wm_url

        meta_data = self.meta_data

        enhance = self.enhance

        callback_url = self.callback_url

        priority = self.priority

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "prompt": prompt,
            }
        )
        if style is not UNSET:
            field_dict["style"] = style
        if audio is not UNSET:
            field_dict["audio"] = audio
        if audio_type is not UNSET:
            field_dict["audio_type"] = audio_type
        if voice_id is not UNSET:
            field_dict["voice_id"] = voice_id
        if bgm is not UNSET:
            field_dict["bgm"] = bgm
        if duration is not UNSET:
            field_dict["duration"] = duration
        if seed is not UNSET:
            field_dict["seed"] = seed
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if movement_amplitude is not UNSET:
            field_dict["movement_amplitude"] = movement_amplitude
        if payload is not UNSET:
            field_dict["payload"] = payload
        if off_peak is not UNSET:
            field_dict["off_peak"] = off_peak
        if watermark is not UNSET:
            field_dict["watermark"] = watermark
        if wm_position is not UNSET:
            field_dict["wm_position"] = wm_position
        if wm_url is not UNSET:
            field_dict["wm_url"] = wm_url
        if meta_data is not UNSET:
            field_dict["meta_data"] = meta_data
        if enhance is not UNSET:
            field_dict["enhance"] = enhance
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if priority is not UNSET:
            field_dict["priority"] = priority

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_text_to_video_model(d.pop("model"))

        prompt = d.pop("prompt")

        _style = d.pop("style", UNSET)
        style: Style | Unset
        if isinstance(_style, Unset):
            style = UNSET
        else:
            style = check_style(_style)

        audio = d.pop("audio", UNSET)

        _audio_type = d.pop("audio_type", UNSET)
        audio_type: AudioType | Unset
        if isinstance(_audio_type, Unset):
            audio_type = UNSET
        else:
            audio_type = check_audio_type(_audio_type)

        voice_id = d.pop("voice_id", UNSET)

        bgm = d.pop("bgm", UNSET)

        duration = d.pop("duration", UNSET)

        seed = d.pop("seed", UNSET)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: AspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_aspect_ratio(_aspect_ratio)

        _resolution = d.pop("resolution", UNSET)
        resolution: Resolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_resolution(_resolution)

        _movement_amplitude = d.pop("movement_amplitude", UNSET)
        movement_amplitude: MovementAmplitude | Unset
        if isinstance(_movement_amplitude, Unset):
            movement_amplitude = UNSET
        else:
            movement_amplitude = check_movement_amplitude(_movement_amplitude)

        payload = d.pop("payload", UNSET)

        off_peak = d.pop("off_peak", UNSET)

        watermark = d.pop("watermark", UNSET)

        _wm_position = d.pop("wm_position", UNSET)
        wm_position: WatermarkCorner | Unset
        if isinstance(_wm_position, Unset):
            wm_position = UNSET
        else:
            wm_position = check_watermark_corner(_wm_position)

        wm_url = d.pop("wm_url", UNSET)

        meta_data = d.pop("meta_data", UNSET)

        enhance = d.pop("enhance", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        priority = d.pop("priority", UNSET)

        text_to_video_request = cls(
            model=model,
            prompt=prompt,
            style=style,
            audio=audio,
            audio_type=audio_type,
            voice_id=voice_id,
            bgm=bgm,
            duration=duration,
            seed=seed,
            aspect_ratio=aspect_ratio,
            resolution=resolution,
            movement_amplitude=movement_amplitude,
            payload=payload,
            off_peak=off_peak,
            watermark=watermark,
            wm_position=wm_position,
            wm_url=wm_url,
            meta_data=meta_data,
            enhance=enhance,
            callback_url=callback_url,
            priority=priority,
        )

        return text_to_video_request
