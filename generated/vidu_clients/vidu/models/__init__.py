"""Contains all the data models used in inputs/outputs"""

from .ad_film import AdFilm
from .ad_film_aspect_ratio import AdFilmAspectRatio
from .ad_film_composed import AdFilmComposed
from .ad_film_created_task import AdFilmCreatedTask
from .ad_film_edited import AdFilmEdited
from .ad_film_language import AdFilmLanguage
from .ad_film_part_type import AdFilmPartType
from .ad_film_record import AdFilmRecord
from .ad_film_records import AdFilmRecords
from .ad_film_storyboard import AdFilmStoryboard
from .ad_film_version import AdFilmVersion
from .ad_film_version_parts import AdFilmVersionParts
from .aspect_ratio import AspectRatio
from .audio_type import AudioType
from .cancel_reply import CancelReply
from .cancel_task_request import CancelTaskRequest
from .chat_content import ChatContent
from .chat_content_type import ChatContentType
from .chat_image_model import ChatImageModel
from .chat_image_request import ChatImageRequest
from .chat_image_size import ChatImageSize
from .chat_image_url import ChatImageUrl
from .chat_images import ChatImages
from .chat_message import ChatMessage
from .chat_output_image import ChatOutputImage
from .chat_role import ChatRole
from .clone_voice_request import CloneVoiceRequest
from .cloned_voice import ClonedVoice
from .compose_ad_film_request import ComposeAdFilmRequest
from .compose_general_film_request import ComposeGeneralFilmRequest
from .compose_music_video_request import ComposeMusicVideoRequest
from .content_candidate import ContentCandidate
from .content_file import ContentFile
from .content_generation_config import ContentGenerationConfig
from .content_image_config import ContentImageConfig
from .content_image_model import ContentImageModel
from .content_image_request import ContentImageRequest
from .content_images import ContentImages
from .content_inline_data import ContentInlineData
from .content_modality import ContentModality
from .content_part import ContentPart
from .content_result import ContentResult
from .content_result_part import ContentResultPart
from .content_turn import ContentTurn
from .create_ad_film_request import CreateAdFilmRequest
from .create_general_film_request import CreateGeneralFilmRequest
from .create_music_video_request import CreateMusicVideoRequest
from .create_subject_request import CreateSubjectRequest
from .create_upload_request import CreateUploadRequest
from .created_subject import CreatedSubject
from .created_task import CreatedTask
from .creation import Creation
from .creation_video import CreationVideo
from .credit_balance import CreditBalance
from .credit_package import CreditPackage
from .credit_type import CreditType
from .credits_ import Credits
from .digital_human_created_task import DigitalHumanCreatedTask
from .digital_human_model import DigitalHumanModel
from .digital_human_request import DigitalHumanRequest
from .drama_audio import DramaAudio
from .drama_content import DramaContent
from .drama_content_type import DramaContentType
from .drama_image import DramaImage
from .drama_model import DramaModel
from .drama_ratio import DramaRatio
from .drama_resolution import DramaResolution
from .drama_result import DramaResult
from .drama_role import DramaRole
from .drama_status import DramaStatus
from .drama_task import DramaTask
from .drama_task_created import DramaTaskCreated
from .drama_task_deleted import DramaTaskDeleted
from .drama_task_list import DramaTaskList
from .drama_task_request import DramaTaskRequest
from .drama_tool import DramaTool
from .drama_tool_type import DramaToolType
from .drama_usage import DramaUsage
from .drama_video import DramaVideo
from .edit_ad_film_request import EditAdFilmRequest
from .edit_general_film_request import EditGeneralFilmRequest
from .edit_images_request import EditImagesRequest
from .edit_music_video_request import EditMusicVideoRequest
from .edited_image import EditedImage
from .error_metadata import ErrorMetadata
from .error_reason import ErrorReason
from .error_reply import ErrorReply
from .extend_video_created_task import ExtendVideoCreatedTask
from .extend_video_model import ExtendVideoModel
from .extend_video_request import ExtendVideoRequest
from .film_aspect_ratio import FilmAspectRatio
from .finish_upload_reply import FinishUploadReply
from .finish_upload_request import FinishUploadRequest
from .generate_images_model import GenerateImagesModel
from .generate_images_request import GenerateImagesRequest
from .get_creations_reply import GetCreationsReply
from .image_address import ImageAddress
from .image_aspect_ratio import ImageAspectRatio
from .image_moderation import ImageModeration
from .image_quality import ImageQuality
from .image_resolution import ImageResolution
from .image_to_video_model import ImageToVideoModel
from .image_to_video_request import ImageToVideoRequest
from .image_usage import ImageUsage
from .images import Images
from .images_format import ImagesFormat
from .lip_sync_request import LipSyncRequest
from .made_image import MadeImage
from .model_version import ModelVersion
from .motion_sync_created_task import MotionSyncCreatedTask
from .motion_sync_request import MotionSyncRequest
from .movement_amplitude import MovementAmplitude
from .multiframe_created_task import MultiframeCreatedTask
from .multiframe_model import MultiframeModel
from .multiframe_request import MultiframeRequest
from .multiframe_segment import MultiframeSegment
from .multiframe_segment_echo import MultiframeSegmentEcho
from .music_video_language import MusicVideoLanguage
from .music_video_quality import MusicVideoQuality
from .music_video_resolution import MusicVideoResolution
from .nano_image_aspect_ratio import NanoImageAspectRatio
from .nano_image_model import NanoImageModel
from .nano_image_request import NanoImageRequest
from .nano_image_resolution import NanoImageResolution
from .recommend_prompts_request import RecommendPromptsRequest
from .recommendation_resolution import RecommendationResolution
from .recommendation_type import RecommendationType
from .recommended_prompt import RecommendedPrompt
from .recommended_prompts import RecommendedPrompts
from .reference_aspect_ratio import ReferenceAspectRatio
from .reference_subject import ReferenceSubject
from .reference_to_image_created_task import ReferenceToImageCreatedTask
from .reference_to_image_model import ReferenceToImageModel
from .reference_to_image_request import ReferenceToImageRequest
from .reference_to_video_model import ReferenceToVideoModel
from .reference_to_video_request import ReferenceToVideoRequest
from .replicate_trending_video_request import ReplicateTrendingVideoRequest
from .replicated_video_created_task import ReplicatedVideoCreatedTask
from .resolution import Resolution
from .speech_emotion import SpeechEmotion
from .speech_state import SpeechState
from .spoken_text import SpokenText
from .start_end_to_video_model import StartEndToVideoModel
from .start_end_to_video_request import StartEndToVideoRequest
from .subject import Subject
from .subject_list import SubjectList
from .subject_owner import SubjectOwner
from .task_callback import TaskCallback
from .task_list import TaskList
from .task_list_item import TaskListItem
from .task_state import TaskState
from .task_type import TaskType
from .template_area import TemplateArea
from .template_aspect_ratio import TemplateAspectRatio
from .template_beast import TemplateBeast
from .template_created_task import TemplateCreatedTask
from .template_request import TemplateRequest
from .template_story_created_task import TemplateStoryCreatedTask
from .template_story_name import TemplateStoryName
from .template_story_request import TemplateStoryRequest
from .text_to_audio_model import TextToAudioModel
from .text_to_audio_request import TextToAudioRequest
from .text_to_speech_request import TextToSpeechRequest
from .text_to_video_model import TextToVideoModel
from .text_to_video_request import TextToVideoRequest
from .timing_prompt import TimingPrompt
from .timing_prompt_echo import TimingPromptEcho
from .timing_to_audio_created_task import TimingToAudioCreatedTask
from .timing_to_audio_model import TimingToAudioModel
from .timing_to_audio_request import TimingToAudioRequest
from .trending_resolution import TrendingResolution
from .update_subject_request import UpdateSubjectRequest
from .upload import Upload
from .upload_scene import UploadScene
from .upscale_created_task import UpscaleCreatedTask
from .upscale_legacy_created_task import UpscaleLegacyCreatedTask
from .upscale_legacy_model import UpscaleLegacyModel
from .upscale_legacy_request import UpscaleLegacyRequest
from .upscale_request import UpscaleRequest
from .upscale_resolution import UpscaleResolution
from .video_size import VideoSize
from .video_style import VideoStyle
from .watermark_corner import WatermarkCorner
from .watermark_corner_name import WatermarkCornerName
from .workflow_created import WorkflowCreated
from .workflow_film import WorkflowFilm
from .workflow_job import WorkflowJob
from .workflow_job_record import WorkflowJobRecord
from .workflow_job_type import WorkflowJobType
from .workflow_shot_input import WorkflowShotInput
from .workflow_state import WorkflowState

