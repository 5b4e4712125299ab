from typing import Literal

FilmAspectRatio = Literal["16:9", "1:1", "3:4", "4:3", "9:16"]

FILM_ASPECT_RATIO_VALUES: set[FilmAspectRatio] = {
    "16:9",
    "1:1",
    "3:4",
    "4:3",
    "9:16",
}


def check_film_aspect_ratio(value: str) -> FilmAspectRatio:
    if value in FILM_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {FILM_ASPECT_RATIO_VALUES!r}"
    )
