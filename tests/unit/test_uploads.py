"""Large local pictures are uploaded, in a few requests each, before the request is sent, if the provider accepts uploads."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Final

import httpx
import pytest
from attrs import evolve
from paid import SILENCE, STEADY, reply, story
from scripted import Answer, Scripted

from vidu_ext import ImageToVideo, ReferenceToVideo, Settings, Subject, Submission, Vidu
from vidu_ext.flows.effects import Flow, Send
from vidu_ext.flows.file_effects import Put
from vidu_ext.flows.policy import RetryPolicy
from vidu_ext.flows.routing import UPLOAD_ABOVE
from vidu_ext.flows.upload import upload_flow
from vidu_ext.providers import provider_named
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.formats import Medium
from vidu_ext.values.errors import (
    BusyError,
    CallError,
    InsufficientCreditsError,
    InvalidRequestError,
    KeyRefusedError,
    NotSentError,
    RefusedError,
    ResponseUnreadableError,
    SubmitError,
)
from vidu_ext.values.exchange import Reply

TASK: Final = "940107923630096384"
STORAGE: Final = "https://storage.example/put?Signature=a%2Fb"
LARGEST_UPLOAD: Final = contract_of("vidu").operation("createUpload").max_upload_bytes or 0
LARGEST_BODY: Final = contract_of("vidu").operation("imageToVideo").max_body_bytes or 0


def picture(size: int, *, width: int = 640, height: int = 480) -> bytes:
    """Return bytes that begin as a PNG of this many pixels."""
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return head + b"\0" * (size - len(head))


def film(size: int) -> bytes:
    """Return bytes that begin as an MP4."""
    return struct.pack(">I", 24) + b"ftypisom" + b"\0" * (size - 12)


LARGE: Final = ImageToVideo(image=picture(UPLOAD_ABOVE + 1), model="viduq2-pro")


class Providers:
    """Vidu and Comfy with their upload routes, the storage, and a ledger of what they were asked."""

    def __init__(self, *, storage_status: int = 200, upload_status: int = 200, uri: str = "ssupload:?id=77") -> None:
        self.asked: list[str] = []
        self.bodies: list[dict[str, object]] = []
        self.stored: list[bytes] = []
        self.keys_at_the_storage: list[str] = []
        self._storage_status = storage_status
        self._upload_status = upload_status
        self._uri = uri

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.host}{request.url.path}")
        if request.url.host == "storage.example":
            self.keys_at_the_storage += [value for name, value in request.headers.items() if "key" in f"{name} {value}".lower()]
            self.stored.append(request.content)
            assert str(request.url) == STORAGE
            return httpx.Response(self._storage_status if len(self.stored) == 1 else 200, headers={"etag": '"0f"'})
        if request.url.path == "/tools/v2/files/uploads":
            if not self._upload_status:
                raise httpx.ConnectError("no route to host")
            if self._upload_status != 200:
                return httpx.Response(self._upload_status, json={"code": self._upload_status, "message": "no"})
            return httpx.Response(200, json={"id": "77", "put_url": STORAGE, "expires_at": "soon"})
        if request.url.path == "/tools/v2/files/uploads/77/finish":
            return httpx.Response(200, json={"uri": self._uri})
        if request.url.path == "/customers/storage":
            return httpx.Response(200, json={"upload_url": STORAGE, "download_url": "https://storage.example/get/1"})
        self.bodies.append(json.loads(request.content))
        return httpx.Response(200, json={"task_id": TASK, "state": "created"})

    def client(self, *names: str) -> Vidu:
        settings = Settings(retry=RetryPolicy(budget=0), transport=httpx.MockTransport(self))
        return Vidu({name: f"key-of-{name}" for name in names}, settings=settings)

    def submit(self, request: ImageToVideo | ReferenceToVideo, *, account: str = "vidu", check: bool = True) -> None:
        with self.client(account) as vidu:
            vidu.submit(request, check=check)


@pytest.mark.parametrize("size", [1000, LARGEST_UPLOAD + 1], ids=["small", "too large for an upload"])
def test_picture_that_is_not_uploaded_is_sent_inside_the_request(size: int) -> None:
    providers = Providers()
    providers.submit(ImageToVideo(image=picture(size), model="viduq2-pro"))
    assert providers.asked == ["POST api.vidu.com/ent/v2/img2video"]
    assert str(providers.bodies[0]["images"]).startswith("['data:image/png;base64,")


def test_large_picture_is_uploaded_before_the_request(tmp_path: Path) -> None:
    content = picture(UPLOAD_ABOVE + 1)
    (tmp_path / "large.png").write_bytes(content)
    providers = Providers()
    providers.submit(ImageToVideo(image=tmp_path / "large.png", model="viduq2-pro"))
    assert providers.asked == [
        "POST api.vidu.com/tools/v2/files/uploads",
        "PUT storage.example/put",
        "PUT api.vidu.com/tools/v2/files/uploads/77/finish",
        "POST api.vidu.com/ent/v2/img2video",
    ]
    assert providers.bodies[0]["images"] == ["ssupload:?id=77"]
    assert providers.stored == [content]
    assert providers.keys_at_the_storage == []


@pytest.mark.parametrize(
    ("image", "duration", "pointer"),
    [(picture(UPLOAD_ABOVE + 1, width=5000, height=100), None, "#/images/0"), (picture(UPLOAD_ABOVE + 1), 99, "#/duration")],
    ids=["wrong shape", "other fault"],
)
def test_request_with_a_fault_is_refused_before_its_upload(image: bytes, duration: int | None, pointer: str) -> None:
    providers = Providers()
    with pytest.raises(InvalidRequestError) as caught:
        providers.submit(ImageToVideo(image=image, model="viduq2-pro", duration=duration))
    assert caught.value.faults[0].pointer == pointer
    assert providers.asked == []


FAILURES: Final[dict[str, tuple[partial[Providers], type[SubmitError], bool]]] = {
    "key refused": (partial(Providers, upload_status=401), KeyRefusedError, True),
    "no credits": (partial(Providers, upload_status=402), InsufficientCreditsError, True),
    "server fault": (partial(Providers, upload_status=503), BusyError, True),
    "no connection": (partial(Providers, upload_status=0), NotSentError, True),
    "fault of the storage": (partial(Providers, storage_status=503), BusyError, True),
    "address of no use": (partial(Providers, uri="upload-77"), NotSentError, True),
    "refused by the storage": (partial(Providers, storage_status=403), RefusedError, False),
    "no such route": (partial(Providers, upload_status=404), RefusedError, False),
}
"""Uploads that fail at Vidu: the error of the submit, and whether another account is asked."""


@pytest.mark.parametrize(("failing", "kind"), [case[:2] for case in FAILURES.values()], ids=FAILURES)
def test_request_is_not_sent_after_a_failed_upload(failing: partial[Providers], kind: type[SubmitError]) -> None:
    submissions: list[Submission] = []
    providers = failing()
    with providers.client("vidu") as vidu, pytest.raises(kind, match="could not be uploaded") as caught:
        vidu.submit(LARGE, on_submission=submissions.append)
    assert (type(caught.value), caught.value.account) == (kind, "vidu")
    assert "reached" not in str(caught.value)  # Vidu or its storage may have answered
    assert (providers.bodies, submissions) == ([], [])


@pytest.mark.parametrize(("failing", "kind", "fails_over"), FAILURES.values(), ids=FAILURES)
def test_next_account_is_asked_after_a_failed_upload_unless_the_file_was_refused(
    failing: partial[Providers], kind: type[SubmitError], fails_over: bool
) -> None:
    submissions: list[Submission] = []
    with failing().client("vidu", "comfy") as vidu, nullcontext() if fails_over else pytest.raises(kind):
        vidu.submit(LARGE, on_submission=submissions.append)
    assert [submission.account for submission in submissions] == ["comfy"] * fails_over


def test_unknown_form_of_an_upload_is_sent_without_the_check() -> None:
    providers = Providers(uri="upload-77")
    providers.submit(LARGE, check=False)
    assert [body["images"] for body in providers.bodies] == [["upload-77"]]


def test_account_whose_uploads_fail_rests() -> None:
    providers = Providers(upload_status=503)
    with providers.client("vidu", "comfy") as vidu:
        for _ in range(3):
            vidu.submit(LARGE)
        assert vidu.explain(LARGE)[0].resting_for is not None


def test_failed_upload_of_prepare_is_a_call_error() -> None:
    with Providers(upload_status=401).client("vidu") as vidu, pytest.raises(CallError, match="createUpload"):
        vidu.prepare(LARGE)


def test_picture_too_large_for_upload_and_request_is_refused() -> None:
    providers = Providers()
    request = ImageToVideo(image=picture(LARGEST_BODY), model="viduq2-pro")
    with providers.client("vidu") as vidu:
        (explained,) = vidu.explain(request)
        assert not explained.capable
        assert "most this route takes" in str(explained)
        with pytest.raises(InvalidRequestError, match="most this route takes"):
            vidu.submit(request)
    assert providers.asked == []


def test_video_is_sent_inline_while_the_picture_beside_it_is_uploaded() -> None:
    providers = Providers()
    subject = Subject(name="bird", images=[picture(2000)], videos=[film(UPLOAD_ABOVE + 1)])
    request = ReferenceToVideo(prompt="@bird flies", subjects=[subject], model="viduq2-pro", duration=5)
    providers.submit(request)
    sent = json.dumps(providers.bodies[0]["subjects"])
    assert '"images": ["ssupload:?id=77"]' in sent
    assert '"videos": ["data:video/mp4;base64,' in sent
    assert providers.stored == [picture(2000)]


def test_uploaded_pictures_keep_their_places() -> None:
    first, last = picture(UPLOAD_ABOVE), picture(2000)
    providers = Providers()
    images: list[bytes | str] = [first, "https://example.com/b.png", last]
    providers.submit(ReferenceToVideo(prompt="a paper bird", images=images, model="viduq1"), account="comfy")
    assert providers.stored == [first, last]
    stored = "https://storage.example/get/1"
    assert providers.bodies[0]["images"] == [stored, "https://example.com/b.png", stored]


# -- one file: requests, repetitions and errors ---------------------------------------------------------------------------

PLACES: Final[dict[str, Reply]] = {
    "vidu": reply(200, {"id": "77", "put_url": "https://storage.example.com/up?sig=abc"}),
    "comfy": reply(
        200, {"upload_url": "https://storage.example.com/up?sig=abc", "download_url": "https://storage.example.com/down?sig=d"}
    ),
}

STORED: Final = reply(200, b"", {"etag": "d035"})
FINISHED: Final = reply(200, {"uri": "ssupload:?id=77"})


def upload(provider: str = "vidu", *, account_host: str = "api.example", retry: RetryPolicy = STEADY) -> Flow[str]:
    return upload_flow("studio", provider_named(provider), Medium(b"PNG", "png"), account_host=account_host, retry=retry)


def test_upload_to_vidu_is_created_put_and_finished() -> None:
    driver = Scripted(PLACES["vidu"], STORED, FINISHED)
    assert driver.run(upload()) == "ssupload:?id=77"
    assert story(driver) == ["createUpload", "PUT", "finishUpload"]
    (put,), (create, finish) = driver.of(Put), [send.call for send in driver.of(Send)]
    assert (put.url, put.content, put.content_type) == ("https://storage.example.com/up?sig=abc", b"PNG", "image/png")
    assert (create.request["url"], create.request["json"]) == ("/tools/v2/files/uploads", {"scene": "vidu"})
    assert (finish.request["url"], finish.request["json"]) == ("/tools/v2/files/uploads/77/finish", {"etag": "d035"})
    assert not create.creates


def test_upload_to_comfy_is_created_and_put() -> None:
    """Comfy's documented example names file and type; a storage signs the address for that type."""
    driver = Scripted(PLACES["comfy"], STORED)
    assert driver.run(upload("comfy")) == "https://storage.example.com/down?sig=d"
    assert story(driver) == ["createStorage", "PUT"]
    (create,) = (send.call for send in driver.of(Send))
    assert (create.request["json"], create.creates) == ({"file_name": "picture.png", "content_type": "image/png"}, False)


