from typing import Literal

WatermarkCornerName = Literal["bottom_left", "bottom_right", "top_left", "top_right"]

WATERMARK_CORNER_NAME_VALUES: set[WatermarkCornerName] = {
    "bottom_left",
    "bottom_right",
    "top_left",
    "top_right",
}


def check_watermark_corner_name(value: str) -> WatermarkCornerName:
    if value in WATERMARK_CORNER_NAME_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WATERMARK_CORNER_NAME_VALUES!r}"
    )
