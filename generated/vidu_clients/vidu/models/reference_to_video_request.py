from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.audio_type import AudioType, check_audio_type
from ..models.movement_amplitude import MovementAmplitude, check_movement_amplitude
from ..models.reference_aspect_ratio import (
    ReferenceAspectRatio,
    check_reference_aspect_ratio,
)
from ..models.reference_to_video_model import (
    ReferenceToVideoModel,
    check_reference_to_video_model,
)
from ..models.resolution import Resolution, check_resolution
from ..models.watermark_corner import WatermarkCorner, check_watermark_corner
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.reference_subject import ReferenceSubject


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
        model: str = self.model

        prompt = self.prompt

        auto_subjects = self.auto_subjects

        subjects: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.subjects, Unset):
            subjects = []
            for subjects_item_data in self.subjects:
                strange_subjects_item_data: Any = subjects_item_data
                if not hasattr(strange_subjects_item_data, "to_dict"):
                    subjects.append(strange_subjects_item_data)
                    continue
                subjects_item = subjects_item_data.to_dict()
                subjects.append(subjects_item)

        images: list[str] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = self.images

        videos: list[str] | Unset = UNSET
        if not isinstance(self.videos, Unset):
            videos = self.videos

        sounds: list[str] | Unset = UNSET
        if not isinstance(self.sounds, Unset):
            sounds = self.sounds

        audio = self.audio

        audio_type: str | Unset = UNSET
        if not isinstance(self.audio_type, Unset):
            audio_type = self.audio_type

        bgm = self.bgm

        duration = self.duration

        seed = self.seed

        aspect_ratio: str | Unset
        if isinstance(self.aspect_ratio, Unset):
            aspect_ratio = UNSET
        elif isinstance(self.aspect_ratio, str):
            aspect_ratio = self.aspect_ratio
        else:
            aspect_ratio = self.aspect_ratio

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        movement_amplitude: str | Unset = UNSET
        if not isinstance(self.movement_amplitude, Unset):
            movement_amplitude = self.movement_amplitude

        payload = self.payload

        off_peak = self.off_peak

        callback_url = self.callback_url

        watermark = self.watermark

        wm_position: int | Unset = UNSET
        if not isinstance(self.wm_position, Unset):
            wm_position = self.wm_position

        wm_url = self.wm_url

        meta_data = self.meta_data

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "prompt": prompt,
            }
        )
        if auto_subjects is not UNSET:
            field_dict["auto_subjects"] = auto_subjects
        if subjects is not UNSET:
            field_dict["subjects"] = subjects
        if images is not UNSET:
            field_dict["images"] = images
        if videos is not UNSET:
            field_dict["videos"] = videos
        if sounds is not UNSET:
            field_dict["sounds"] = sounds
        if audio is not UNSET:
            field_dict["audio"] = audio
        if audio_type is not UNSET:
            field_dict["audio_type"] = audio_type
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
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if watermark is not UNSET:
            field_dict["watermark"] = watermark
        if wm_position is not UNSET:
            field_dict["wm_position"] = wm_position
        if wm_url is not UNSET:
            field_dict["wm_url"] = wm_url
        if meta_data is not UNSET:
            field_dict["meta_data"] = meta_data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.reference_subject import ReferenceSubject  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_reference_to_video_model(d.pop("model"))

        prompt = d.pop("prompt")

        auto_subjects = d.pop("auto_subjects", UNSET)

        _subjects = d.pop("subjects", UNSET)
        subjects: list[ReferenceSubject] | Unset = UNSET
        if _subjects is not UNSET:
            subjects = []
            for subjects_item_data in _subjects:
                subjects_item = ReferenceSubject.from_dict(subjects_item_data)

                subjects.append(subjects_item)

        images = cast(list[str], d.pop("images", UNSET))

        videos = cast(list[str], d.pop("videos", UNSET))

        sounds = cast(list[str], d.pop("sounds", UNSET))

        audio = d.pop("audio", UNSET)

        _audio_type = d.pop("audio_type", UNSET)
        audio_type: AudioType | Unset
        if isinstance(_audio_type, Unset):
            audio_type = UNSET
        else:
            audio_type = check_audio_type(_audio_type)

        bgm = d.pop("bgm", UNSET)

        duration = d.pop("duration", UNSET)

        seed = d.pop("seed", UNSET)

        def _parse_aspect_ratio(data: object) -> ReferenceAspectRatio | str | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                aspect_ratio_type_0 = check_reference_aspect_ratio(data)

                return aspect_ratio_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ReferenceAspectRatio | str | Unset, data)

        aspect_ratio = _parse_aspect_ratio(d.pop("aspect_ratio", UNSET))

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

        callback_url = d.pop("callback_url", UNSET)

        watermark = d.pop("watermark", UNSET)

        _wm_position = d.pop("wm_position", UNSET)
        wm_position: WatermarkCorner | Unset
        if isinstance(_wm_position, Unset):
            wm_position = UNSET
        else:
            wm_position = check_watermark_corner(_wm_position)

        wm_url = d.pop("wm_url", UNSET)

        meta_data = d.pop("meta_data", UNSET)

        reference_to_video_request = cls(
            model=model,
            prompt=prompt,
            auto_subjects=auto_subjects,
            subjects=subjects,
            images=images,
            videos=videos,
            sounds=sounds,
            audio=audio,
            audio_type=audio_type,
            bgm=bgm,
            duration=duration,
            seed=seed,
            aspect_ratio=aspect_ratio,
            resolution=resolution,
            movement_amplitude=movement_amplitude,
            payload=payload,
            off_peak=off_peak,
            callback_url=callback_url,
            watermark=watermark,
            wm_position=wm_position,
            wm_url=wm_url,
            meta_data=meta_data,
        )

        return reference_to_video_request
