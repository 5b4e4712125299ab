"""Contains all the data models used in inputs/outputs"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
else:
    from importlib import import_module

    _MODULES = {
        "AdFilm": ".ad_film",
        "AdFilmAspectRatio": ".ad_film_aspect_ratio",
        "AdFilmComposed": ".ad_film_composed",
        "AdFilmCreatedTask": ".ad_film_created_task",
        "AdFilmEdited": ".ad_film_edited",
        "AdFilmLanguage": ".ad_film_language",
        "AdFilmPartType": ".ad_film_part_type",
        "AdFilmRecord": ".ad_film_record",
        "AdFilmRecords": ".ad_film_records",
        "AdFilmStoryboard": ".ad_film_storyboard",
        "AdFilmVersion": ".ad_film_version",
        "AdFilmVersionParts": ".ad_film_version_parts",
        "AspectRatio": ".aspect_ratio",
        "AudioType": ".audio_type",
        "CancelReply": ".cancel_reply",
        "CancelTaskRequest": ".cancel_task_request",
        "ChatContent": ".chat_content",
        "ChatContentType": ".chat_content_type",
        "ChatImageModel": ".chat_image_model",
        "ChatImageRequest": ".chat_image_request",
        "ChatImageSize": ".chat_image_size",
        "ChatImageUrl": ".chat_image_url",
        "ChatImages": ".chat_images",
        "ChatMessage": ".chat_message",
        "ChatOutputImage": ".chat_output_image",
        "ChatRole": ".chat_role",
        "CloneVoiceRequest": ".clone_voice_request",
        "ClonedVoice": ".cloned_voice",
        "ComposeAdFilmRequest": ".compose_ad_film_request",
        "ComposeGeneralFilmRequest": ".compose_general_film_request",
        "ComposeMusicVideoRequest": ".compose_music_video_request",
        "ContentCandidate": ".content_candidate",
        "ContentFile": ".content_file",
        "ContentGenerationConfig": ".content_generation_config",
        "ContentImageConfig": ".content_image_config",
        "ContentImageModel": ".content_image_model",
        "ContentImageRequest": ".content_image_request",
        "ContentImages": ".content_images",
        "ContentInlineData": ".content_inline_data",
        "ContentModality": ".content_modality",
        "ContentPart": ".content_part",
        "ContentResult": ".content_result",
        "ContentResultPart": ".content_result_part",
        "ContentTurn": ".content_turn",
        "CreateAdFilmRequest": ".create_ad_film_request",
        "CreateGeneralFilmRequest": ".create_general_film_request",
        "CreateMusicVideoRequest": ".create_music_video_request",
        "CreateSubjectRequest": ".create_subject_request",
        "CreateUploadRequest": ".create_upload_request",
        "CreatedSubject": ".created_subject",
        "CreatedTask": ".created_task",
        "Creation": ".creation",
        "CreationVideo": ".creation_video",
        "CreditBalance": ".credit_balance",
        "CreditPackage": ".credit_package",
        "CreditType": ".credit_type",
        "Credits": ".credits_",
        "DigitalHumanCreatedTask": ".digital_human_created_task",
        "DigitalHumanModel": ".digital_human_model",
        "DigitalHumanRequest": ".digital_human_request",
        "DramaAudio": ".drama_audio",
        "DramaContent": ".drama_content",
        "DramaContentType": ".drama_content_type",
        "DramaImage": ".drama_image",
        "DramaModel": ".drama_model",
        "DramaRatio": ".drama_ratio",
        "DramaResolution": ".drama_resolution",
        "DramaResult": ".drama_result",
        "DramaRole": ".drama_role",
        "DramaStatus": ".drama_status",
        "DramaTask": ".drama_task",
        "DramaTaskCreated": ".drama_task_created",
        "DramaTaskDeleted": ".drama_task_deleted",
        "DramaTaskList": ".drama_task_list",
        "DramaTaskRequest": ".drama_task_request",
        "DramaTool": ".drama_tool",
        "DramaToolType": ".drama_tool_type",
        "DramaUsage": ".drama_usage",
        "DramaVideo": ".drama_video",
        "EditAdFilmRequest": ".edit_ad_film_request",
        "EditGeneralFilmRequest": ".edit_general_film_request",
        "EditImagesRequest": ".edit_images_request",
        "EditMusicVideoRequest": ".edit_music_video_request",
        "EditedImage": ".edited_image",
        "ErrorMetadata": ".error_metadata",
        "ErrorReason": ".error_reason",
        "ErrorReply": ".error_reply",
        "ExtendVideoCreatedTask": ".extend_video_created_task",
        "ExtendVideoModel": ".extend_video_model",
        "ExtendVideoRequest": ".extend_video_request",
        "FilmAspectRatio": ".film_aspect_ratio",
        "FinishUploadReply": ".finish_upload_reply",
        "FinishUploadRequest": ".finish_upload_request",
        "GenerateImagesModel": ".generate_images_model",
        "GenerateImagesRequest": ".generate_images_request",
        "GetCreationsReply": ".get_creations_reply",
        "ImageAddress": ".image_address",
        "ImageAspectRatio": ".image_aspect_ratio",
        "ImageModeration": ".image_moderation",
        "ImageQuality": ".image_quality",
        "ImageResolution": ".image_resolution",
        "ImageToVideoModel": ".image_to_video_model",
        "ImageToVideoRequest": ".image_to_video_request",
        "ImageUsage": ".image_usage",
        "Images": ".images",
        "ImagesFormat": ".images_format",
        "LipSyncRequest": ".lip_sync_request",
        "MadeImage": ".made_image",
        "ModelVersion": ".model_version",
        "MotionSyncCreatedTask": ".motion_sync_created_task",
        "MotionSyncRequest": ".motion_sync_request",
        "MovementAmplitude": ".movement_amplitude",
        "MultiframeCreatedTask": ".multiframe_created_task",
        "MultiframeModel": ".multiframe_model",
        "MultiframeRequest": ".multiframe_request",
        "MultiframeSegment": ".multiframe_segment",
        "MultiframeSegmentEcho": ".multiframe_segment_echo",
        "MusicVideoLanguage": ".music_video_language",
        "MusicVideoQuality": ".music_video_quality",
        "MusicVideoResolution": ".music_video_resolution",
        "NanoImageAspectRatio": ".nano_image_aspect_ratio",
        "NanoImageModel": ".nano_image_model",
        "NanoImageRequest": ".nano_image_request",
        "NanoImageResolution": ".nano_image_resolution",
        "RecommendPromptsRequest": ".recommend_prompts_request",
        "RecommendationResolution": ".recommendation_resolution",
        "RecommendationType": ".recommendation_type",
        "RecommendedPrompt": ".recommended_prompt",
        "RecommendedPrompts": ".recommended_prompts",
        "ReferenceAspectRatio": ".reference_aspect_ratio",
        "ReferenceSubject": ".reference_subject",
        "ReferenceToImageCreatedTask": ".reference_to_image_created_task",
        "ReferenceToImageModel": ".reference_to_image_model",
        "ReferenceToImageRequest": ".reference_to_image_request",
        "ReferenceToVideoModel": ".reference_to_video_model",
        "ReferenceToVideoRequest": ".reference_to_video_request",
        "ReplicateTrendingVideoRequest": ".replicate_trending_video_request",
        "ReplicatedVideoCreatedTask": ".replicated_video_created_task",
        "Resolution": ".resolution",
        "SpeechEmotion": ".speech_emotion",
        "SpeechState": ".speech_state",
        "SpokenText": ".spoken_text",
        "StartEndToVideoModel": ".start_end_to_video_model",
        "StartEndToVideoRequest": ".start_end_to_video_request",
        "Subject": ".subject",
        "SubjectList": ".subject_list",
        "SubjectOwner": ".subject_owner",
        "TaskCallback": ".task_callback",
        "TaskList": ".task_list",
        "TaskListItem": ".task_list_item",
        "TaskState": ".task_state",
        "TaskType": ".task_type",
        "TemplateArea": ".template_area",
        "TemplateAspectRatio": ".template_aspect_ratio",
        "TemplateBeast": ".template_beast",
        "TemplateCreatedTask": ".template_created_task",
        "TemplateRequest": ".template_request",
        "TemplateStoryCreatedTask": ".template_story_created_task",
        "TemplateStoryName": ".template_story_name",
        "TemplateStoryRequest": ".template_story_request",
        "TextToAudioModel": ".text_to_audio_model",
        "TextToAudioRequest": ".text_to_audio_request",
        "TextToSpeechRequest": ".text_to_speech_request",
        "TextToVideoModel": ".text_to_video_model",
        "TextToVideoRequest": ".text_to_video_request",
        "TimingPrompt": ".timing_prompt",
        "TimingPromptEcho": ".timing_prompt_echo",
        "TimingToAudioCreatedTask": ".timing_to_audio_created_task",
        "TimingToAudioModel": ".timing_to_audio_model",
        "TimingToAudioRequest": ".timing_to_audio_request",
        "TrendingResolution": ".trending_resolution",
        "UpdateSubjectRequest": ".update_subject_request",
        "Upload": ".upload",
        "UploadScene": ".upload_scene",
        "UpscaleCreatedTask": ".upscale_created_task",
        "UpscaleLegacyCreatedTask": ".upscale_legacy_created_task",
        "UpscaleLegacyModel": ".upscale_legacy_model",
        "UpscaleLegacyRequest": ".upscale_legacy_request",
        "UpscaleRequest": ".upscale_request",
        "UpscaleResolution": ".upscale_resolution",
        "VideoSize": ".video_size",
        "VideoStyle": ".video_style",
        "WatermarkCorner": ".watermark_corner",
        "WatermarkCornerName": ".watermark_corner_name",
        "WorkflowCreated": ".workflow_created",
        "WorkflowFilm": ".workflow_film",
        "WorkflowJob": ".workflow_job",
        "WorkflowJobRecord": ".workflow_job_record",
        "WorkflowJobType": ".workflow_job_type",
        "WorkflowShotInput": ".workflow_shot_input",
        "WorkflowState": ".workflow_state",
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
