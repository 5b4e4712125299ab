from typing import Literal

ExtendVideoModel = Literal["viduq2-pro", "viduq2-turbo"]

EXTEND_VIDEO_MODEL_VALUES: set[ExtendVideoModel] = {
    "viduq2-pro",
    "viduq2-turbo",
}


def check_extend_video_model(value: str) -> ExtendVideoModel:
    if value in EXTEND_VIDEO_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {EXTEND_VIDEO_MODEL_VALUES!r}"
    )
