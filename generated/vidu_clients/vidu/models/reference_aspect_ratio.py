from typing import Literal

ReferenceAspectRatio = Literal["16:9", "1:1", "3:4", "4:3", "9:16", "auto"]

REFERENCE_ASPECT_RATIO_VALUES: set[ReferenceAspectRatio] = {
    "16:9",
    "1:1",
    "3:4",
    "4:3",
    "9:16",
    "auto",
}


def check_reference_aspect_ratio(value: str) -> ReferenceAspectRatio:
    if value in REFERENCE_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {REFERENCE_ASPECT_RATIO_VALUES!r}"
    )
