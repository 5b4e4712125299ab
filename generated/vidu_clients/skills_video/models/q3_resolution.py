from typing import Literal

Q3Resolution = Literal["1080p", "360p", "540p", "720p"]

Q3_RESOLUTION_VALUES: set[Q3Resolution] = {
    "1080p",
    "360p",
    "540p",
    "720p",
}


def check_q3_resolution(value: str) -> Q3Resolution:
    if value in Q3_RESOLUTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {Q3_RESOLUTION_VALUES!r}"
    )
