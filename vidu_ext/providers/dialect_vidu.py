"""The words of Vidu's API for members, files, states and errors, which all providers but skills.video have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from vidu_ext.values.exchange import Category
from vidu_ext.values.tasks import OutputKind, TaskState

from .encoding import Names
from .reading import Kinds

LIST: Final = "listTasks"
PAGE_SIZE: Final = "pager.pagesz"
PAGE_SIZES: Final = ("pager_pagesz", "paper_pagesz")
"""The parameter for the size of a page in both documented spellings; the server ignores the one it does not know."""

UPLOAD_SCENE: Final = "vidu"
"""The only documented purpose of an upload."""

NAMES: Final[Names] = {
    "ImageToVideo": {"image": "images[]"},
    "StartEndToVideo": {"start": "images[]", "end": "images[]"},
    "ExtendVideo": {"creation_id": "video_creation_id", "end_image": "images[]"},
    "Multiframe": {"frames": "image_settings"},
    "Frame": {"image": "key_image"},
    "Subject": {"stored_id": "server_id"},
}

ECHOED: Final = ("model", "prompt", "duration", "resolution", "aspect_ratio", "template")
"""Members of a request that the list of tasks repeats."""
DISTINCTIVE: Final = ("prompt", "images")
"""Members that distinguish a request. Without an idempotency key, at least one of them must agree."""

CREATION: Final[Mapping[str, OutputKind]] = {
    "url": "file",
    "watermarked_url": "watermarked",
    "cover_url": "cover",
    "speech_url": "speech",
    "sound_url": "sound",
    "bgm_url": "music",
    "moderation_url": "moderation",
    "attachments": "attachment",
}
"""The members of a creation with files. What the main one is, its URL or the type of the task shows."""
FILM_PARTS: Final[Mapping[str, OutputKind]] = {
    "storyboards": "attachment",
    "narration_records": "speech",
    "bgm_records": "music",
}
"""Parts of an advertising film."""
FILM: Final[Kinds] = {
    "signed_url": "video",
    "data_records": {
        "completed_creation_records": {"creation_url": "video"},
        **{name: {"creation_url": kind, "records": {"creation_url": kind}} for name, kind in FILM_PARTS.items()},
    },
}
"""The members of an answer with a film, or the versions of an advertising film and their parts."""
SHOTS: Final[Kinds] = {"job_records": {"jobs": {"signed_url": "attachment"}}}
"""The members of an answer with the shots of a film."""
KINDS: Final[Mapping[str, OutputKind]] = {
    "video": "video",
    "image": "image",
    "audio": "audio",
    "upscale": "video",
    "template": "video",
}
"""The kind of the main file, by the type of the task or the part after its 2: `img2video`, `reference2image`."""

BALANCES: Final = ("remains", "remaining_credits")
"""The member of the answer about credits with its rows; the second is the name in the table of the page."""

LATEST: Final = 253_402_300_799.0
"""The end of the year 9999, in seconds since the epoch; no later time can be written."""

CANCELED_BY_USER: Final = "UserCancelled"
"""Error code of a canceled task; there is no state for it."""


def by_word(words: Mapping[Category, Iterable[str]]) -> dict[str, Category]:
    return {word: category for category, group in words.items() for word in group}


STATES: Final[Mapping[str, TaskState]] = {
    "created": TaskState.CREATED,
    "queueing": TaskState.QUEUED,
    "processing": TaskState.PROCESSING,
    "success": TaskState.SUCCEEDED,
    "failed": TaskState.FAILED,
}

ERRORS: Final = by_word(
    {
        "busy": ("OperationInProcess", "QuotaExceeded", "TooManyRequests", "SystemThrottling"),
        "key": ("Unauthorized", "Forbidden"),
        "credits": ("CreditInsufficient",),
        "model": ("ModelUnavailable",),
        "moderation": (
            *("TaskPromptPolicyViolation", "CreationPolicyViolation"),
            *("AuditSubmitIllegal", "AuditFailed", "PhotoAuditNotPass"),
        ),
        "invalid": (
            *("BadRequest", "FieldLacking", "FieldUnwanted", "FieldInvalid", "FieldItemCountOutOfRange", "PageSizeOutOfRange"),
            *("ImageDownloadFailure", "ImageFormatInvalid", "ImageSizeInvalid", "ImageObjectsUndetected"),
            *("ImageCheckBodyJointsFailed", "ImageCheckFaceFailed"),
            *("FaceDetectFailure", "FaceDetectNotPass", "NoFaceDetected", "MultiFaceDetected"),
            *("VideoDownloadFailure", "VideoFormatInvalid", "CODEC"),
        ),
        "not-found": ("TaskNotFound", "CreationNotFound", "NotFound"),
        "other": ("Conflict", "Canceled", CANCELED_BY_USER, "InternalServiceFailure", "Unknown"),
    }
)
"""Reasons and error codes of Vidu, which the other two pass on."""
