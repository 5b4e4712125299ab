from typing import Literal

SpeechEmotion = Literal[
    "angry", "calm", "disgusted", "fearful", "happy", "sad", "surprised"
]

SPEECH_EMOTION_VALUES: set[SpeechEmotion] = {
    "angry",
    "calm",
    "disgusted",
    "fearful",
    "happy",
    "sad",
    "surprised",
}


def check_speech_emotion(value: str) -> SpeechEmotion:
    if value in SPEECH_EMOTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SPEECH_EMOTION_VALUES!r}"
    )
