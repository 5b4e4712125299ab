from typing import Literal

WorkflowState = Literal["created", "failed", "processing", "success"]

WORKFLOW_STATE_VALUES: set[WorkflowState] = {
    "created",
    "failed",
    "processing",
    "success",
}


def check_workflow_state(value: str) -> WorkflowState:
    if value in WORKFLOW_STATE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WORKFLOW_STATE_VALUES!r}"
    )
