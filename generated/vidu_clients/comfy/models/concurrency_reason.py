from typing import Literal

ConcurrencyReason = Literal["default", "manual_override", "never_paid", "spend_ladder"]

CONCURRENCY_REASON_VALUES: set[ConcurrencyReason] = {
    "default",
    "manual_override",
    "never_paid",
    "spend_ladder",
}


def check_concurrency_reason(value: str) -> ConcurrencyReason:
    if value in CONCURRENCY_REASON_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CONCURRENCY_REASON_VALUES!r}"
    )
