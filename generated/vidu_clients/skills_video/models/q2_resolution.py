from typing import Literal

Q2Resolution = Literal["1080p", "720p"]

Q2_RESOLUTION_VALUES: set[Q2Resolution] = {
    "1080p",
    "720p",
}


def check_q2_resolution(value: str) -> Q2Resolution:
    if value in Q2_RESOLUTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {Q2_RESOLUTION_VALUES!r}"
    )
