"""Requests are compared with the packaged specs: good bodies pass, each fault is named once and says what to change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import pytest
from adapters import VIDU_SHAPED
from operations import bodies_of, of_every_example, of_every_operation
from toy import TOY

from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.operation import Operation
from vidu_ext.values.fault import Fault
from vidu_ext.values.tasks import Json, Object

STORED: Final[Object] = {"name": "a", "server_id": "1"}
PICTURE: Final = "https://example.com/a.png"
FORMS: Final = "an http(s) address or a data URI of an image (png, jpeg, webp) or the id of an upload (ssupload:...)"


@of_every_example
def test_documented_request_has_no_faults(provider: str, operation: str, name: str, body: Object) -> None:
    assert contract_of(provider).faults(operation, body) == (), name


REFUSED: Final[list[tuple[str, object, list[str]]]] = [
    ("textToVideo", {"model": "viduq3-turbo", "prompt": "a", "duration": 17}, [
        "#/duration: 17 is more than 16, the most viduq3-turbo takes (1 to 16)",
    ]),
    ("imageToVideo", {"model": "viduq1", "images": [PICTURE], "duration": 6, "resolution": "720p"}, [
        "#/duration: 6 is not for viduq1; it takes only 5",
        "#/resolution: \"720p\" is not for viduq1; it takes only 1080p",
    ]),
    ("imageToVideo", {"model": "vidu2.0", "images": [PICTURE], "duration": 8, "resolution": "360p"}, [
        "#/resolution: \"360p\" is not for vidu2.0 with duration 8; it takes only 720p",
    ]),
    ("imageToVideo", {"model": "vidu2.0", "images": [PICTURE], "duration": 8, "resolution": "9k"}, [
        "#/resolution: \"9k\" is not for vidu2.0 with duration 8; it takes only 720p",
    ]),
    ("referenceToVideo", {
        "model": "viduq2", "prompt": "a", "subjects": [{"name": "a", "images": [PICTURE] * 9, "videos": [PICTURE] * 9}],
    }, [
        "#/subjects/0/images: has 9 entries, more than 2, the most allowed with videos",
        "#/subjects/0/videos: viduq2 takes no videos",
    ]),
    ("textToVideo", {"model": "viduq3-trubo", "prompt": "a"}, [
        "#/model: \"viduq3-trubo\" is not a model of this route in the spec of "
        f"{TOY.date} (did you mean viduq3-turbo?);"
        " it has viduq3-turbo, viduq3-pro, viduq2, viduq1",
    ]),
    ("textToVideo", {"prompt": "a" * 5001}, [
        "#/model: is missing; choose viduq3-turbo, viduq3-pro, viduq2, viduq1",
        "#/prompt: has 5001 characters, more than 5000, the most allowed (1 to 5000)",
    ]),
    ("lipSync", {"video_url": PICTURE, "text": "ab", "speeed": 1}, [
        "#/speeed: is unknown here (did you mean speed?); known are"
        " audio_url, callback_url, payload, ref_photo_url, speed, text, video_url, voice_id, volume",
    ]),
    ("textToVideo", {"model": "viduq2", "prompt": None, "watermark": "yes", "wm_position": 9}, [
        "#/prompt: must be text; it is null",
        "#/watermark: must be true or false; it is \"yes\"",
        "#/wm_position: 9 is not allowed; choose 1, 2, 3, 4",
    ]),
    ("imageToVideo", {"model": "viduq3-turbo", "images": ["bird.png"]}, [
        f"#/images/0: \"bird.png\" is not {FORMS}",
    ]),
    ("referenceToVideo", {"model": "viduq2", "prompt": "a"}, ["#: needs subjects or images"]),
    ("referenceToVideo", {"model": "viduq2", "prompt": "a", "images": ["a.png", PICTURE, "b.png"]}, [
        f"#/images/0: \"a.png\" is not {FORMS} (the same at 2)",
    ]),
    ("referenceToVideo", {"model": "viduq2", "prompt": "a", "subjects": [STORED], "aspect_ratio": "wide"}, [
        "#/aspect_ratio: \"wide\" is not allowed; choose 16:9, 9:16, 1:1, 3:4, 4:3, auto, or a text of the form ^[0-9]+:[0-9]+$",
    ]),
    ("referenceToVideo", {
        "model": "viduq2-pro", "prompt": "a", "subjects": [{"name": "a", "images": [PICTURE] * 3, "videos": [PICTURE]}],
    }, ["#/subjects/0/images: has 3 entries, more than 2, the most allowed with videos"]),
    ("referenceToVideo", {
        "model": "viduq2", "prompt": "a", "subjects": [{"name": "a", "images": [PICTURE], "videos": [PICTURE]}],
    }, ["#/subjects/0/videos: viduq2 takes no videos"]),
    ("referenceToVideo", {"model": "viduq2", "prompt": "a", "images": [PICTURE], "subjects": []}, [
        "#/images: is not allowed with subjects",
    ]),
    ("extendVideo", ["viduq2"], ["#: must be an object; it is a list of 1"]),
    ("referenceToImage", {"model": "viduq1", "prompt": "a"}, ["#/images: is missing; viduq1 needs it"]),
    ("createMusicVideo", {"images": [PICTURE], "audio_url": PICTURE, "lip_sync": True, "resolution": "540p"}, [
        "#/lip_ref_url: is missing; needed with lip_sync true",
        "#/resolution: \"540p\" is not allowed with lip_sync true; choose 720p, 1080p",
    ]),
    ("relayReferences", {
        "model": "viduq2", "prompt": "a", "images": [PICTURE], "subjects": [{"id": "a", "images": [PICTURE]}],
    }, ["#: images and subjects exclude each other; send one of them"]),
    ("createQ3Video", {"prompt": "a", "seed": "x", "n": 5}, [
        "#/n: 5 is more than 4, the most allowed (1 to 4)",
        "#/seed: must be a whole number or null; it is \"x\"",
    ]),
    ("createQ3Video", {"prompt": "a", "first_frame_url": "data:image/png;base64," + "A" * 100}, [
        "#/first_frame_url: \"data:image/png;base64,…\" (122 characters) is not an http(s) address",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "body", "expected"), REFUSED, ids=[f"{row[0]}-{index}" for index, row in enumerate(REFUSED)]
)
def test_each_fault_is_named_exactly_once(operation: str, body: object, expected: list[str]) -> None:
    assert [str(fault) for fault in TOY.faults(operation, cast("Json", body))] == expected


def test_fault_has_its_choices_as_data() -> None:
    body: Json = {"model": "viduq2", "prompt": "a", "resolution": "4K"}
    (fault,) = TOY.faults("textToVideo", body)
    assert fault == Fault("#/resolution", '"4K" is not for viduq2; it takes 540p, 720p, 1080p', ("540p", "720p", "1080p"))


def wrong_type(value: Json) -> Json:
    return 3.5 if not isinstance(value, int | float) or isinstance(value, bool) else "a text"


@of_every_example
def test_member_of_a_wrong_type_gives_one_fault(provider: str, operation: str, name: str, body: Object) -> None:
    for member, value in body.items():
        faults = contract_of(provider).faults(operation, {**body, member: wrong_type(value)})
        assert [fault.pointer for fault in faults] == [f"#/{member}"], (name, [str(fault) for fault in faults])


@of_every_operation
def test_missing_or_misspelt_member_gives_one_fault(contract: Contract, operation: Operation) -> None:
    for body in bodies_of(contract, operation)[:1]:
        for member in operation.required:
            without = {name: value for name, value in body.items() if name != member}
            assert [fault.pointer for fault in contract.faults(operation.id, without)] == [f"#/{member}"]
        faults = contract.faults(operation.id, {**body, "modell": 1})
        assert [fault.pointer for fault in faults] == ["#/modell"]


def test_message_of_a_fault_shows_no_query_of_a_url() -> None:
    body: Json = {"model": "viduq3-turbo", "images": "https://h.example/a.png?sig=SECRET"}
    (fault,) = TOY.faults("imageToVideo", body)
    assert str(fault) == '#/images: must be a list; it is "https://h.example/a.png?…"'


@pytest.mark.parametrize(("value", "words"), [
    (float("nan"), "is nan, which JSON cannot encode"),
    (b"png", "is of type bytes, which JSON cannot encode"),
    ("a\0b", "contains a NUL, at which programs cut a text off"),
    ("\ud83d", "contains half of a surrogate pair, which is not a character; bytes that are not UTF-8 are read as that"),
])  # fmt: skip
def test_value_that_json_cannot_encode_is_a_fault(value: object, words: str) -> None:
    body = {"model": "viduq2", "prompt": cast("Json", value)}
    assert [str(fault) for fault in TOY.faults("textToVideo", body)] == [f"#/prompt: {words}"]


def test_very_deep_value_is_a_fault() -> None:
    deep: Json = "a"
    for _ in range(5_000):
        deep = [deep]
    assert TOY.faults("textToVideo", {"model": "viduq2", "prompt": deep})


def test_many_unknown_members_are_counted() -> None:
    """A message for each of 50,000 took 20 s and listed the known members 50,000 times."""
    body: Object = {"model": "viduq2", "prompt": "a", **{f"member_{number}": 1 for number in range(50)}}
    *faults, last = sorted(TOY.faults("textToVideo", body), key=lambda fault: fault.pointer == "#")
    assert (len(faults), str(last)) == (20, "#: 30 more of its members are unknown")


def test_request_above_the_size_limit_of_its_route_is_a_fault() -> None:
    picture = "data:image/png;base64," + "A" * (20 * 1024 * 1024)
    (fault,) = TOY.faults("imageToVideo", {"model": "viduq3-turbo", "images": [picture]})
    assert str(fault) == (
        "#: the request has 20,971,580 bytes, more than 20,971,520, the most this route takes; send pictures as URLs"
    )
    assert not TOY.faults("imageToVideo", {"model": "viduq3-turbo", "images": [picture[:-77]], "prompt": "鸟"})


# -- texts that fit their pattern and mean nothing ------------------------------------------------------------------------

UNUSABLE: Final = (
    "https:///a.png", "https://#a", "http://:80/a.png", "https://[::1", "https://::1]/a.png",
    "https://[bucket]/a.png", "https://exa mple/a.png", "https://exa\u00a0mple.com/a.png", "https://user@/a.png",
    "https://example.com:99999/a.png", "https://example.com:port/a.png", "https://.../a.png",
    "https://example..com/a.png", f"https://{'a' * 64}.com/a.png", "https://<host>/a.png",
    "https://{bucket}.example.com/a.png", "https://*.example.com/a.png", "https://example.com\\@example.net/a.png",
    "https://exam\tple.com/a.png", "https://example.com/a.png\n", "http://example.com/a\x7f.png", "ssupload:?id=",
    "ssupload:?id= ",
)  # fmt: skip
USABLE: Final = (
    "https://example.com/a b.png", "https://example.com/a.png?x=[1]{2}|\\^", "https://example.com./a.png",
    "https://my_bucket.example.com:8443/a.png", "https://user:pass@example.com/a.png", "https://example.com:/a.png",
    "http://127.0.0.1:8080/a.png", "http://localhost/a.png", "https://[2001:db8::1]:443/a.png",
    "https://例え.テスト/絵.png", "https://हिन्दी.भारत/a.png", "https://xn--r8jz45g.xn--zckzah/a.png",
    "https://%65xample.com/a.png", "HTTPS://EXAMPLE.COM/A.PNG", "ssupload:?id=1",
)  # fmt: skip
"""Addresses by RFC 3986, 2 and 3.2, and RFC 5890, and others that servers answer."""

BLANK: Final = (
    " ", "\n\t", "\N{IDEOGRAPHIC SPACE}", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}", "\ufeff", "\u202e \x85",
    "\x1f",
)  # fmt: skip


def faults(provider: str = "vidu", *, images: Sequence[Json] = (PICTURE,), **members: Json) -> list[str]:
    """Return the places of the faults of an image to video."""
    body: Json = {"model": "viduq3-turbo", "images": list(images), **members}
    return [fault.pointer for fault in contract_of(provider).faults("imageToVideo", body)]


def faults_of_prompt(prompt: str, *, provider: str = "vidu") -> list[str]:
    """Return the places of the faults of a text to video, which needs a prompt."""
    body: Json = {"model": "viduq3-turbo", "prompt": prompt}
    return [fault.pointer for fault in contract_of(provider).faults("textToVideo", body)]


@pytest.mark.parametrize("address", UNUSABLE, ids=ascii)
def test_unusable_url_is_refused_with_one_fault(address: str) -> None:
    assert faults(images=[address]) == ["#/images/0"]


@pytest.mark.parametrize("address", USABLE, ids=ascii)
def test_usable_url_is_accepted(address: str) -> None:
    assert faults(images=[address]) == []


@pytest.mark.parametrize("text", BLANK, ids=ascii)
def test_blank_prompt_is_refused_if_a_prompt_is_required(text: str) -> None:
    assert faults_of_prompt(text) == ["#/prompt"]


def test_meaningless_texts_are_refused_at_every_provider() -> None:
    for provider in VIDU_SHAPED:
        assert faults(provider, images=["https:///a.png"]) == ["#/images/0"]
        assert faults_of_prompt(" ", provider=provider) == ["#/prompt"]


@pytest.mark.parametrize("text", ["\N{BIRD}\ufe0f", "\U0010fffd", "\U000323b0", ".", " a "], ids=ascii)
def test_prompt_with_a_visible_character_is_accepted(text: str) -> None:
    """Two of them are not assigned in the Unicode of this Python; a newer one may assign them."""
    assert faults_of_prompt(text) == []
    assert faults(prompt=" ") == [], "a blank prompt is as good as none if a prompt is optional"


@pytest.mark.parametrize("data", ["", "=", "====", " ", "\r\n", "!!!!", "é", "A", "=A="], ids=ascii)
def test_data_uri_without_a_readable_byte_is_refused(data: str) -> None:
    assert faults(images=[f"data:image/png;base64,{data}"]) == ["#/images/0"]
