from typing import Literal

AudioType = Literal["all", "sound_effect_only", "speech_only"]

AUDIO_TYPE_VALUES: set[AudioType] = {
    "all",
    "sound_effect_only",
    "speech_only",
}


def check_audio_type(value: str) -> AudioType:
    if value in AUDIO_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {AUDIO_TYPE_VALUES!r}"
    )
