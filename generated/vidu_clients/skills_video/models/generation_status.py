from typing import Literal

GenerationStatus = Literal["CANCELED", "COMPLETED", "FAILED", "IN_PROGRESS", "IN_QUEUE"]

GENERATION_STATUS_VALUES: set[GenerationStatus] = {
    "CANCELED",
    "COMPLETED",
    "FAILED",
    "IN_PROGRESS",
    "IN_QUEUE",
}


def check_generation_status(value: str) -> GenerationStatus:
    if value in GENERATION_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GENERATION_STATUS_VALUES!r}"
    )
