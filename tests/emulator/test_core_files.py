"""Files and uploads as an object store serves them: signed, expiring, in ranges; real media, another file for every task."""

from __future__ import annotations

import base64
import json
from typing import cast

import pytest
from core_calls import BODIES, KEY, Calls, Provider

from vidu_ext.emulator import ServerReply
from vidu_ext.emulator.media import picture
from vidu_ext.spec.formats import medium_of
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

SMALL: Object = {"model": "viduq3-turbo", "prompt": "a", "duration": 1, "resolution": "540p"}


def _film_url(calls: Calls) -> str:
    return str(calls.creation(calls.finished(body=SMALL))["url"])


@pytest.fixture(scope="module")
def calls() -> Calls:
    return Calls()


def _code(reply: ServerReply) -> str:
    assert reply.headers["content-type"] == "application/xml"
    return reply.body.decode().partition("<Code>")[2].partition("</Code>")[0]


# -- what is in them ------------------------------------------------------------------------------------------------------


def test_film_is_a_film_and_its_cover_a_picture_of_the_size_that_was_asked_for(calls: Calls) -> None:
    task = calls.finished(body={**SMALL, "resolution": "720p", "aspect_ratio": "9:16", "watermark": True})
    creation = calls.creation(task)
    film, cover, marked = (calls.fetch(creation[name]) for name in ("url", "cover_url", "watermarked_url"))
    assert [reply.headers["content-type"] for reply in (film, cover, marked)] == ["video/mp4", "image/jpeg", "video/mp4"]
    assert medium_of(film.body).format == "mp4" and film.body != marked.body
    picture = medium_of(cover.body)
    assert (picture.format, picture.width, picture.height) == ("jpeg", 720, 1_280)


def test_pictures_and_sounds_come_from_the_routes_that_make_them(calls: Calls) -> None:
    picture = calls.ask("vidu", "POST", "/ent/v2/reference2image", {"model": "viduq2", "prompt": "a", "aspect_ratio": "1:1"})
    sound = calls.ask("vidu", "POST", "/ent/v2/text2audio", {"model": "audio1.0", "prompt": "rain", "duration": 2})
    calls.step(100.0)
    drawn = medium_of(calls.fetch(calls.creation(str(picture.json["task_id"]))["url"]).body)
    assert (drawn.format, drawn.width, drawn.height) == ("jpeg", 1_080, 1_080)
    heard = calls.creation(str(sound.json["task_id"]))
    speech = calls.ask("vidu", "POST", "/ent/v2/audio-tts", {"text": "hello", "voice_setting_voice_id": "v"})
    assert [medium_of(calls.fetch(url).body).format for url in (heard["url"], speech.json["file_url"])] == ["wav", "wav"]
    assert heard["cover_url"] == ""


def test_skills_video_returns_the_requested_number_of_files_in_the_requested_format(calls: Calls) -> None:
    body: Object = {"prompt": "a", "n": 3, "output_format": "png"}
    created = calls.ask("skills_video", "POST", "/api/v1/generation/vidu/q2", body)
    calls.step(100.0)
    data = as_object(calls.status(str(created.json["id"]), "skills_video")["data"])
    files = [as_object(image) for image in as_list(data["images"])]
    contents = [medium_of(calls.fetch(file["url"]).body) for file in files]
    assert [content.format for content in contents] == ["png"] * 3
    assert len({content.content for content in contents}) == 3
    assert (contents[0].width, contents[0].height) == (files[0]["width"], files[0]["height"])
    assert data["image"] == files[0]


@pytest.mark.parametrize(
    ("provider", "more", "has_sound"),
    [
        ("vidu", {}, True),
        ("vidu", {"audio": False, "bgm": True}, True),
        ("comfy", {"audio": False}, False),
        ("zenlayer", {"audio": True}, True),
        ("skills_video", {}, False),
        ("skills_video", {"generate_audio": True}, True),
    ],
)
def test_film_of_every_provider_has_the_sound_that_was_asked_for(provider: Provider, more: Object, has_sound: bool) -> None:
    calls = Calls()
    status = calls.status(calls.finished(provider, {**BODIES[provider], "duration": 1}, **more), provider)
    results = as_list(status.get("creations")) or as_list(as_object(status.get("data")).get("videos"))
    film = calls.fetch(as_object(results[0])["url"]).body
    assert (medium_of(film).format, b"mp4a" in film) == ("mp4", has_sound)


# -- signatures -----------------------------------------------------------------------------------------------------------


