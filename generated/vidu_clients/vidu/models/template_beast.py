from typing import Literal

TemplateBeast = Literal["auto", "bear", "elk", "lion", "snake", "tiger", "wolf"]

TEMPLATE_BEAST_VALUES: set[TemplateBeast] = {
    "auto",
    "bear",
    "elk",
    "lion",
    "snake",
    "tiger",
    "wolf",
}


def check_template_beast(value: str) -> TemplateBeast:
    if value in TEMPLATE_BEAST_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TEMPLATE_BEAST_VALUES!r}"
    )
