from typing import Literal

ModelVersion = Literal["2.0", "q1", "q2", "q2-pro", "q2-pro-fast"]

MODEL_VERSION_VALUES: set[ModelVersion] = {
    "2.0",
    "q1",
    "q2",
    "q2-pro",
    "q2-pro-fast",
}


def check_model_version(value: str) -> ModelVersion:
    if value in MODEL_VERSION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MODEL_VERSION_VALUES!r}"
    )
