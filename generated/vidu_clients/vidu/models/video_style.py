from typing import Literal

VideoStyle = Literal["anime", "general"]

VIDEO_STYLE_VALUES: set[VideoStyle] = {
    "anime",
    "general",
}


def check_video_style(value: str) -> VideoStyle:
    if value in VIDEO_STYLE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {VIDEO_STYLE_VALUES!r}"
    )
