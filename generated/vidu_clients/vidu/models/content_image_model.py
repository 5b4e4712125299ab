from typing import Literal

ContentImageModel = Literal["q2-fast", "q2-pro", "q3-fast", "q3-lite"]

CONTENT_IMAGE_MODEL_VALUES: set[ContentImageModel] = {
    "q2-fast",
    "q2-pro",
    "q3-fast",
    "q3-lite",
}


def check_content_image_model(value: str) -> ContentImageModel:
    if value in CONTENT_IMAGE_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CONTENT_IMAGE_MODEL_VALUES!r}"
    )
