from typing import Literal

DramaRatio = Literal["16:9", "1:1", "21:9", "3:4", "4:3", "9:16", "adaptive"]

DRAMA_RATIO_VALUES: set[DramaRatio] = {
    "16:9",
    "1:1",
    "21:9",
    "3:4",
    "4:3",
    "9:16",
    "adaptive",
}


def check_drama_ratio(value: str) -> DramaRatio:
    if value in DRAMA_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DRAMA_RATIO_VALUES!r}"
    )
