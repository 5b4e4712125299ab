from typing import Literal

DramaRole = Literal[
    "first_frame", "last_frame", "reference_audio", "reference_image", "reference_video"
]

DRAMA_ROLE_VALUES: set[DramaRole] = {
    "first_frame",
    "last_frame",
    "reference_audio",
    "reference_image",
    "reference_video",
}


def check_drama_role(value: str) -> DramaRole:
    if value in DRAMA_ROLE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DRAMA_ROLE_VALUES!r}"
    )
