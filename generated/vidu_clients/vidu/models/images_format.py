from typing import Literal

ImagesFormat = Literal["b64_json", "url"]

IMAGES_FORMAT_VALUES: set[ImagesFormat] = {
    "b64_json",
    "url",
}


def check_images_format(value: str) -> ImagesFormat:
    if value in IMAGES_FORMAT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {IMAGES_FORMAT_VALUES!r}"
    )