def test_address_works_until_it_expires_or_its_task_is_forgotten_and_a_fresh_poll_gives_one_that_works() -> None:
    calls = Calls(url_seconds=3_600.0)
    task = calls.finished(body=SMALL)
    url = calls.creation(task)["url"]
    calls.step(3_599.0)
    assert calls.fetch(url).status == 200
    calls.step(2.0)
    expired = calls.fetch(url)
    assert (expired.status, _code(expired)) == (403, "AccessDenied")
    fresh = calls.creation(task)["url"]
    assert calls.fetch(fresh).status == 200
    calls.emulator.reset()
    gone = calls.fetch(fresh)
    assert (gone.status, _code(gone)) == (404, "NoSuchKey")


@pytest.mark.parametrize(
    ("old", "new"), [("Expires=1", "Expires=2"), ("Signature=", "signature="), ("/0.mp4", "/1.mp4"), ("?", "?a=b&")]
)
def test_address_that_was_changed_in_any_way_is_refused(calls: Calls, old: str, new: str) -> None:
    url = _film_url(calls)
    assert old in url
    refused = calls.fetch(url.replace(old, new, 1))
    assert (refused.status, _code(refused)) == (403, "SignatureDoesNotMatch")


# -- ranges ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status", "first", "last"),
    [
        ({"range": "bytes=0-99"}, 206, 0, 99),
        ({"range": "bytes=100-"}, 206, 100, -1),
        ({"range": "bytes=-7"}, 206, -7, -1),
        ({"range": "bytes=5-99999999"}, 206, 5, -1),
        ({"range": "bytes=5-", "if-range": "{etag}"}, 206, 5, -1),
        ({"range": "bytes=5-", "if-range": '"another"'}, 200, 0, -1),
        *(({"range": wrong}, 200, 0, -1) for wrong in ("bytes=9-1", "bytes=0-1,3-4", "bytes=-", "lines=0-1", "bytes=a-b", "")),
        ({"range": f"bytes={'9' * 5_000}-"}, 200, 0, -1),
    ],
)
def test_range_is_that_part_of_the_file_if_it_is_valid_and_the_file_unchanged(
    calls: Calls, headers: dict[str, str], status: int, first: int, last: int
) -> None:
    url = _film_url(calls)
    whole = calls.fetch(url)
    size, etag = len(whole.body), whole.headers["etag"]
    first, last = first % size, last % size
    part = calls.fetch(url, headers={name: value.format(etag=etag) for name, value in headers.items()})
    assert (part.status, part.body) == (status, whole.body[first : last + 1])
    assert part.headers.get("content-range") == (f"bytes {first}-{last}/{size}" if status == 206 else None)
    assert (part.headers["content-length"], part.headers["etag"]) == (str(len(part.body)), etag)
    assert whole.headers["accept-ranges"] == "bytes"


