from typing import Literal

DramaResolution = Literal["1080p", "480p", "4k", "720p"]

DRAMA_RESOLUTION_VALUES: set[DramaResolution] = {
    "1080p",
    "480p",
    "4k",
    "720p",
}


def check_drama_resolution(value: str) -> DramaResolution:
    if value in DRAMA_RESOLUTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DRAMA_RESOLUTION_VALUES!r}"
    )
