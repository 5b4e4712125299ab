"""Make videos with the Vidu models through whichever provider a person has an account with.

    from vidu_ext import TextToVideo, Vidu

    with Vidu() as vidu:
        task = vidu.submit(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5))
        print(task.ref)
        task.wait(timeout=600).download("bird.mp4")

The names below are loaded when they are first used, so that importing the package costs nearly nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .accounts import Account as Account
    from .async_client import AsyncVidu as AsyncVidu
    from .client import Vidu as Vidu
    from .door import Wiring as Wiring
    from .downloads import Downloaded as Downloaded
    from .downloads import DownloadOptions as DownloadOptions
    from .errors import CallError as CallError
    from .errors import ClientClosedError as ClientClosedError
    from .errors import ConfigurationError as ConfigurationError
    from .errors import DownloadError as DownloadError
    from .errors import DownloadIncompleteError as DownloadIncompleteError
    from .errors import DownloadRefusedError as DownloadRefusedError
    from .errors import InsufficientCreditsError as InsufficientCreditsError
    from .errors import InvalidRequestError as InvalidRequestError
    from .errors import KeyRefusedError as KeyRefusedError
    from .errors import MissingExtraError as MissingExtraError
    from .errors import ModelNotOfferedError as ModelNotOfferedError
    from .errors import ModerationError as ModerationError
    from .errors import NoProviderError as NoProviderError
    from .errors import NotSentError as NotSentError
    from .errors import RefusedError as RefusedError
    from .errors import RejectedError as RejectedError
    from .errors import ResponseUnreadableError as ResponseUnreadableError
    from .errors import ResultExpiredError as ResultExpiredError
    from .errors import ResultMissingError as ResultMissingError
    from .errors import SubmissionUnknownError as SubmissionUnknownError
    from .errors import SubmitError as SubmitError
    from .errors import TaskCanceledError as TaskCanceledError
    from .errors import TaskError as TaskError
    from .errors import TaskFailedError as TaskFailedError
    from .errors import TaskModeratedError as TaskModeratedError
    from .errors import ViduError as ViduError
    from .errors import WaitRefusedError as WaitRefusedError
    from .errors import WaitTimeoutError as WaitTimeoutError
    from .handles import AsyncTask as AsyncTask
    from .handles import AsyncTaskResult as AsyncTaskResult
    from .handles import Task as Task
    from .handles import TaskResult as TaskResult
    from .outcome import Submission as Submission
    from .policy import PollPolicy as PollPolicy
    from .policy import ReconcilePolicy as ReconcilePolicy
    from .policy import RetryPolicy as RetryPolicy
    from .policy import Timeouts as Timeouts
    from .providers.base import Balance as Balance
    from .providers.base import TaskFilter as TaskFilter
    from .requests import ExtendVideo as ExtendVideo
    from .requests import Frame as Frame
    from .requests import ImageToVideo as ImageToVideo
    from .requests import Multiframe as Multiframe
    from .requests import ReferenceToImage as ReferenceToImage
    from .requests import ReferenceToVideo as ReferenceToVideo
    from .requests import StartEndToVideo as StartEndToVideo
    from .requests import Subject as Subject
    from .requests import TextToVideo as TextToVideo
    from .selection import HealthPolicy as HealthPolicy
    from .session import Settings as Settings
    from .tasks import Output as Output
    from .tasks import Snapshot as Snapshot
    from .tasks import TaskRef as TaskRef
    from .tasks import TaskState as TaskState

_HOMES = {
    "accounts": ("Account",),
    "async_client": ("AsyncVidu",),
    "client": ("Vidu",),
    "door": ("Wiring",),
    "downloads": ("DownloadOptions", "Downloaded"),
    "errors": (
        "CallError",
        "ClientClosedError",
        "ConfigurationError",
        "DownloadError",
        "DownloadIncompleteError",
        "DownloadRefusedError",
        "InsufficientCreditsError",
        "InvalidRequestError",
        "KeyRefusedError",
        "MissingExtraError",
        "ModelNotOfferedError",
        "ModerationError",
        "NoProviderError",
        "NotSentError",
        "RefusedError",
        "RejectedError",
        "ResponseUnreadableError",
        "ResultExpiredError",
        "ResultMissingError",
        "SubmissionUnknownError",
        "SubmitError",
        "TaskCanceledError",
        "TaskError",
        "TaskFailedError",
        "TaskModeratedError",
        "ViduError",
        "WaitRefusedError",
        "WaitTimeoutError",
    ),
    "handles": ("AsyncTask", "AsyncTaskResult", "Task", "TaskResult"),
    "outcome": ("Submission",),
    "policy": ("PollPolicy", "ReconcilePolicy", "RetryPolicy", "Timeouts"),
    "providers.base": ("Balance", "TaskFilter"),
    "requests": (
        "ExtendVideo",
        "Frame",
        "ImageToVideo",
        "Multiframe",
        "ReferenceToImage",
        "ReferenceToVideo",
        "StartEndToVideo",
        "Subject",
        "TextToVideo",
    ),
    "selection": ("HealthPolicy",),
    "session": ("Settings",),
    "tasks": ("Output", "Snapshot", "TaskRef", "TaskState"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
