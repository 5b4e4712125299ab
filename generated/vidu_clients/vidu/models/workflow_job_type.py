from typing import Literal

WorkflowJobType = Literal["compose", "generate_video"]

WORKFLOW_JOB_TYPE_VALUES: set[WorkflowJobType] = {
    "compose",
    "generate_video",
}


def check_workflow_job_type(value: str) -> WorkflowJobType:
    if value in WORKFLOW_JOB_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WORKFLOW_JOB_TYPE_VALUES!r}"
    )
