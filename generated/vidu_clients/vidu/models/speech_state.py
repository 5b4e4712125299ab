from typing import Literal

SpeechState = Literal["failed", "queueing", "success"]

SPEECH_STATE_VALUES: set[SpeechState] = {
    "failed",
    "queueing",
    "success",
}


def check_speech_state(value: str) -> SpeechState:
    if value in SPEECH_STATE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SPEECH_STATE_VALUES!r}"
    )
