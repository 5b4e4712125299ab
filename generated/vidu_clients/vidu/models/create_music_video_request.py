from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.film_aspect_ratio import FilmAspectRatio, check_film_aspect_ratio
from ..models.music_video_language import MusicVideoLanguage, check_music_video_language
from ..models.music_video_quality import MusicVideoQuality, check_music_video_quality
from ..models.music_video_resolution import (
    MusicVideoResolution,
    check_music_video_resolution,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateMusicVideoRequest")


@_attrs_define
class CreateMusicVideoRequest:
    images: list[str]
    """ Pictures of the people or of the style. """
    audio_url: str
    """ Public URL or data URI of the song. Up to 180 seconds for a finished film; a longer song gives the shots
    only. """
    lip_sync: bool | Unset = UNSET
    """ Move the lips to the song; costs more, needs lip_ref_url, does not work at 540p. """
    lip_ref_url: str | Unset = UNSET
    """ Public URL of a near front view of the face that sings. The person must be real and appear in the video. """
    prompt: str | Unset = UNSET
    """ What happens in the video. """
    aspect_ratio: FilmAspectRatio | Unset = UNSET
    quality: MusicVideoQuality | Unset = UNSET
    """ high: better pictures and steadier faces. """
    resolution: MusicVideoResolution | Unset = UNSET
    add_subtitle: bool | Unset = UNSET
    """ Show the words of the song. """
    subtitle_color: str | Unset = UNSET
    """ Colour of the subtitle. """
    language: MusicVideoLanguage | Unset = UNSET
    """ Language of the song; detected when left out. """
    srt_url: str | Unset = UNSET
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        images = self.images

        audio_url = self.audio_url

        lip_sync = self.lip_sync

        lip_ref_url = self.lip_ref_url

        prompt = self.prompt

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        quality: str | Unset = UNSET
        if not isinstance(self.quality, Unset):
            quality = self.quality

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        add_subtitle = self.add_subtitle

        subtitle_color = self.subtitle_color

        language: str | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language

        srt_url = self.srt_url

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "images": images,
                "audio_url": audio_url,
            }
        )
        if lip_sync is not UNSET:
            field_dict["lip_sync"] = lip_sync
        if lip_ref_url is not UNSET:
            field_dict["lip_ref_url"] = lip_ref_url
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if quality is not UNSET:
            field_dict["quality"] = quality
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if add_subtitle is not UNSET:
            field_dict["add_subtitle"] = add_subtitle
        if subtitle_color is not UNSET:
            field_dict["subtitle_color"] = subtitle_color
        if language is not UNSET:
            field_dict["language"] = language
        if srt_url is not UNSET:
            field_dict["srt_url"] = srt_url
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        images = cast(list[str], d.pop("images"))

        audio_url = d.pop("audio_url")

        lip_sync = d.pop("lip_sync", UNSET)

        lip_ref_url = d.pop("lip_ref_url", UNSET)

        prompt = d.pop("prompt", UNSET)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: FilmAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_film_aspect_ratio(_aspect_ratio)

        _quality = d.pop("quality", UNSET)
        quality: MusicVideoQuality | Unset
        if isinstance(_quality, Unset):
            quality = UNSET
        else:
            quality = check_music_video_quality(_quality)

        _resolution = d.pop("resolution", UNSET)
        resolution: MusicVideoResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_music_video_resolution(_resolution)

        add_subtitle = d.pop("add_subtitle", UNSET)

        subtitle_color = d.pop("subtitle_color", UNSET)

        _language = d.pop("language", UNSET)
        language: MusicVideoLanguage | Unset
        if isinstance(_language, Unset):
            language = UNSET
        else:
            language = check_music_video_language(_language)

        srt_url = d.pop("srt_url", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        create_music_video_request = cls(
            images=images,
            audio_url=audio_url,
            lip_sync=lip_sync,
            lip_ref_url=lip_ref_url,
            prompt=prompt,
            aspect_ratio=aspect_ratio,
            quality=quality,
            resolution=resolution,
            add_subtitle=add_subtitle,
            subtitle_color=subtitle_color,
            language=language,
            srt_url=srt_url,
            callback_url=callback_url,
        )

        return create_music_video_request
