"""Contains all the data models used in inputs/outputs"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .created_generation import CreatedGeneration
    from .credits_ import Credits
    from .error_reply import ErrorReply
    from .generated_file import GeneratedFile
    from .generation import Generation
    from .generation_data import GenerationData
    from .generation_input import GenerationInput
    from .generation_status import GenerationStatus
    from .image_aspect_ratio import ImageAspectRatio
    from .movement_amplitude import MovementAmplitude
    from .output_format import OutputFormat
    from .q2_image_request import Q2ImageRequest
    from .q2_resolution import Q2Resolution
    from .q2_video_request import Q2VideoRequest
    from .q3_resolution import Q3Resolution
    from .q3_video_request import Q3VideoRequest
    from .running_generation import RunningGeneration
    from .usage import Usage
    from .video_aspect_ratio import VideoAspectRatio
else:
    from importlib import import_module

    _MODULES = {
        "CreatedGeneration": ".created_generation",
        "Credits": ".credits_",
        "ErrorReply": ".error_reply",
        "GeneratedFile": ".generated_file",
        "Generation": ".generation",
        "GenerationData": ".generation_data",
        "GenerationInput": ".generation_input",
        "GenerationStatus": ".generation_status",
        "ImageAspectRatio": ".image_aspect_ratio",
        "MovementAmplitude": ".movement_amplitude",
        "OutputFormat": ".output_format",
        "Q2ImageRequest": ".q2_image_request",
        "Q2Resolution": ".q2_resolution",
        "Q2VideoRequest": ".q2_video_request",
        "Q3Resolution": ".q3_resolution",
        "Q3VideoRequest": ".q3_video_request",
        "RunningGeneration": ".running_generation",
        "Usage": ".usage",
        "VideoAspectRatio": ".video_aspect_ratio",
    }

    def __getattr__(name):
        if name in _MODULES:
            found = getattr(import_module(_MODULES[name], __name__), name)
            globals()[name] = found
            return found
        if f".{name}" in _MODULES.values():
            return import_module(f".{name}", __name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = (
    "CreatedGeneration",
    "Credits",
    "ErrorReply",
    "GeneratedFile",
    "Generation",
    "GenerationData",
    "GenerationInput",
    "GenerationStatus",
    "ImageAspectRatio",
    "MovementAmplitude",
    "OutputFormat",
    "Q2ImageRequest",
    "Q2Resolution",
    "Q2VideoRequest",
    "Q3Resolution",
    "Q3VideoRequest",
    "RunningGeneration",
    "Usage",
    "VideoAspectRatio",
)
