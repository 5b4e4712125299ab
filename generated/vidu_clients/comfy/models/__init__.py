"""Contains all the data models used in inputs/outputs"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .aspect_ratio import AspectRatio
    from .audio_type import AudioType
    from .balance import Balance
    from .blocked_resource import BlockedResource
    from .concurrency import Concurrency
    from .concurrency_reason import ConcurrencyReason
    from .create_storage_reply import CreateStorageReply
    from .create_storage_request import CreateStorageRequest
    from .created_extension import CreatedExtension
    from .created_image_setting import CreatedImageSetting
    from .created_multiframe import CreatedMultiframe
    from .created_task import CreatedTask
    from .creation import Creation
    from .error_reply import ErrorReply
    from .extend_video_model import ExtendVideoModel
    from .extend_video_request import ExtendVideoRequest
    from .extension_echo import ExtensionEcho
    from .get_creations_reply import GetCreationsReply
    from .image_setting import ImageSetting
    from .image_to_video_model import ImageToVideoModel
    from .image_to_video_request import ImageToVideoRequest
    from .movement_amplitude import MovementAmplitude
    from .multiframe_echo import MultiframeEcho
    from .multiframe_model import MultiframeModel
    from .multiframe_request import MultiframeRequest
    from .provider_error import ProviderError
    from .provider_error_metadata import ProviderErrorMetadata
    from .reference_subject import ReferenceSubject
    from .reference_to_video_model import ReferenceToVideoModel
    from .reference_to_video_request import ReferenceToVideoRequest
    from .resolution import Resolution
    from .start_end_to_video_model import StartEndToVideoModel
    from .start_end_to_video_request import StartEndToVideoRequest
    from .style import Style
    from .task_state import TaskState
    from .text_to_video_model import TextToVideoModel
    from .text_to_video_request import TextToVideoRequest
    from .watermark_corner import WatermarkCorner
else:
    from importlib import import_module

    _MODULES = {
        "AspectRatio": ".aspect_ratio",
        "AudioType": ".audio_type",
        "Balance": ".balance",
        "BlockedResource": ".blocked_resource",
        "Concurrency": ".concurrency",
        "ConcurrencyReason": ".concurrency_reason",
        "CreateStorageReply": ".create_storage_reply",
        "CreateStorageRequest": ".create_storage_request",
        "CreatedExtension": ".created_extension",
        "CreatedImageSetting": ".created_image_setting",
        "CreatedMultiframe": ".created_multiframe",
        "CreatedTask": ".created_task",
        "Creation": ".creation",
        "ErrorReply": ".error_reply",
        "ExtendVideoModel": ".extend_video_model",
        "ExtendVideoRequest": ".extend_video_request",
        "ExtensionEcho": ".extension_echo",
        "GetCreationsReply": ".get_creations_reply",
        "ImageSetting": ".image_setting",
        "ImageToVideoModel": ".image_to_video_model",
        "ImageToVideoRequest": ".image_to_video_request",
        "MovementAmplitude": ".movement_amplitude",
        "MultiframeEcho": ".multiframe_echo",
        "MultiframeModel": ".multiframe_model",
        "MultiframeRequest": ".multiframe_request",
        "ProviderError": ".provider_error",
        "ProviderErrorMetadata": ".provider_error_metadata",
        "ReferenceSubject": ".reference_subject",
        "ReferenceToVideoModel": ".reference_to_video_model",
        "ReferenceToVideoRequest": ".reference_to_video_request",
        "Resolution": ".resolution",
        "StartEndToVideoModel": ".start_end_to_video_model",
        "StartEndToVideoRequest": ".start_end_to_video_request",
        "Style": ".style",
        "TaskState": ".task_state",
        "TextToVideoModel": ".text_to_video_model",
        "TextToVideoRequest": ".text_to_video_request",
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
    "Balance",
    "BlockedResource",
    "Concurrency",
    "ConcurrencyReason",
    "CreatedExtension",
    "CreatedImageSetting",
    "CreatedMultiframe",
    "CreatedTask",
    "CreateStorageReply",
    "CreateStorageRequest",
    "Creation",
    "ErrorReply",
    "ExtendVideoModel",
    "ExtendVideoRequest",
    "ExtensionEcho",
    "GetCreationsReply",
    "ImageSetting",
    "ImageToVideoModel",
    "ImageToVideoRequest",
    "MovementAmplitude",
    "MultiframeEcho",
    "MultiframeModel",
    "MultiframeRequest",
    "ProviderError",
    "ProviderErrorMetadata",
    "ReferenceSubject",
    "ReferenceToVideoModel",
    "ReferenceToVideoRequest",
    "Resolution",
    "StartEndToVideoModel",
    "StartEndToVideoRequest",
    "Style",
    "TaskState",
    "TextToVideoModel",
    "TextToVideoRequest",
    "WatermarkCorner",
)
