from typing import Literal

NanoImageResolution = Literal["1K", "2K", "4K"]

NANO_IMAGE_RESOLUTION_VALUES: set[NanoImageResolution] = {
    "1K",
    "2K",
    "4K",
}


def check_nano_image_resolution(value: str) -> NanoImageResolution:
    if value in NANO_IMAGE_RESOLUTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {NANO_IMAGE_RESOLUTION_VALUES!r}"
    )
