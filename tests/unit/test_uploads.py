"""Large local pictures are uploaded before the request is sent, and only where the provider takes uploads."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Final

import httpx
import pytest

from vidu_ext import ImageToVideo, PollPolicy, ReferenceToVideo, RetryPolicy, Settings, Vidu, Wiring
from vidu_ext.errors import CallError, InvalidRequestError
from vidu_ext.uploads import UPLOAD_ABOVE

TASK: Final = "940107923630096384"
STORAGE: Final = "https://storage.example/put?Signature=a%2Fb"


def picture(size: int, *, width: int = 640, height: int = 480) -> bytes:
    """Bytes that begin as a PNG of this many pixels."""
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return head + b"\0" * (size - len(head))


class Providers:
    """Vidu and Comfy with their upload routes, the storage, and a book of what they were asked."""

    def __init__(self, *, storage_status: int = 200) -> None:
        self.asked: list[str] = []
        self.bodies: list[dict[str, object]] = []
        self.stored: list[bytes] = []
        self.keys_at_the_storage: list[str] = []
        self._storage_status = storage_status

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.host}{request.url.path}")
        if request.url.host == "storage.example":
            self.keys_at_the_storage += [value for name, value in request.headers.items() if "key" in f"{name} {value}".lower()]
            self.stored.append(request.content)
            assert str(request.url) == STORAGE
            return httpx.Response(self._storage_status, headers={"etag": '"0f"'})
        if request.url.path == "/tools/v2/files/uploads":
            return httpx.Response(200, json={"id": "77", "put_url": STORAGE, "expires_at": "soon"})
        if request.url.path == "/tools/v2/files/uploads/77/finish":
            return httpx.Response(200, json={"uri": "ssupload:?id=77"})
        if request.url.path == "/customers/storage":
            return httpx.Response(200, json={"upload_url": STORAGE, "download_url": "https://storage.example/get/1"})
        self.bodies.append(json.loads(request.content))
        return httpx.Response(200, json={"task_id": TASK, "state": "created"})

    def client(self, *names: str) -> Vidu:
        wiring = Wiring(transport=httpx.MockTransport(self))
        settings = Settings(poll=PollPolicy(floor=0.01), retry=RetryPolicy(budget=0), wiring=wiring)
        return Vidu({name: f"key-of-{name}" for name in names}, settings=settings)


def test_small_picture_takes_a_way_of_its_own() -> None:
    providers = Providers()
    with providers.client("vidu") as vidu:
        vidu.submit(ImageToVideo(image=picture(1000), model="viduq2-pro"))
    assert providers.asked == ["POST api.vidu.com/ent/v2/img2video"]
    assert str(providers.bodies[0]["images"]).startswith("['data:image/png;base64,")


def test_large_picture_travels_inside_the_request(tmp_path: Path) -> None:
    content = picture(UPLOAD_ABOVE + 1)
    (tmp_path / "large.png").write_bytes(content)
    providers = Providers()
    with providers.client("vidu") as vidu:
        vidu.submit(ImageToVideo(image=tmp_path / "large.png", model="viduq2-pro"))
    assert providers.asked == [
        "POST api.vidu.com/tools/v2/files/uploads",
        "PUT storage.example/put",
        "PUT api.vidu.com/tools/v2/files/uploads/77/finish",
        "POST api.vidu.com/ent/v2/img2video",
    ]
    assert providers.bodies[0]["images"] == ["ssupload:?id=77"]
    assert providers.stored == [content]
    assert providers.keys_at_the_storage == []


def test_comfy_is_asked_to_finish_an_upload() -> None:
    providers = Providers()
    with providers.client("comfy") as vidu:
        vidu.submit(ImageToVideo(image=picture(UPLOAD_ABOVE + 1), model="viduq2-pro"))
    assert providers.asked == [
        "POST api.comfy.org/customers/storage",
        "PUT storage.example/put",
        "POST api.comfy.org/proxy/vidu/img2video",
    ]
    assert providers.bodies[0]["images"] == ["https://storage.example/get/1"]


def test_picture_of_a_wrong_shape_is_uploaded() -> None:
    providers = Providers()
    with providers.client("vidu") as vidu, pytest.raises(InvalidRequestError) as caught:
        vidu.submit(ImageToVideo(image=picture(UPLOAD_ABOVE + 1, width=5000, height=100), model="viduq2-pro"))
    assert caught.value.faults[0].pointer == "#/images/0"
    assert providers.asked == []


def test_fault_beside_the_pictures_is_overlooked() -> None:
    providers = Providers()
    with providers.client("vidu") as vidu, pytest.raises(InvalidRequestError, match="duration"):
        vidu.submit(ImageToVideo(image=picture(UPLOAD_ABOVE + 1), model="viduq2-pro", duration=11))
    assert providers.asked == []


def test_request_goes_out_without_its_picture_after_a_failed_upload() -> None:
    providers = Providers(storage_status=403)
    with providers.client("vidu") as vidu, pytest.raises(CallError, match="storage refused"):
        vidu.submit(ImageToVideo(image=picture(UPLOAD_ABOVE + 1), model="viduq2-pro"))
    assert providers.bodies == []


def test_several_pictures_change_places() -> None:
    contents = [picture(UPLOAD_ABOVE), picture(2000)]
    providers = Providers()
    with providers.client("comfy") as vidu:
        images: list[bytes | str] = [contents[0], "https://example.com/b.png", contents[1]]
        vidu.submit(ReferenceToVideo(prompt="a paper bird", images=images, model="viduq1"))
    assert providers.stored == contents
    stored = "https://storage.example/get/1"
    assert providers.bodies[0]["images"] == [stored, "https://example.com/b.png", stored]
