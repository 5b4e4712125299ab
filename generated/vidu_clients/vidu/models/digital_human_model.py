from typing import Literal

DigitalHumanModel = Literal["viduq2-pro", "viduq2-turbo"]

DIGITAL_HUMAN_MODEL_VALUES: set[DigitalHumanModel] = {
    "viduq2-pro",
    "viduq2-turbo",
}


def check_digital_human_model(value: str) -> DigitalHumanModel:
    if value in DIGITAL_HUMAN_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DIGITAL_HUMAN_MODEL_VALUES!r}"
    )
