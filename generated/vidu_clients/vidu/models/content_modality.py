from typing import Literal

ContentModality = Literal["IMAGE"]

CONTENT_MODALITY_VALUES: set[ContentModality] = {
    "IMAGE",
}


def check_content_modality(value: str) -> ContentModality:
    if value in CONTENT_MODALITY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CONTENT_MODALITY_VALUES!r}"
    )
