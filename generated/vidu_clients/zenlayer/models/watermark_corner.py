from typing import Literal

WatermarkCorner = Literal[1, 2, 3, 4]

WATERMARK_CORNER_VALUES: set[WatermarkCorner] = {
    1,
    2,
    3,
    4,
}


def check_watermark_corner(value: int) -> WatermarkCorner:
    if value in WATERMARK_CORNER_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WATERMARK_CORNER_VALUES!r}"
    )
