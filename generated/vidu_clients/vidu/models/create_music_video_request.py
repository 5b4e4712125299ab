from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
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

_MEMBERS = Members(
    member("images", "images", [str], required=True),
    member("audio_url", "audio_url", str, required=True),
    member("lip_sync", "lip_sync", bool),
    member("lip_ref_url", "lip_ref_url", str),
    member("prompt", "prompt", str),
    member("aspect_ratio", "aspect_ratio", "FilmAspectRatio"),
    member("quality", "quality", "MusicVideoQuality"),
    member("resolution", "resolution", "MusicVideoResolution"),
    member("add_subtitle", "add_subtitle", bool),
    member("subtitle_color", "subtitle_color", str),
    member("language", "language", "MusicVideoLanguage"),
    member("srt_url", "srt_url", str),
    member("callback_url", "callback_url", str),
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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        create_music_video_request = cls(**taken)

        return create_music_video_request
