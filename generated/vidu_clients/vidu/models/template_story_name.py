from typing import Literal

TemplateStoryName = Literal[
    "love_story", "monk_tang", "monkey_king", "one_shot", "pigsy", "workday_feels"
]

TEMPLATE_STORY_NAME_VALUES: set[TemplateStoryName] = {
    "love_story",
    "monk_tang",
    "monkey_king",
    "one_shot",
    "pigsy",
    "workday_feels",
}


def check_template_story_name(value: str) -> TemplateStoryName:
    if value in TEMPLATE_STORY_NAME_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TEMPLATE_STORY_NAME_VALUES!r}"
    )
