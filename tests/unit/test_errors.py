"""Errors can be copied and pickled with all their data, and never contain a key."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
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
    error_message="no",
    credits=4.5,
    outputs=(Output("video", "https://files.example/f.mp4?Signature=s", "1"),),
    is_moderated=True,
)
SUBMISSION: Final = Submission("vidu", "vidu", "textToVideo", "payload", "mark", 1.5, {"prompt": "a paper bird"})

Arguments = tuple[tuple[object, ...], Mapping[str, object]]
ARGUMENTS: Final[Mapping[type[ViduError], Arguments]] = {
    ViduError: (("what happened",), {}),
    errors.InvalidRequestError: (("vidu", "textToVideo", [Fault("#/duration", "too long", (1, 2))]), {}),
    errors.NoProviderError: (("nobody", ["not vidu", "not comfy"]), {}),
    errors.NotSentError: (("vidu", "no route"), {}),
    errors.BusyError: (("vidu", "busy"), {"status": 429, "retry_after": 2.0}),
    errors.RefusedError: (("vidu", "no"), {"status": 400, "code": "FieldInvalid", "request_id": "r-1"}),
    errors.SubmissionUnknownError: (("vidu", "lost", SUBMISSION), {"raw": b"<html>", "absent": True}),
    errors.TaskError: (("what happened", REF, SNAPSHOT), {}),
    errors.WaitTimeoutError: ((REF, SNAPSHOT), {"elapsed": 3.0, "failure": "HTTP 500"}),
    errors.WaitRefusedError: ((REF, SNAPSHOT, "no such task"), {"status": 404, "code": "TaskNotFound"}),
    errors.TaskFailedError: ((SNAPSHOT,), {}),
    errors.ResultMissingError: ((SNAPSHOT,), {}),
    errors.CallError: (("vidu", "getCredits", "no"), {"status": 500, "code": "Unknown"}),
    errors.ResponseUnreadableError: (("vidu", "getCredits", "no"), {"status": 200, "raw": b"<html>"}),
    errors.DownloadError: (("what happened", REF), {}),
    errors.ClientClosedError: ((), {}),
    ManifestError: (([RowFault(3, "no prompt")],), {}),
    ArgumentError: (("generate takes no resolutoin", [Fault("#/resolutoin", "no such argument")]), {}),
}
"""The arguments of an error, by its class or the nearest base class."""

COPIES: Final[Mapping[str, Callable[[ViduError], ViduError]]] = {
    "oldest pickle": lambda error: pickle.loads(pickle.dumps(error, 0)),  # noqa: S301
    "pickle": lambda error: pickle.loads(pickle.dumps(error)),  # noqa: S301
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


def tree(kind: type[ViduError] = ViduError) -> Iterator[type[ViduError]]:
    if kind.__module__.startswith("vidu_ext."):
        yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


def error_of(kind: Any) -> ViduError:
    positional, named = next(ARGUMENTS[one] for one in kind.__mro__ if one in ARGUMENTS)
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


def no_answer(request: httpx.Request) -> httpx.Response:
    """Answer every request with a gateway error that quotes the key."""
    return httpx.Response(502, request=request, text=f"<html>{KEY} {request.headers['authorization']}</html>")


def submitted() -> str:
    settings = Settings(retry=RetryPolicy(first=0.001, budget=0.001), transport=httpx.MockTransport(no_answer))
    with Vidu({"zenlayer": KEY}, settings=settings) as vidu:
        return str(vidu.submit(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5)).ref)


def test_error_passes_through_a_pool_of_processes() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool, pytest.raises(SubmissionUnknownError) as caught:
        pool.submit(submitted).result()
    assert caught.value.submission.body["prompt"] == "a paper bird"


def test_pickled_error_does_not_contain_the_key() -> None:
    with pytest.raises(SubmissionUnknownError) as caught:
        submitted()
    assert b"a paper bird" in pickle.dumps(caught.value)
    assert KEY.encode() not in pickle.dumps(caught.value)


def test_every_error_can_be_imported_from_the_top() -> None:
    defined = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, errors.ViduError)}
    assert defined <= set(vidu_ext.__all__)


@pytest.mark.parametrize("client", [vidu_ext.Vidu, vidu_ext.AsyncVidu])
@pytest.mark.parametrize(
    ("options", "written"),
    [
        ({"api_key": "k"}, '({"vidu": "..."})'),
        ({"timeout": 30}, "wait(task, timeout=600)"),
        ({"base_url": "https://example.com"}, "Account("),
        ({"colour": "red"}, "no 'colour'."),
    ],
)
def test_option_of_another_client_is_refused_with_the_way_to_write_it(
    client: type, options: dict[str, object], written: str
) -> None:
    with pytest.raises(TypeError, match=re.escape(written)) as caught:
        client(**options)
    assert client.__name__ in str(caught.value)
