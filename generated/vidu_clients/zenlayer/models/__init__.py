"""Contains all the data models used in inputs/outputs"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .aspect_ratio import AspectRatio
    from .audio_type import AudioType
    from .created_task import CreatedTask
    from .creation import Creation
    from .creation_video import CreationVideo
    from .error_detail import ErrorDetail
    from .error_metadata import ErrorMetadata
    from .error_reply import ErrorReply
    from .get_creations_reply import GetCreationsReply
    from .image_to_video_request import ImageToVideoRequest
    from .model import Model
    from .movement_amplitude import MovementAmplitude
    from .resolution import Resolution
    from .start_end_to_video_request import StartEndToVideoRequest
    from .style import Style
    from .task_state import TaskState
    from .text_to_video_request import TextToVideoRequest
    from .video_size import VideoSize
    from .watermark_corner import WatermarkCorner
else:
    from importlib import import_module

    _MODULES = {
        "AspectRatio": ".aspect_ratio",
        "AudioType": ".audio_type",
        "CreatedTask": ".created_task",
        "Creation": ".creation",
        "CreationVideo": ".creation_video",
        "ErrorDetail": ".error_detail",
        "ErrorMetadata": ".error_metadata",
        "ErrorReply": ".error_reply",
        "GetCreationsReply": ".get_creations_reply",
        "ImageToVideoRequest": ".image_to_video_request",
        "Model": ".model",
        "MovementAmplitude": ".movement_amplitude",
        "Resolution": ".resolution",
        "StartEndToVideoRequest": ".start_end_to_video_request",
        "Style": ".style",
        "TaskState": ".task_state",
        "TextToVideoRequest": ".text_to_video_request",
        "VideoSize": ".video_size",
        "WatermarkCorner": ".watermark_corner",
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
    "AspectRatio",
    "AudioType",
    "CreatedTask",
    "Creation",
    "CreationVideo",
    "ErrorDetail",
    "ErrorMetadata",
    "ErrorReply",
    "GetCreationsReply",
    "ImageToVideoRequest",
    "Model",
    "MovementAmplitude",
    "Resolution",
    "StartEndToVideoRequest",
    "Style",
    "TaskState",
    "TextToVideoRequest",
    "VideoSize",
    "WatermarkCorner",
)
