from typing import Literal

CreditType = Literal["concurrent", "metered", "test"]

CREDIT_TYPE_VALUES: set[CreditType] = {
    "concurrent",
    "metered",
    "test",
}


def check_credit_type(value: str) -> CreditType:
    if value in CREDIT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CREDIT_TYPE_VALUES!r}"
    )
