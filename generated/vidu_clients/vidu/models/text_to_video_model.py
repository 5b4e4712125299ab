from typing import Literal

TextToVideoModel = Literal["viduq1", "viduq2", "viduq3-pro", "viduq3-turbo"]

TEXT_TO_VIDEO_MODEL_VALUES: set[TextToVideoModel] = {
    "viduq1",
    "viduq2",
    "viduq3-pro",
    "viduq3-turbo",
}


def check_text_to_video_model(value: str) -> TextToVideoModel:
    if value in TEXT_TO_VIDEO_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TEXT_TO_VIDEO_MODEL_VALUES!r}"
    )