__all__ = (
    "AdFilm",
    "AdFilmAspectRatio",
    "AdFilmComposed",
    "AdFilmCreatedTask",
    "AdFilmEdited",
    "AdFilmLanguage",
    "AdFilmPartType",
    "AdFilmRecord",
    "AdFilmRecords",
    "AdFilmStoryboard",
    "AdFilmVersion",
    "AdFilmVersionParts",
    "AspectRatio",
    "AudioType",
    "CancelReply",
    "CancelTaskRequest",
    "ChatContent",
    "ChatContentType",
    "ChatImageModel",
    "ChatImageRequest",
    "ChatImages",
    "ChatImageSize",
    "ChatImageUrl",
    "ChatMessage",
    "ChatOutputImage",
    "ChatRole",
    "ClonedVoice",
    "CloneVoiceRequest",
    "ComposeAdFilmRequest",
    "ComposeGeneralFilmRequest",
    "ComposeMusicVideoRequest",
    "ContentCandidate",
    "ContentFile",
    "ContentGenerationConfig",
    "ContentImageConfig",
    "ContentImageModel",
    "ContentImageRequest",
    "ContentImages",
    "ContentInlineData",
    "ContentModality",
    "ContentPart",
    "ContentResult",
    "ContentResultPart",
    "ContentTurn",
    "CreateAdFilmRequest",
    "CreatedSubject",
    "CreatedTask",
    "CreateGeneralFilmRequest",
    "CreateMusicVideoRequest",
    "CreateSubjectRequest",
    "CreateUploadRequest",
    "Creation",
    "CreationVideo",
    "CreditBalance",
    "CreditPackage",
    "Credits",
    "CreditType",
    "DigitalHumanCreatedTask",
    "DigitalHumanModel",
    "DigitalHumanRequest",
    "DramaAudio",
    "DramaContent",
    "DramaContentType",
    "DramaImage",
    "DramaModel",
    "DramaRatio",
    "DramaResolution",
    "DramaResult",
    "DramaRole",
    "DramaStatus",
    "DramaTask",
    "DramaTaskCreated",
    "DramaTaskDeleted",
    "DramaTaskList",
    "DramaTaskRequest",
    "DramaTool",
    "DramaToolType",
    "DramaUsage",
    "DramaVideo",
    "EditAdFilmRequest",
    "EditedImage",
    "EditGeneralFilmRequest",
    "EditImagesRequest",
    "EditMusicVideoRequest",
    "ErrorMetadata",
    "ErrorReason",
    "ErrorReply",
    "ExtendVideoCreatedTask",
    "ExtendVideoModel",
    "ExtendVideoRequest",
    "FilmAspectRatio",
    "FinishUploadReply",
    "FinishUploadRequest",
    "GenerateImagesModel",
    "GenerateImagesRequest",
    "GetCreationsReply",
    "ImageAddress",
    "ImageAspectRatio",
    "ImageModeration",
    "ImageQuality",
    "ImageResolution",
    "Images",
    "ImagesFormat",
    "ImageToVideoModel",
    "ImageToVideoRequest",
    "ImageUsage",
    "LipSyncRequest",
    "MadeImage",
    "ModelVersion",
    "MotionSyncCreatedTask",
    "MotionSyncRequest",
    "MovementAmplitude",
    "MultiframeCreatedTask",
    "MultiframeModel",
    "MultiframeRequest",
    "MultiframeSegment",
    "MultiframeSegmentEcho",
    "MusicVideoLanguage",
    "MusicVideoQuality",
    "MusicVideoResolution",
    "NanoImageAspectRatio",
    "NanoImageModel",
    "NanoImageRequest",
    "NanoImageResolution",
    "RecommendationResolution",
    "RecommendationType",
    "RecommendedPrompt",
    "RecommendedPrompts",
    "RecommendPromptsRequest",
    "ReferenceAspectRatio",
    "ReferenceSubject",
    "ReferenceToImageCreatedTask",
    "ReferenceToImageModel",
    "ReferenceToImageRequest",
    "ReferenceToVideoModel",
    "ReferenceToVideoRequest",
    "ReplicatedVideoCreatedTask",
    "ReplicateTrendingVideoRequest",
    "Resolution",
    "SpeechEmotion",
    "SpeechState",
    "SpokenText",
    "StartEndToVideoModel",
    "StartEndToVideoRequest",
    "Subject",
    "SubjectList",
    "SubjectOwner",
    "TaskCallback",
    "TaskList",
    "TaskListItem",
    "TaskState",
    "TaskType",
    "TemplateArea",
    "TemplateAspectRatio",
    "TemplateBeast",
    "TemplateCreatedTask",
    "TemplateRequest",
    "TemplateStoryCreatedTask",
    "TemplateStoryName",
    "TemplateStoryRequest",
    "TextToAudioModel",
    "TextToAudioRequest",
    "TextToSpeechRequest",
    "TextToVideoModel",
    "TextToVideoRequest",
    "TimingPrompt",
    "TimingPromptEcho",
    "TimingToAudioCreatedTask",
    "TimingToAudioModel",
    "TimingToAudioRequest",
    "TrendingResolution",
    "UpdateSubjectRequest",
    "Upload",
    "UploadScene",
    "UpscaleCreatedTask",
    "UpscaleLegacyCreatedTask",
    "UpscaleLegacyModel",
    "UpscaleLegacyRequest",
    "UpscaleRequest",
    "UpscaleResolution",
    "VideoSize",
    "VideoStyle",
    "WatermarkCorner",
    "WatermarkCornerName",
    "WorkflowCreated",
    "WorkflowFilm",
    "WorkflowJob",
    "WorkflowJobRecord",
    "WorkflowJobType",
    "WorkflowShotInput",
    "WorkflowState",
)
