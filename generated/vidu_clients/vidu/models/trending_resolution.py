from typing import Literal

TrendingResolution = Literal["1080p", "540p", "720p"]

TRENDING_RESOLUTION_VALUES: set[TrendingResolution] = {
    "1080p",
    "540p",
    "720p",
}


def check_trending_resolution(value: str) -> TrendingResolution:
    if value in TRENDING_RESOLUTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TRENDING_RESOLUTION_VALUES!r}"
    )
