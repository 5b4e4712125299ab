from typing import Literal

ChatImageSize = Literal[
    "1024x1024",
    "11712x1408",
    "1200x896",
    "1376x768",
    "1408x11712",
    "1536x2752",
    "2046x512",
    "2048x2048",
    "2048x8256",
    "2192x928",
    "2752x1536",
    "2928x352",
    "352x2928",
    "3584x4800",
    "4384x1872",
    "4800x3584",
    "512x2064",
    "768x1376",
    "8256x2048",
    "896x1200",
]

CHAT_IMAGE_SIZE_VALUES: set[ChatImageSize] = {
    "1024x1024",
    "11712x1408",
    "1200x896",
    "1376x768",
    "1408x11712",
    "1536x2752",
    "2046x512",
    "2048x2048",
    "2048x8256",
    "2192x928",
    "2752x1536",
    "2928x352",
    "352x2928",
    "3584x4800",
    "4384x1872",
    "4800x3584",
    "512x2064",
    "768x1376",
    "8256x2048",
    "896x1200",
}


def check_chat_image_size(value: str) -> ChatImageSize:
    if value in CHAT_IMAGE_SIZE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CHAT_IMAGE_SIZE_VALUES!r}"
    )
