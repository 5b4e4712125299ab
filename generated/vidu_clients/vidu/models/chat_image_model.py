from typing import Literal

ChatImageModel = Literal[
    "q2-fast",
    "q2-fast-bytoken",
    "q2-pro",
    "q2-pro-bytoken",
    "q3-fast",
    "q3-fast-bytoken",
    "q3-lite",
    "q3-lite-bytoken",
]

CHAT_IMAGE_MODEL_VALUES: set[ChatImageModel] = {
    "q2-fast",
    "q2-fast-bytoken",
    "q2-pro",
    "q2-pro-bytoken",
    "q3-fast",
    "q3-fast-bytoken",
    "q3-lite",
    "q3-lite-bytoken",
}


def check_chat_image_model(value: str) -> ChatImageModel:
    if value in CHAT_IMAGE_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CHAT_IMAGE_MODEL_VALUES!r}"
    )
