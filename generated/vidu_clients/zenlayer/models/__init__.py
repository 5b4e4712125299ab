"""Contains all the data models used in inputs/outputs"""

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
