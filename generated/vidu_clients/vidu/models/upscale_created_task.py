from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.task_state import TaskState, check_task_state
from ..models.task_type import TaskType, check_task_type
from ..types import UNSET, Unset

T = TypeVar("T", bound="UpscaleCreatedTask")


@_attrs_define
class UpscaleCreatedTask:
    task_id: str
    """ Id for poll and cancel. """
    state: None | str | TaskState | Unset = UNSET
    type_: None | str | TaskType | Unset = UNSET
    model: None | str | Unset = UNSET
    prompt: None | str | Unset = UNSET
    images: list[str] | None | Unset = UNSET
    videos: list[str] | None | Unset = UNSET
    duration: float | None | str | Unset = UNSET
    """ Seconds; sounds may have fractions. """
    seed: int | None | Unset = UNSET
    aspect_ratio: None | str | Unset = UNSET
    resolution: None | str | Unset = UNSET
    movement_amplitude: None | str | Unset = UNSET
    style: None | str | Unset = UNSET
    bgm: bool | None | Unset = UNSET
    audio: bool | None | Unset = UNSET
    audio_type: None | str | Unset = UNSET
    is_rec: bool | None | Unset = UNSET
    off_peak: bool | None | Unset = UNSET
    payload: None | str | Unset = UNSET
    watermark: bool | None | Unset = UNSET
    wm_position: int | None | str | Unset = UNSET
    wm_url: None | str | Unset = UNSET
    meta_data: None | str | Unset = UNSET
    cus_priority: int | None | Unset = UNSET
    client_request_id: None | str | Unset = UNSET
    credits_: int | None | str | Unset = UNSET
    """ Price of the task. """
    created_at: None | str | Unset = UNSET
    """ RFC 3339, up to nine fraction digits. """
    video_url: None | str | Unset = UNSET
    video_creation_id: None | str | Unset = UNSET
    upscale_resolution: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        task_id = self.task_id

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        elif isinstance(self.state, str):
            state = self.state
        else:
            state = self.state

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        elif isinstance(self.type_, str):
            type_ = self.type_
        else:
            type_ = self.type_

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        prompt: None | str | Unset
        if isinstance(self.prompt, Unset):
            prompt = UNSET
        else:
            prompt = self.prompt

        images: list[str] | None | Unset
        if isinstance(self.images, Unset):
            images = UNSET
        elif isinstance(self.images, list):
            images = self.images

        else:
            images = self.images

        videos: list[str] | None | Unset
        if isinstance(self.videos, Unset):
            videos = UNSET
        elif isinstance(self.videos, list):
            videos = self.videos

        else:
            videos = self.videos

        duration: float | None | str | Unset
        if isinstance(self.duration, Unset):
            duration = UNSET
        else:
            duration = self.duration

        seed: int | None | Unset
        if isinstance(self.seed, Unset):
            seed = UNSET
        else:
            seed = self.seed

        aspect_ratio: None | str | Unset
        if isinstance(self.aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = self.aspect_ratio

        resolution: None | str | Unset
        if isinstance(self.resolution, Unset):
            resolution = UNSET
        else:
            resolution = self.resolution

        movement_amplitude: None | str | Unset
        if isinstance(self.movement_amplitude, Unset):
            movement_amplitude = UNSET
        else:
            movement_amplitude = self.movement_amplitude

        style: None | str | Unset
        if isinstance(self.style, Unset):
            style = UNSET
        else:
            style = self.style

        bgm: bool | None | Unset
        if isinstance(self.bgm, Unset):
            bgm = UNSET
        else:
            bgm = self.bgm

        audio: bool | None | Unset
        if isinstance(self.audio, Unset):
            audio = UNSET
        else:
            audio = self.audio

        audio_type: None | str | Unset
        if isinstance(self.audio_type, Unset):
            audio_type = UNSET
        else:
            audio_type = self.audio_type

        is_rec: bool | None | Unset
        if isinstance(self.is_rec, Unset):
            is_rec = UNSET
        else:
            is_rec = self.is_rec

        off_peak: bool | None | Unset
        if isinstance(self.off_peak, Unset):
            off_peak = UNSET
        else:
            off_peak = self.off_peak

        payload: None | str | Unset
        if isinstance(self.payload, Unset):
            payload = UNSET
        else:
            payload = self.payload

        watermark: bool | None | Unset
        if isinstance(self.watermark, Unset):
            watermark = UNSET
        else:
            watermark = self.watermark

        wm_position: int | None | str | Unset
        if isinstance(self.wm_position, Unset):
            wm_position = UNSET
        else:
            wm_position = self.wm_position

        wm_url: None | str | Unset
        if isinstance(self.wm_url, Unset):
            wm_url = UNSET
        else:
            wm_url = self.wm_url

        meta_data: None | str | Unset
        if isinstance(self.meta_data, Unset):
            meta_data = UNSET
        else:
            meta_data = self.meta_data

        cus_priority: int | None | Unset
        if isinstance(self.cus_priority, Unset):
            cus_priority = UNSET
        else:
            cus_priority = self.cus_priority

        client_request_id: None | str | Unset
        if isinstance(self.client_request_id, Unset):
            client_request_id = UNSET
        else:
            client_request_id = self.client_request_id

        credits_: int | None | str | Unset
        if isinstance(self.credits_, Unset):
            credits_ = UNSET
        else:
            credits_ = self.credits_

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        else:
            created_at = self.created_at

        video_url: None | str | Unset
        if isinstance(self.video_url, Unset):
            video_url = UNSET
        else:
            video_url = self.video_url

        video_creation_id: None | str | Unset
        if isinstance(self.video_creation_id, Unset):
            video_creation_id = UNSET
        else:
            video_creation_id = self.video_creation_id

        upscale_resolution: None | str | Unset
        if isinstance(self.upscale_resolution, Unset):
            upscale_resolution = UNSET
        else:
            upscale_resolution = self.upscale_resolution

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "task_id": task_id,
            }
        )
        if state is not UNSET:
            field_dict["state"] = state
        if type_ is not UNSET:
            field_dict["type"] = type_
        if model is not UNSET:
            field_dict["model"] = model
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if images is not UNSET:
            field_dict["images"] = images
        if videos is not UNSET:
            field_dict["videos"] = videos
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
        if style is not UNSET:
            field_dict["style"] = style
        if bgm is not UNSET:
            field_dict["bgm"] = bgm
        if audio is not UNSET:
            field_dict["audio"] = audio
        if audio_type is not UNSET:
            field_dict["audio_type"] = audio_type
        if is_rec is not UNSET:
            field_dict["is_rec"] = is_rec
        if off_peak is not UNSET:
            field_dict["off_peak"] = off_peak
        if payload is not UNSET:
            field_dict["payload"] = payload
        if watermark is not UNSET:
            field_dict["watermark"] = watermark
        if wm_position is not UNSET:
            field_dict["wm_position"] = wm_position
        if wm_url is not UNSET:
            field_dict["wm_url"] = wm_url
        if meta_data is not UNSET:
            field_dict["meta_data"] = meta_data
        if cus_priority is not UNSET:
            field_dict["cus_priority"] = cus_priority
        if client_request_id is not UNSET:
            field_dict["client_request_id"] = client_request_id
        if credits_ is not UNSET:
            field_dict["credits"] = credits_
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if video_url is not UNSET:
            field_dict["video_url"] = video_url
        if video_creation_id is not UNSET:
            field_dict["video_creation_id"] = video_creation_id
        if upscale_resolution is not UNSET:
            field_dict["upscale_resolution"] = upscale_resolution

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        task_id = d.pop("task_id")

        def _parse_state(data: object) -> None | str | TaskState | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                state_type_0 = check_task_state(data)

                return state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | str | TaskState | Unset, data)

        state = _parse_state(d.pop("state", UNSET))

        def _parse_type_(data: object) -> None | str | TaskType | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                type_type_0 = check_task_type(data)

                return type_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | str | TaskType | Unset, data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

        def _parse_prompt(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        prompt = _parse_prompt(d.pop("prompt", UNSET))

        def _parse_images(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                images_type_0 = cast(list[str], data)

                return images_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        images = _parse_images(d.pop("images", UNSET))

        def _parse_videos(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                videos_type_0 = cast(list[str], data)

                return videos_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        videos = _parse_videos(d.pop("videos", UNSET))

        def _parse_duration(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        duration = _parse_duration(d.pop("duration", UNSET))

        def _parse_seed(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        seed = _parse_seed(d.pop("seed", UNSET))

        def _parse_aspect_ratio(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        aspect_ratio = _parse_aspect_ratio(d.pop("aspect_ratio", UNSET))

        def _parse_resolution(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        resolution = _parse_resolution(d.pop("resolution", UNSET))

        def _parse_movement_amplitude(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        movement_amplitude = _parse_movement_amplitude(
            d.pop("movement_amplitude", UNSET)
        )

        def _parse_style(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        style = _parse_style(d.pop("style", UNSET))

        def _parse_bgm(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        bgm = _parse_bgm(d.pop("bgm", UNSET))

        def _parse_audio(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        audio = _parse_audio(d.pop("audio", UNSET))

        def _parse_audio_type(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        audio_type = _parse_audio_type(d.pop("audio_type", UNSET))

        def _parse_is_rec(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        is_rec = _parse_is_rec(d.pop("is_rec", UNSET))

        def _parse_off_peak(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        off_peak = _parse_off_peak(d.pop("off_peak", UNSET))

        def _parse_payload(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        payload = _parse_payload(d.pop("payload", UNSET))

        def _parse_watermark(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        watermark = _parse_watermark(d.pop("watermark", UNSET))

        def _parse_wm_position(data: object) -> int | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | str | Unset, data)

        wm_position = _parse_wm_position(d.pop("wm_position", UNSET))

        def _parse_wm_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        wm_url = _parse_wm_url(d.pop("wm_url", UNSET))

        def _parse_meta_data(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        meta_data = _parse_meta_data(d.pop("meta_data", UNSET))

        def _parse_cus_priority(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        cus_priority = _parse_cus_priority(d.pop("cus_priority", UNSET))

        def _parse_client_request_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        client_request_id = _parse_client_request_id(d.pop("client_request_id", UNSET))

        def _parse_credits_(data: object) -> int | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | str | Unset, data)

        credits_ = _parse_credits_(d.pop("credits", UNSET))

        def _parse_created_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        def _parse_video_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        video_url = _parse_video_url(d.pop("video_url", UNSET))

        def _parse_video_creation_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        video_creation_id = _parse_video_creation_id(d.pop("video_creation_id", UNSET))

        def _parse_upscale_resolution(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        upscale_resolution = _parse_upscale_resolution(
            d.pop("upscale_resolution", UNSET)
        )

        upscale_created_task = cls(
            task_id=task_id,
            state=state,
            type_=type_,
            model=model,
            prompt=prompt,
            images=images,
            videos=videos,
            duration=duration,
            seed=seed,
            aspect_ratio=aspect_ratio,
            resolution=resolution,
            movement_amplitude=movement_amplitude,
            style=style,
            bgm=bgm,
            audio=audio,
            audio_type=audio_type,
            is_rec=is_rec,
            off_peak=off_peak,
            payload=payload,
            watermark=watermark,
            wm_position=wm_position,
            wm_url=wm_url,
            meta_data=meta_data,
            cus_priority=cus_priority,
            client_request_id=client_request_id,
            credits_=credits_,
            created_at=created_at,
            video_url=video_url,
            video_creation_id=video_creation_id,
            upscale_resolution=upscale_resolution,
        )

        upscale_created_task.additional_properties = d
        return upscale_created_task

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
