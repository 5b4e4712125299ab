from typing import Literal

Model = Literal[
    "vidu2.0",
    "viduq1",
    "viduq1-classic",
    "viduq2",
    "viduq2-pro",
    "viduq2-pro-fast",
    "viduq3",
    "viduq3-mix",
    "viduq3-pro",
    "viduq3-pro-fast",
    "viduq3-turbo",
]

MODEL_VALUES: set[Model] = {
    "vidu2.0",
    "viduq1",
    "viduq1-classic",
    "viduq2",
    "viduq2-pro",
    "viduq2-pro-fast",
    "viduq3",
    "viduq3-mix",
    "viduq3-pro",
    "viduq3-pro-fast",
    "viduq3-turbo",
}


def check_model(value: str) -> Model:
    if value in MODEL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MODEL_VALUES!r}")
