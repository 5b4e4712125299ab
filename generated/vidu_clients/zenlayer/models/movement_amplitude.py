from typing import Literal

MovementAmplitude = Literal["auto", "large", "medium", "small"]

MOVEMENT_AMPLITUDE_VALUES: set[MovementAmplitude] = {
    "auto",
    "large",
    "medium",
    "small",
}


def check_movement_amplitude(value: str) -> MovementAmplitude:
    if value in MOVEMENT_AMPLITUDE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MOVEMENT_AMPLITUDE_VALUES!r}"
    )
