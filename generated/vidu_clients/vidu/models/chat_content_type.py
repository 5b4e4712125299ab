from typing import Literal

ChatContentType = Literal["image_url", "output_image", "text"]

CHAT_CONTENT_TYPE_VALUES: set[ChatContentType] = {
    "image_url",
    "output_image",
    "text",
}


def check_chat_content_type(value: str) -> ChatContentType:
    if value in CHAT_CONTENT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CHAT_CONTENT_TYPE_VALUES!r}"
    )
