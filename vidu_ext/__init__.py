"""Make videos with the Vidu models through any provider you have an account with.

    from vidu_ext import TextToVideo, Vidu

    with Vidu() as vidu:
        task = vidu.submit(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5))
        print(task.ref)
        task.wait(timeout=600).download("bird.mp4")

The names below are loaded when they are first used, so that importing the package costs nearly nothing. The marker
PYTEST_DONT_REWRITE tells pytest not to rewrite assertions here, because the package is also a pytest plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str
    from .client.async_vidu import AsyncTask as AsyncTask
    from .client.async_vidu import AsyncTaskResult as AsyncTaskResult
    from .client.async_vidu import AsyncVidu as AsyncVidu
    from .client.settings import Settings as Settings
    from .client.vidu import Task as Task
    from .client.vidu import TaskResult as TaskResult
    from .client.vidu import Vidu as Vidu
    from .flows.download import Downloaded as Downloaded
    from .flows.download import DownloadOptions as DownloadOptions
    from .flows.download import DownloadProgress as DownloadProgress
    from .flows.health import HealthPolicy as HealthPolicy
    from .flows.policy import PollPolicy as PollPolicy
    from .flows.policy import RetryPolicy as RetryPolicy
    from .flows.policy import SettlePolicy as SettlePolicy
    from .flows.policy import Timeouts as Timeouts
    from .providers.accounts import Account as Account
    from .providers.records import Balance as Balance
    from .providers.records import TaskFilter as TaskFilter
    from .values.drift import Drift as Drift
    from .values.errors import BusyError as BusyError
    from .values.errors import CallError as CallError
    from .values.errors import ClientClosedError as ClientClosedError
    from .values.errors import ConfigurationError as ConfigurationError
    from .values.errors import DownloadError as DownloadError
    from .values.errors import DownloadIncompleteError as DownloadIncompleteError
    from .values.errors import DownloadRefusedError as DownloadRefusedError
    from .values.errors import InsufficientCreditsError as InsufficientCreditsError
    from .values.errors import InvalidRequestError as InvalidRequestError
    from .values.errors import KeyRefusedError as KeyRefusedError
    from .values.errors import MissingExtraError as MissingExtraError
    from .values.errors import ModelNotOfferedError as ModelNotOfferedError
    from .values.errors import ModerationError as ModerationError
    from .values.errors import NoProviderError as NoProviderError
    from .values.errors import NotSentError as NotSentError
    from .values.errors import OrderError as OrderError
    from .values.errors import RefusedError as RefusedError
    from .values.errors import ResponseUnreadableError as ResponseUnreadableError
    from .values.errors import ResultExpiredError as ResultExpiredError
    from .values.errors import ResultMissingError as ResultMissingError
    from .values.errors import SubmissionUnknownError as SubmissionUnknownError
    from .values.errors import SubmitError as SubmitError
    from .values.errors import TaskCanceledError as TaskCanceledError
    from .values.errors import TaskError as TaskError
    from .values.errors import TaskFailedError as TaskFailedError
    from .values.errors import TaskModeratedError as TaskModeratedError
    from .values.errors import ViduError as ViduError
    from .values.errors import WaitRefusedError as WaitRefusedError
    from .values.errors import WaitTimeoutError as WaitTimeoutError
    from .values.price import DocumentedPrice as DocumentedPrice
    from .values.price import Price as Price
    from .values.price import Quote as Quote
    from .values.requests import ExtendVideo as ExtendVideo
    from .values.requests import Frame as Frame
    from .values.requests import ImageToVideo as ImageToVideo
    from .values.requests import Multiframe as Multiframe
    from .values.requests import OperationRequest as OperationRequest
    from .values.requests import ReferenceToImage as ReferenceToImage
    from .values.requests import ReferenceToVideo as ReferenceToVideo
    from .values.requests import StartEndToVideo as StartEndToVideo
    from .values.requests import Subject as Subject
    from .values.requests import TextToVideo as TextToVideo
    from .values.submission import Submission as Submission
    from .values.tasks import Output as Output
    from .values.tasks import Snapshot as Snapshot
    from .values.tasks import TaskRef as TaskRef
    from .values.tasks import TaskState as TaskState

# The same names as in the imports above, which only type checkers read.
_NAMES_OF_MODULE = {
    "client.async_vidu": ("AsyncTask", "AsyncTaskResult", "AsyncVidu"),
    "client.settings": ("Settings",),
    "client.vidu": ("Task", "TaskResult", "Vidu"),
    "flows.download": ("DownloadOptions", "DownloadProgress", "Downloaded"),
    "flows.health": ("HealthPolicy",),
    "flows.policy": ("PollPolicy", "RetryPolicy", "SettlePolicy", "Timeouts"),
    "providers.accounts": ("Account",),
    "providers.records": ("Balance", "TaskFilter"),
    "values.drift": ("Drift",),
    "values.errors": (
        *("BusyError", "CallError", "ClientClosedError", "ConfigurationError", "DownloadError"),
        *("DownloadIncompleteError", "DownloadRefusedError", "InsufficientCreditsError", "InvalidRequestError"),
        *("KeyRefusedError", "MissingExtraError", "ModelNotOfferedError", "ModerationError", "NoProviderError"),
        *("NotSentError", "OrderError", "RefusedError", "ResponseUnreadableError", "ResultExpiredError"),
        *("ResultMissingError", "SubmissionUnknownError", "SubmitError", "TaskCanceledError", "TaskError"),
        *("TaskFailedError", "TaskModeratedError", "ViduError", "WaitRefusedError", "WaitTimeoutError"),
    ),
    "values.price": ("DocumentedPrice", "Price", "Quote"),
    "values.requests": (
        *("ExtendVideo", "Frame", "ImageToVideo", "Multiframe", "OperationRequest", "ReferenceToImage"),
        *("ReferenceToVideo", "StartEndToVideo", "Subject", "TextToVideo"),
    ),
    "values.submission": ("Submission",),
    "values.tasks": ("Output", "Snapshot", "TaskRef", "TaskState"),
}
_MODULE_OF = {name: module for module, names in _NAMES_OF_MODULE.items() for name in names}

__all__ = sorted(_MODULE_OF)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("vidu-ext")
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
