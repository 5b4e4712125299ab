from typing import Literal

TemplateArea = Literal[
    "africa",
    "auto",
    "china",
    "denmark",
    "india",
    "italy",
    "japan",
    "korea",
    "mexico",
    "russia",
    "switzerland",
    "thailand",
    "uk",
]

TEMPLATE_AREA_VALUES: set[TemplateArea] = {
    "africa",
    "auto",
    "china",
    "denmark",
    "india",
    "italy",
    "japan",
    "korea",
    "mexico",
    "russia",
    "switzerland",
    "thailand",
    "uk",
}


def check_template_area(value: str) -> TemplateArea:
    if value in TEMPLATE_AREA_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TEMPLATE_AREA_VALUES!r}"
    )
