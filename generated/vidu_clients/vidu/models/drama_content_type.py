from typing import Literal

DramaContentType = Literal["audio_url", "image_url", "text", "video_url"]

DRAMA_CONTENT_TYPE_VALUES: set[DramaContentType] = {
    "audio_url",
    "image_url",
    "text",
    "video_url",
}


def check_drama_content_type(value: str) -> DramaContentType:
    if value in DRAMA_CONTENT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DRAMA_CONTENT_TYPE_VALUES!r}"
    )
