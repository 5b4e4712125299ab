from typing import Literal

DramaModel = Literal[
    "viduq3-drama-ab-fast",
    "viduq3-drama-ab-mini",
    "viduq3-drama-ab-std",
    "viduq3-drama-fast",
    "viduq3-drama-mini",
    "viduq3-drama-std",
    "viduq3.1-drama-ab-std",
    "viduq3.1-drama-std",
]

DRAMA_MODEL_VALUES: set[DramaModel] = {
    "viduq3-drama-ab-fast",
    "viduq3-drama-ab-mini",
    "viduq3-drama-ab-std",
    "viduq3-drama-fast",
    "viduq3-drama-mini",
    "viduq3-drama-std",
    "viduq3.1-drama-ab-std",
    "viduq3.1-drama-std",
}


def check_drama_model(value: str) -> DramaModel:
    if value in DRAMA_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DRAMA_MODEL_VALUES!r}"
    )
