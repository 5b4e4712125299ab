from typing import Literal

TextToAudioModel = Literal["audio1.0"]

TEXT_TO_AUDIO_MODEL_VALUES: set[TextToAudioModel] = {
    "audio1.0",
}


def check_text_to_audio_model(value: str) -> TextToAudioModel:
    if value in TEXT_TO_AUDIO_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TEXT_TO_AUDIO_MODEL_VALUES!r}"
    )
