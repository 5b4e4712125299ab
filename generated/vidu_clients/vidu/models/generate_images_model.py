from typing import Literal

GenerateImagesModel = Literal["viduimage-2"]

GENERATE_IMAGES_MODEL_VALUES: set[GenerateImagesModel] = {
    "viduimage-2",
}


def check_generate_images_model(value: str) -> GenerateImagesModel:
    if value in GENERATE_IMAGES_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GENERATE_IMAGES_MODEL_VALUES!r}"
    )