@pytest.mark.parametrize("more", [{}, {"expires_at": "2026-12-01T00:00:00Z"}, {"upload_url": "https://storage.example.com/up"}])
def test_file_that_comfy_already_has_is_not_put_again(more: dict[str, object]) -> None:
    """Comfy may answer without a URL for the upload. Once, that was reported as an unreadable answer."""
    driver = Scripted(reply(200, {"download_url": "https://storage.example.com/down?sig=d", "existing_file": True, **more}))
    assert driver.run(upload("comfy")) == "https://storage.example.com/down?sig=d"
    assert story(driver) == ["createStorage"]


def test_each_step_of_an_upload_is_repeated_after_passing_failures() -> None:
    driver = Scripted(SILENCE, PLACES["vidu"], SILENCE, reply(503, b"slow down"), reply(429, b""), STORED, reply(500), FINISHED)
    assert driver.run(upload()) == "ssupload:?id=77"
    assert story(driver) == [
        "createUpload", 1.0, "createUpload", "PUT", 1.0, "PUT", 2.0, "PUT", 4.0, "PUT", "finishUpload", 1.0, "finishUpload",
    ]  # fmt: skip


def test_upload_to_this_machine_is_allowed_for_an_account_on_it() -> None:
    driver = Scripted(reply(200, {"id": "77", "put_url": "http://127.0.0.1:9000/up"}), STORED, FINISHED)
    assert driver.run(upload(account_host="localhost:8188")) == "ssupload:?id=77"


