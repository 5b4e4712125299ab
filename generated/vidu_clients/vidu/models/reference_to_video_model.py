from typing import Literal

ReferenceToVideoModel = Literal[
    "vidu2.0",
    "viduq1",
    "viduq2",
    "viduq2-pro",
    "viduq3",
    "viduq3-ad",
    "viduq3-drama",
    "viduq3-mix",
    "viduq3-turbo",
    "viduq4-preview",
]

REFERENCE_TO_VIDEO_MODEL_VALUES: set[ReferenceToVideoModel] = {
    "vidu2.0",
    "viduq1",
    "viduq2",
    "viduq2-pro",
    "viduq3",
    "viduq3-ad",
    "viduq3-drama",
    "viduq3-mix",
    "viduq3-turbo",
    "viduq4-preview",
}


def check_reference_to_video_model(value: str) -> ReferenceToVideoModel:
    if value in REFERENCE_TO_VIDEO_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {REFERENCE_TO_VIDEO_MODEL_VALUES!r}"
    )
