from typing import Literal

ReferenceToImageModel = Literal["viduimage-2", "viduq1", "viduq2"]

REFERENCE_TO_IMAGE_MODEL_VALUES: set[ReferenceToImageModel] = {
    "viduimage-2",
    "viduq1",
    "viduq2",
}


def check_reference_to_image_model(value: str) -> ReferenceToImageModel:
    if value in REFERENCE_TO_IMAGE_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {REFERENCE_TO_IMAGE_MODEL_VALUES!r}"
    )
