from typing import Literal

StartEndToVideoModel = Literal[
    "vidu2.0",
    "viduq1",
    "viduq1-classic",
    "viduq2-pro",
    "viduq2-pro-fast",
    "viduq2-turbo",
    "viduq3-pro",
    "viduq3-turbo",
]

START_END_TO_VIDEO_MODEL_VALUES: set[StartEndToVideoModel] = {
    "vidu2.0",
    "viduq1",
    "viduq1-classic",
    "viduq2-pro",
    "viduq2-pro-fast",
    "viduq2-turbo",
    "viduq3-pro",
    "viduq3-turbo",
}


def check_start_end_to_video_model(value: str) -> StartEndToVideoModel:
    if value in START_END_TO_VIDEO_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {START_END_TO_VIDEO_MODEL_VALUES!r}"
    )