def test_what_is_not_sent_is_answered_with_the_size_alone(calls: Calls) -> None:
    url = _film_url(calls)
    whole = calls.fetch(url)
    size = len(whole.body)
    for outside in (f"bytes={size}-", "bytes=-0"):
        refused = calls.fetch(url, headers={"range": outside})
        assert (refused.status, refused.headers["content-range"]) == (416, f"bytes */{size}")
    head = calls.fetch(url, method="HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(size))
    assert calls.fetch(url, headers={"if-none-match": whole.headers["etag"]}).status == 304
    assert calls.fetch(url, method="POST").status == 405


# -- uploads --------------------------------------------------------------------------------------------------------------


def test_upload_of_vidu_has_three_steps_and_its_uri_can_be_used_as_a_picture() -> None:
    calls = Calls()
    upload = calls.ask("vidu", "POST", "/tools/v2/files/uploads", {"scene": "vidu"}).json
    finish = f"/tools/v2/files/uploads/{upload['id']}/finish"
    uri = f"ssupload:?id={upload['id']}"
    assert [_outcome(calls, image) for image in (uri, "ssupload:?id=7")] == [("failed", "ImageDownloadFailure")] * 2
    assert calls.ask("vidu", "PUT", finish, {"etag": "x"}).status == 409
    stored = calls.fetch(upload["put_url"], method="PUT", headers={"content-type": "image/png"}, body=b"picture")
    assert (stored.status, stored.body) == (200, b"")
    assert calls.ask("vidu", "PUT", finish, {"etag": "another"}).status == 409
    assert calls.ask("vidu", "PUT", finish, {"etag": stored.headers["etag"].strip('"')}, key="another-key").status == 404
    assert calls.ask("vidu", "PUT", finish, {"etag": stored.headers["etag"].strip('"')}).json["uri"] == uri
    assert _outcome(calls, uri) == ("success", "")


def _outcome(calls: Calls, image: Json) -> tuple[Json, Json]:
    created = calls.ask("vidu", "POST", "/ent/v2/img2video", {"model": "viduq3-turbo", "images": [image]})
    calls.step(100.0)
    status = calls.status(str(created.json["task_id"]))
    return status["state"], status["err_code"]


def test_upload_of_comfy_is_stored_with_the_declared_type_and_needed_once() -> None:
    calls = Calls()
    upload: Object = {"file_name": "a.png", "content_type": "image/png", "file_hash": "blake3:00"}

    def reserved(body: Object = upload, key: str | None = None) -> Object:
        return calls.ask("comfy", "POST", "/customers/storage", body, key=key).json

    place = reserved()
    assert ("existing_file" in place, "upload_url" in reserved()) == (False, True), "nothing was put there yet"
    assert calls.fetch(place["upload_url"], method="PUT", body=b"x").status == 403
    assert calls.fetch(place["download_url"]).status == 404
    assert calls.fetch(place["upload_url"], method="PUT", headers={"content-type": "image/png"}, body=b"picture").status == 200
    again = reserved()
    assert (again["existing_file"], "upload_url" in again) == (True, False)
    for url in (place["download_url"], again["download_url"]):
        stored = calls.fetch(url)
        assert (stored.body, stored.headers["content-type"]) == (b"picture", "image/png")
    assert "upload_url" in reserved({**upload, "file_hash": "blake3:01"})
    assert "upload_url" in reserved(key="another-key")
    untyped = reserved({"file_name": "a.bin"})
    assert calls.fetch(untyped["upload_url"], method="PUT", headers={"content-type": "image/png"}, body=b"x").status == 403
    assert calls.fetch(untyped["upload_url"], method="PUT", body=b"x").status == 200


# -- ledger and bounds ----------------------------------------------------------------------------------------------------


def test_what_was_served_and_keys_that_were_sent_to_files_are_in_the_ledger() -> None:
    calls = Calls()
    url = _film_url(calls)
    ledger = calls.emulator.ledger
    size = len(calls.fetch(url).body)
    calls.fetch(url, headers={"range": "bytes=0-9"})
    calls.fetch(url, method="HEAD")
    assert ledger.bytes_served == size + 10
    assert ledger.keys_sent_to_files == 0
    for headers in ({"authorization": f"Token {KEY}"}, {"x-api-key": KEY}):
        calls.fetch(url, headers=headers)
    assert ledger.keys_sent_to_files == 2


# -- pictures that a request carries --------------------------------------------------------------------------------------

FRAME: Object = {"key_image": "{}"}
CARRYING: tuple[tuple[Provider, str, Object], ...] = (
    ("vidu", "/ent/v2/multiframe", {"model": "viduq2-turbo", "start_image": "{}", "image_settings": [FRAME, FRAME]}),
    ("vidu", "/ent/v2/reference2video", {"model": "viduq3", "prompt": "@a", "subjects": [{"name": "a", "images": ["{}"]}]}),
    ("comfy", "/proxy/vidu/img2video", {"model": "viduq3-turbo", "images": ["{}"]}),
)
PICTURES = {
    base64.b64encode(picture(seed="a", width=320, height=320)).decode(): None,
    base64.b64encode(b"RIFF\x24\0\0\0WEBPVP8 " + bytes(80)).decode(): None,
    "!!!not base64": "ImageFormatInvalid",
    "iVBORw0KGg": "ImageFormatInvalid",
}


@pytest.mark.parametrize(("provider", "path", "body"), CARRYING)
@pytest.mark.parametrize("carried", PICTURES)
def test_unreadable_picture_fails_the_task_unpaid_and_a_readable_one_is_paid(
    carried: str, provider: Provider, path: str, body: Object
) -> None:
    calls = Calls(credits={provider: 1_000.0})
    sent = cast("Object", json.loads(json.dumps(body).replace("{}", f"data:image/jpeg;base64,{carried}")))
    created = calls.ask(provider, "POST", path, sent)
    assert created.status == 200, created
    calls.step(100.0)
    status = calls.status(str(created.json["task_id"]), provider)
    expected = PICTURES[carried]
    assert (status["state"], status["err_code"]) == ("success" if expected is None else "failed", expected or "")
    with calls.emulator.inspect() as state:
        (account,) = state.accounts.values()
    assert bool(account.spent) is bool(status["credits"]) is (expected is None)
