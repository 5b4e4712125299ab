from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.film_aspect_ratio import FilmAspectRatio
    from ..models.music_video_language import (
        MusicVideoLanguage,
    )
    from ..models.music_video_quality import (
        MusicVideoQuality,
    )
    from ..models.music_video_resolution import (
        MusicVideoResolution,
    )


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
        field_dict: dict[str, Any] = {
            "images": self.images,
            "audio_url": self.audio_url,
        }
        if self.lip_sync is not UNSET:
            field_dict["lip_sync"] = self.lip_sync
        if self.lip_ref_url is not UNSET:
            field_dict["lip_ref_url"] = self.lip_ref_url
        if self.prompt is not UNSET:
            field_dict["prompt"] = self.prompt
        if self.aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = self.aspect_ratio
        if self.quality is not UNSET:
            field_dict["quality"] = self.quality
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.add_subtitle is not UNSET:
            field_dict["add_subtitle"] = self.add_subtitle
        if self.subtitle_color is not UNSET:
            field_dict["subtitle_color"] = self.subtitle_color
        if self.language is not UNSET:
            field_dict["language"] = self.language
        if self.srt_url is not UNSET:
            field_dict["srt_url"] = self.srt_url
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        create_music_video_request = cls(
            images=take(cls, d, "images", [str], required=True, closed=True),
            audio_url=take(cls, d, "audio_url", str, required=True, closed=True),
            lip_sync=take(cls, d, "lip_sync", bool, closed=True),
            lip_ref_url=take(cls, d, "lip_ref_url", str, closed=True),
            prompt=take(cls, d, "prompt", str, closed=True),
            aspect_ratio=take(cls, d, "aspect_ratio", "FilmAspectRatio", closed=True),
            quality=take(cls, d, "quality", "MusicVideoQuality", closed=True),
            resolution=take(cls, d, "resolution", "MusicVideoResolution", closed=True),
            add_subtitle=take(cls, d, "add_subtitle", bool, closed=True),
            subtitle_color=take(cls, d, "subtitle_color", str, closed=True),
            language=take(cls, d, "language", "MusicVideoLanguage", closed=True),
            srt_url=take(cls, d, "srt_url", str, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
        )
        refuse_unknown(cls, d)

        return create_music_video_request
