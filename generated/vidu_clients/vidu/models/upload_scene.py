from typing import Literal

UploadScene = Literal["vidu"]

UPLOAD_SCENE_VALUES: set[UploadScene] = {
    "vidu",
}


def check_upload_scene(value: str) -> UploadScene:
    if value in UPLOAD_SCENE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {UPLOAD_SCENE_VALUES!r}"
    )
