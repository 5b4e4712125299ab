from typing import Literal

TextToVideoModel = Literal[
    "vidu2.0",
    "viduq1",
    "viduq1-classic",
    "viduq2",
    "viduq2-pro",
    "viduq2-pro-fast",
    "viduq2-turbo",
    "viduq3-pro",
    "viduq3-turbo",
]

TEXT_TO_VIDEO_MODEL_VALUES: set[TextToVideoModel] = {
    "vidu2.0",
    "viduq1",
    "viduq1-classic",
    "viduq2",
    "viduq2-pro",
    "viduq2-pro-fast",
    "viduq2-turbo",
    "viduq3-pro",
    "viduq3-turbo",
}


def check_text_to_video_model(value: str) -> TextToVideoModel:
    if value in TEXT_TO_VIDEO_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TEXT_TO_VIDEO_MODEL_VALUES!r}"
    )
