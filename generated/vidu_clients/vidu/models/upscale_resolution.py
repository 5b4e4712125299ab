from typing import Literal

UpscaleResolution = Literal["1080p", "2K", "4K", "8K"]

UPSCALE_RESOLUTION_VALUES: set[UpscaleResolution] = {
    "1080p",
    "2K",
    "4K",
    "8K",
}


def check_upscale_resolution(value: str) -> UpscaleResolution:
    if value in UPSCALE_RESOLUTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {UPSCALE_RESOLUTION_VALUES!r}"
    )
