from typing import Literal

NanoImageModel = Literal["q2-fast", "q2-pro", "q3-fast"]

NANO_IMAGE_MODEL_VALUES: set[NanoImageModel] = {
    "q2-fast",
    "q2-pro",
    "q3-fast",
}


def check_nano_image_model(value: str) -> NanoImageModel:
    if value in NANO_IMAGE_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {NANO_IMAGE_MODEL_VALUES!r}"
    )
