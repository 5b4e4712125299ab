"""Contains all the data models used in inputs/outputs"""

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
