"""Errors can be copied and pickled with all their data, and never contain a key."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import httpx
import pytest

import vidu_ext
from vidu_ext import RetryPolicy, Settings, TextToVideo, Vidu
from vidu_ext.cli.mcp.server import ArgumentError
from vidu_ext.durable.errors import ManifestError, RowFault
from vidu_ext.values import errors
from vidu_ext.values.errors import SubmissionUnknownError, ViduError
from vidu_ext.values.fault import Fault
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Output, Snapshot, TaskRef, TaskState

KEY: Final = "vk-7f3a9c5e1b2d4860-secret"
REF: Final = TaskRef("vidu", "940107923630096384", "getMusicVideo")
SNAPSHOT: Final = Snapshot(
    REF,
    TaskState.FAILED,
    "failed",
    {"state": "failed", "creations": [{"id": "1"}]},
    progress=3.0,
    error_code="AuditFailed",
    error_message="no.",
    credits=4.5,
    outputs=(Output("video", "https://files.example/f.mp4?Signature=s", "1"),),
    is_moderated=True,
)
SUBMISSION: Final = Submission("vidu", "vidu", "textToVideo", "payload", "mark", 1.5, {"prompt": "a paper bird"})

Arguments = tuple[tuple[object, ...], Mapping[str, object]]
ARGUMENTS: Final[Mapping[type[ViduError], Arguments]] = {
    ViduError: (("what happened",), {}),
    errors.InvalidRequestError: (("vidu", "textToVideo", [Fault("#/duration", "too long", (1, 2))]), {}),
    errors.NoProviderError: (("no account", ["not vidu", "not comfy"]), {}),
    errors.NotSentError: (("vidu", "no route."), {}),
    errors.BusyError: (("vidu", "too many requests."), {"status": 429, "retry_after": 2.0}),
    errors.RefusedError: (("vidu", "no."), {"status": 400, "code": "FieldInvalid", "request_id": "r-1"}),
    errors.SubmissionUnknownError: (("vidu", "lost.", SUBMISSION), {"raw": b"<html>", "absent": True}),
    errors.TaskError: (("what happened", REF, SNAPSHOT), {}),
    errors.WaitTimeoutError: ((REF, SNAPSHOT), {"elapsed": 3.0, "failure": "HTTP 500, away."}),
    errors.WaitRefusedError: ((REF, SNAPSHOT, "no such task."), {"status": 404, "code": "TaskNotFound"}),
    errors.TaskFailedError: ((SNAPSHOT,), {}),
    errors.ResultMissingError: ((SNAPSHOT,), {}),
    errors.CallError: (("vidu", "getCredits", "no."), {"status": 500, "code": "Unknown"}),
    errors.ResponseUnreadableError: (("vidu", "getCredits", "no."), {"status": 200, "raw": b"<html>"}),
    errors.DownloadError: (("what happened", REF), {}),
    errors.ClientClosedError: ((), {}),
    ManifestError: (([RowFault(3, "no prompt")],), {}),
    ArgumentError: (("generate takes no resolutoin", [Fault("#/resolutoin", "no such argument")]), {}),
}
"""The arguments of an error, by its class or the nearest base class."""

COPIES: Final[Mapping[str, Callable[[ViduError], ViduError]]] = {
    "pickle": lambda error: pickle.loads(pickle.dumps(error)),  # noqa: S301
    "deepcopy": copy.deepcopy,
}


def tree(kind: type[ViduError] = ViduError) -> Iterator[type[ViduError]]:
    if kind.__module__.startswith("vidu_ext."):
        yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


def error_of(kind: Any) -> ViduError:
    positional, named = next(ARGUMENTS[base] for base in kind.__mro__ if base in ARGUMENTS)
    error: ViduError = kind(*positional, **named)
    error.add_note("Asked before: comfy")
    return error


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("kind", dict.fromkeys(tree()), ids=lambda kind: kind.__name__)
def test_copied_or_unpickled_error_is_equal(kind: type[ViduError], way: str) -> None:
    error = error_of(kind)
    copied = COPIES[way](error)
    assert copied is not error
    assert type(copied) is kind
    assert (str(copied), copied.args) == (str(error), error.args)
    assert vars(copied) == vars(error)
    assert copied.__notes__ == ["Asked before: comfy"]


@pytest.mark.parametrize("kind", dict.fromkeys(tree()), ids=lambda kind: kind.__name__)
def test_full_stop_of_a_quoted_text_is_left_out_of_the_message(kind: type[ViduError]) -> None:
    """Once, a message said "is too busy: Too many requests. (HTTP 429)"."""
    assert not re.search(r"\. \(HTTP|[^.]\.\.[^.]", str(error_of(kind)))


def no_answer(request: httpx.Request) -> httpx.Response:
    """Answer every request with a gateway error that quotes the key."""
    return httpx.Response(502, request=request, text=f"<html>{KEY} {request.headers['authorization']}</html>")


def test_pickled_error_contains_the_submission_and_no_key() -> None:
    """The pickle of a real error, with the causes that it has, as a pool of processes sends it."""
    settings = Settings(retry=RetryPolicy(first=0.001, budget=0.001), transport=httpx.MockTransport(no_answer))
    with Vidu({"zenlayer": KEY}, settings=settings) as vidu, pytest.raises(SubmissionUnknownError) as caught:
        vidu.submit(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5))
    pickled = pickle.dumps(caught.value)
    assert pickle.loads(pickled).submission.body["prompt"] == "a paper bird"  # noqa: S301
    assert KEY.encode() not in pickled


def test_every_error_can_be_imported_from_the_top() -> None:
    defined = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, errors.ViduError)}
    assert defined <= set(vidu_ext.__all__)
