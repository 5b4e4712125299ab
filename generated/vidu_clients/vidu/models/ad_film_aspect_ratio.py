from typing import Literal

AdFilmAspectRatio = Literal["16:9", "1:1", "9:16"]

AD_FILM_ASPECT_RATIO_VALUES: set[AdFilmAspectRatio] = {
    "16:9",
    "1:1",
    "9:16",
}


def check_ad_film_aspect_ratio(value: str) -> AdFilmAspectRatio:
    if value in AD_FILM_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {AD_FILM_ASPECT_RATIO_VALUES!r}"
    )
