from typing import Literal

AdFilmPartType = Literal["generate_bgm", "generate_narration", "generate_video"]

AD_FILM_PART_TYPE_VALUES: set[AdFilmPartType] = {
    "generate_bgm",
    "generate_narration",
    "generate_video",
}


def check_ad_film_part_type(value: str) -> AdFilmPartType:
    if value in AD_FILM_PART_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {AD_FILM_PART_TYPE_VALUES!r}"
    )
