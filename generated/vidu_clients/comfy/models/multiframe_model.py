from typing import Literal

MultiframeModel = Literal["viduq2-pro", "viduq2-turbo"]

MULTIFRAME_MODEL_VALUES: set[MultiframeModel] = {
    "viduq2-pro",
    "viduq2-turbo",
}


def check_multiframe_model(value: str) -> MultiframeModel:
    if value in MULTIFRAME_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MULTIFRAME_MODEL_VALUES!r}"
    )
