from typing import Literal

RecommendationResolution = Literal["360p", "720p"]

RECOMMENDATION_RESOLUTION_VALUES: set[RecommendationResolution] = {
    "360p",
    "720p",
}


def check_recommendation_resolution(value: str) -> RecommendationResolution:
    if value in RECOMMENDATION_RESOLUTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RECOMMENDATION_RESOLUTION_VALUES!r}"
    )
