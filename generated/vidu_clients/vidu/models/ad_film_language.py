from typing import Literal

AdFilmLanguage = Literal["en", "zh"]

AD_FILM_LANGUAGE_VALUES: set[AdFilmLanguage] = {
    "en",
    "zh",
}


def check_ad_film_language(value: str) -> AdFilmLanguage:
    if value in AD_FILM_LANGUAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {AD_FILM_LANGUAGE_VALUES!r}"
    )
