"""Generated models that the clients name in their signatures. For type checkers; nothing is imported when a program runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from vidu_clients.vidu.models import ChatImageRequest as ChatImageRequest
    from vidu_clients.vidu.models import ChatImages as ChatImages
    from vidu_clients.vidu.models import ClonedVoice as ClonedVoice
    from vidu_clients.vidu.models import CloneVoiceRequest as CloneVoiceRequest
    from vidu_clients.vidu.models import ContentImageRequest as ContentImageRequest
    from vidu_clients.vidu.models import ContentImages as ContentImages
    from vidu_clients.vidu.models import CreatedSubject as CreatedSubject
    from vidu_clients.vidu.models import CreateSubjectRequest as CreateSubjectRequest
    from vidu_clients.vidu.models import DramaTaskCreated as DramaTaskCreated
    from vidu_clients.vidu.models import DramaTaskRequest as DramaTaskRequest
    from vidu_clients.vidu.models import EditImagesRequest as EditImagesRequest
    from vidu_clients.vidu.models import GenerateImagesRequest as GenerateImagesRequest
    from vidu_clients.vidu.models import Images as Images
    from vidu_clients.vidu.models import RecommendedPrompts as RecommendedPrompts
    from vidu_clients.vidu.models import RecommendPromptsRequest as RecommendPromptsRequest
    from vidu_clients.vidu.models import SpokenText as SpokenText
    from vidu_clients.vidu.models import Subject
    from vidu_clients.vidu.models import TextToSpeechRequest as TextToSpeechRequest
    from vidu_clients.vidu.models import UpdateSubjectRequest as UpdateSubjectRequest

    StoredSubject: TypeAlias = Subject
    """Not the subject of a request, which has this name too."""
