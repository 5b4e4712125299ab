from typing import Literal

TimingToAudioModel = Literal["audio1.0"]

TIMING_TO_AUDIO_MODEL_VALUES: set[TimingToAudioModel] = {
    "audio1.0",
}


def check_timing_to_audio_model(value: str) -> TimingToAudioModel:
    if value in TIMING_TO_AUDIO_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TIMING_TO_AUDIO_MODEL_VALUES!r}"
    )
