from typing import Literal

MusicVideoResolution = Literal["1080p", "540p", "720p"]

MUSIC_VIDEO_RESOLUTION_VALUES: set[MusicVideoResolution] = {
    "1080p",
    "540p",
    "720p",
}


def check_music_video_resolution(value: str) -> MusicVideoResolution:
    if value in MUSIC_VIDEO_RESOLUTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MUSIC_VIDEO_RESOLUTION_VALUES!r}"
    )
