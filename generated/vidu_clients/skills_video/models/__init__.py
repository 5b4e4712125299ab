"""Contains all the data models used in inputs/outputs"""

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
