from typing import Literal

ImageToVideoModel = Literal[
    "vidu2.0",
    "viduq1",
    "viduq1-classic",
    "viduq2-pro",
    "viduq2-pro-fast",
    "viduq2-turbo",
    "viduq3-pro",
    "viduq3-pro-fast",
    "viduq3-turbo",
    "viduq4-preview",
]

IMAGE_TO_VIDEO_MODEL_VALUES: set[ImageToVideoModel] = {
    "vidu2.0",
    "viduq1",
    "viduq1-classic",
    "viduq2-pro",
    "viduq2-pro-fast",
    "viduq2-turbo",
    "viduq3-pro",
    "viduq3-pro-fast",
    "viduq3-turbo",
    "viduq4-preview",
}


def check_image_to_video_model(value: str) -> ImageToVideoModel:
    if value in IMAGE_TO_VIDEO_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {IMAGE_TO_VIDEO_MODEL_VALUES!r}"
    )
