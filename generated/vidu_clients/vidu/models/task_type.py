from typing import Literal

TaskType = Literal[
    "character2video",
    "headtailimg2video",
    "img2video",
    "reference2image",
    "template",
    "text2video",
    "unspecified",
    "upscale",
]

TASK_TYPE_VALUES: set[TaskType] = {
    "character2video",
    "headtailimg2video",
    "img2video",
    "reference2image",
    "template",
    "text2video",
    "unspecified",
    "upscale",
}


def check_task_type(value: str) -> TaskType:
    if value in TASK_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TASK_TYPE_VALUES!r}")
