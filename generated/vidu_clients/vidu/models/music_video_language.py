from typing import Literal

MusicVideoLanguage = Literal["en", "zh"]

MUSIC_VIDEO_LANGUAGE_VALUES: set[MusicVideoLanguage] = {
    "en",
    "zh",
}


def check_music_video_language(value: str) -> MusicVideoLanguage:
    if value in MUSIC_VIDEO_LANGUAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MUSIC_VIDEO_LANGUAGE_VALUES!r}"
    )
