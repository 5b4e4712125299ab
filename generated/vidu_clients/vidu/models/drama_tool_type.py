from typing import Literal

DramaToolType = Literal["web_search"]

DRAMA_TOOL_TYPE_VALUES: set[DramaToolType] = {
    "web_search",
}


def check_drama_tool_type(value: str) -> DramaToolType:
    if value in DRAMA_TOOL_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DRAMA_TOOL_TYPE_VALUES!r}"
    )
