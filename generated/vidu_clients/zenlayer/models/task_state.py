from typing import Literal

TaskState = Literal["created", "failed", "processing", "queueing", "success"]

TASK_STATE_VALUES: set[TaskState] = {
    "created",
    "failed",
    "processing",
    "queueing",
    "success",
}


def check_task_state(value: str) -> TaskState:
    if value in TASK_STATE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TASK_STATE_VALUES!r}"
    )
