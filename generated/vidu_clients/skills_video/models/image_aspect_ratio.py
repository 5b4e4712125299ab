from typing import Literal

ImageAspectRatio = Literal["16:9", "1:1", "9:16"]

IMAGE_ASPECT_RATIO_VALUES: set[ImageAspectRatio] = {
    "16:9",
    "1:1",
    "9:16",
}


def check_image_aspect_ratio(value: str) -> ImageAspectRatio:
    if value in IMAGE_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {IMAGE_ASPECT_RATIO_VALUES!r}"
    )
