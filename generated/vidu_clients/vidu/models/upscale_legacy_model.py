from typing import Literal

UpscaleLegacyModel = Literal["vidu1.0"]

UPSCALE_LEGACY_MODEL_VALUES: set[UpscaleLegacyModel] = {
    "vidu1.0",
}


def check_upscale_legacy_model(value: str) -> UpscaleLegacyModel:
    if value in UPSCALE_LEGACY_MODEL_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {UPSCALE_LEGACY_MODEL_VALUES!r}"
    )
