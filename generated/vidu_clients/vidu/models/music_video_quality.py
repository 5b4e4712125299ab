from typing import Literal

MusicVideoQuality = Literal["high", "standard"]

MUSIC_VIDEO_QUALITY_VALUES: set[MusicVideoQuality] = {
    "high",
    "standard",
}


def check_music_video_quality(value: str) -> MusicVideoQuality:
    if value in MUSIC_VIDEO_QUALITY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MUSIC_VIDEO_QUALITY_VALUES!r}"
    )
