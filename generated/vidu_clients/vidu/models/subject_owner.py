from typing import Literal

SubjectOwner = Literal["private", "system"]

SUBJECT_OWNER_VALUES: set[SubjectOwner] = {
    "private",
    "system",
}


def check_subject_owner(value: str) -> SubjectOwner:
    if value in SUBJECT_OWNER_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SUBJECT_OWNER_VALUES!r}"
    )
