from typing import Literal

DramaStatus = Literal["expired", "failed", "queued", "running", "succeeded"]

DRAMA_STATUS_VALUES: set[DramaStatus] = {
    "expired",
    "failed",
    "queued",
    "running",
    "succeeded",
}


def check_drama_status(value: str) -> DramaStatus:
    if value in DRAMA_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DRAMA_STATUS_VALUES!r}"
    )
