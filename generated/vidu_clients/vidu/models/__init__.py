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
from .clone_voice_request import CloneVoiceRequest
from .cloned_voice import ClonedVoice
from .compose_ad_film_request import ComposeAdFilmRequest
from .compose_general_film_request import ComposeGeneralFilmRequest
from .compose_music_video_request import ComposeMusicVideoRequest
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
from .edit_ad_film_request import EditAdFilmRequest
from .edit_general_film_request import EditGeneralFilmRequest
from .edit_music_video_request import EditMusicVideoRequest
from .error_metadata import ErrorMetadata
from .error_reason import ErrorReason
from .error_reply import ErrorReply
from .extend_video_created_task import ExtendVideoCreatedTask
from .extend_video_model import ExtendVideoModel
from .extend_video_request import ExtendVideoRequest
from .film_aspect_ratio import FilmAspectRatio
from .finish_upload_reply import FinishUploadReply
from .finish_upload_request import FinishUploadRequest
from .get_creations_reply import GetCreationsReply
from .image_aspect_ratio import ImageAspectRatio
from .image_resolution import ImageResolution
from .image_to_video_model import ImageToVideoModel
from .image_to_video_request import ImageToVideoRequest
from .lip_sync_request import LipSyncRequest
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
    "ClonedVoice",
    "CloneVoiceRequest",
    "ComposeAdFilmRequest",
    "ComposeGeneralFilmRequest",
    "ComposeMusicVideoRequest",
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
    "EditAdFilmRequest",
    "EditGeneralFilmRequest",
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
    "GetCreationsReply",
    "ImageAspectRatio",
    "ImageResolution",
    "ImageToVideoModel",
    "ImageToVideoRequest",
    "LipSyncRequest",
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
