from typing import Literal

TemplateAspectRatio = Literal["16:9", "1:1", "9:16"]

TEMPLATE_ASPECT_RATIO_VALUES: set[TemplateAspectRatio] = {
    "16:9",
    "1:1",
    "9:16",
}


def check_template_aspect_ratio(value: str) -> TemplateAspectRatio:
    if value in TEMPLATE_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TEMPLATE_ASPECT_RATIO_VALUES!r}"
    )
