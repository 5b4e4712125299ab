from typing import Literal

RecommendationType = Literal["e_commerce", "img2video", "start_end2video", "template"]

RECOMMENDATION_TYPE_VALUES: set[RecommendationType] = {
    "e_commerce",
    "img2video",
    "start_end2video",
    "template",
}


def check_recommendation_type(value: str) -> RecommendationType:
    if value in RECOMMENDATION_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RECOMMENDATION_TYPE_VALUES!r}"
    )