DOWN: Final = "https://storage.example.com/down"
FAILED: Final[dict[str, tuple[str, list[Answer], type[CallError], str]]] = {
    **{
        f"storage answers {status}": ("vidu", [PLACES["vidu"], reply(status, b"<Error>")], CallError, f"(HTTP {status})")
        for status in (302, 403)
    },
    **{
        f"address is {url}": ("vidu", [reply(200, {"id": "77", "put_url": url})], CallError, "nothing was sent there")
        for url in ("http://169.254.169.254/up?sig=abc", "https://localhost:8080/up?sig=abc", "file:///up?sig=abc")
    },
    **{
        f"answer of vidu is {body!r}": ("vidu", [reply(200, body)], ResponseUnreadableError, "no URL to upload to")
        for body in ({}, {"put_url": "https://storage.example.com/up"}, {"id": "9", "put_url": ""}, {"id": "9"}, b"?")
    },
    **{
        f"answer of comfy is {body}": ("comfy", [reply(200, body)], ResponseUnreadableError, "has no URL to upload to")
        for body in (
            {"download_url": DOWN},
            {"download_url": DOWN, "existing_file": False},
            {"existing_file": True, "download_url": ""},
        )
    },
    "last answer is empty": ("vidu", [PLACES["vidu"], STORED, reply(200, {})], ResponseUnreadableError, "no URL of the upload"),
    "storage is silent": ("vidu", [PLACES["vidu"], *[SILENCE] * 3], CallError, "the upload broke off: no answer within 120 s"),
}
"""Answers after which an upload fails. What the answer to the first call names may be any service of a private network."""


@pytest.mark.parametrize(("provider", "answers", "kind", "words"), FAILED.values(), ids=FAILED)
def test_upload_fails_with_the_reason_and_without_its_signed_url_if(
    provider: str, answers: Sequence[Answer], kind: type[CallError], words: str
) -> None:
    error = Scripted(*answers).error(upload(provider, retry=evolve(STEADY, budget=5.0)), kind)
    assert words in str(error)
    assert "sig=abc" not in str(error)
    assert not isinstance(error, ResponseUnreadableError) or error.raw == getattr(answers[-1], "content", None)
