from typing import Literal

NanoImageAspectRatio = Literal[
    "16:9",
    "1:1",
    "1:4",
    "1:8",
    "21:9",
    "2:3",
    "3:2",
    "3:4",
    "4:1",
    "4:3",
    "4:5",
    "5:4",
    "8:1",
    "9:16",
]

NANO_IMAGE_ASPECT_RATIO_VALUES: set[NanoImageAspectRatio] = {
    "16:9",
    "1:1",
    "1:4",
    "1:8",
    "21:9",
    "2:3",
    "3:2",
    "3:4",
    "4:1",
    "4:3",
    "4:5",
    "5:4",
    "8:1",
    "9:16",
}


def check_nano_image_aspect_ratio(value: str) -> NanoImageAspectRatio:
    if value in NANO_IMAGE_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {NANO_IMAGE_ASPECT_RATIO_VALUES!r}"
    )
