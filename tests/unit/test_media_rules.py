"""Media in requests against the rules of the specs, which refuse only what is certain."""

from __future__ import annotations

import base64
from typing import cast

import pytest
from pictures import PROFILE, jpeg, png, webp
from toy import TOY

from vidu_ext.providers import provider_named
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.formats import CONTENT_TYPES, medium_of
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.requests import ImageToVideo, TextToVideo
from vidu_ext.values.tasks import Json


def test_every_format_has_a_content_type_that_the_specs_take() -> None:
    rule = contract_of("vidu").media_rule("imageToVideo", "images")
    assert rule is not None
    for name in rule.formats:
        assert not contract_of("vidu").faults(
            "imageToVideo", {"model": "viduq3-turbo", "images": [f"data:{CONTENT_TYPES[name]};base64,AAAA"]}
        )


def as_uri(content: bytes, content_type: str) -> str:
    return f"data:{content_type};base64,{base64.b64encode(content).decode()}"


def faults(picture: bytes, *, content_type: str | None = None) -> list[str]:
    """Return the faults of a request with a picture in second place, by default of the type that its bytes have."""
    uri = medium_of(picture).data_uri() if content_type is None else as_uri(picture, content_type)
    body: Json = {"model": "viduq2", "prompt": "a", "images": ["https://example.com/a.png", uri]}
    return [str(fault) for fault in TOY.faults("referenceToVideo", body)]


def test_picture_within_the_rules_or_of_unknown_size_has_no_faults() -> None:
    for content in (png(128, 512), png(512, 128), jpeg(4000, 1000), webp(128, 128, b"VP8X"), jpeg(300, 200, before=PROFILE)):
        assert faults(content) == []
    assert faults(b"\xff\xd8\xff\xe0broken off", content_type="image/jpeg") == []
    assert faults(b"of unknown kind", content_type="image/png") == []


@pytest.mark.parametrize(
    ("picture", "fault"),
    [
        (png(128, 513), "is 128 by 513 pixels, a ratio of 0.2495, less than 0.25, the least allowed (0.25 to 4)"),
        (png(600, 128), "is 600 by 128 pixels, a ratio of 4.688, more than 4, the most allowed (0.25 to 4)"),
        (png(127, 200), "is 127 by 200 pixels; no side may be shorter than 128"),
        (b"GIF89a" + bytes(30), "is in the format gif; choose png, jpeg, webp"),
        (b"\0\0\0\x18ftypisom" + bytes(30), "is in the format mp4; choose png, jpeg, webp"),
    ],
    ids=["tall", "wide", "small", "gif", "mp4"],
)
def test_picture_outside_the_rules_is_one_fault(picture: bytes, fault: str) -> None:
    assert faults(picture, content_type="image/png") == [f"#/images/1: {fault}"]


@pytest.mark.parametrize("text", ["\0", "a bird\0", "a\0bird"], ids=repr)
def test_text_with_a_nul_is_a_fault(text: str) -> None:
    for body in ({"model": "viduq3-turbo", "prompt": text}, {"model": "viduq3-turbo", "prompt": "a bird", "payload": text}):
        (fault,) = contract_of("vidu").faults("textToVideo", cast("Json", body))
        assert "contains a NUL" in str(fault)
    with pytest.raises(ConfigurationError, match="NUL"):
        TextToVideo(prompt="a bird", options={"style": text})


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("data:IMAGE/JPEG;base64,/9j/4AAQ", "data:image/jpeg;base64,/9j/4AAQ"),
        ("DATA:image/JPEG;BASE64,/9j/4AAQ", "data:image/jpeg;base64,/9j/4AAQ"),
        ("HTTPS://Example.com/A.png?Sig=B%2F", "https://Example.com/A.png?Sig=B%2F"),
        ("https://example.com/A.png", "https://example.com/A.png"),
        ("ssupload:?id=A1", "ssupload:?id=A1"),
    ],
)
def test_scheme_and_content_type_are_accepted_in_any_case_and_sent_in_lower_case(address: str, sent: str) -> None:
    """RFC 3986, 3.1 and RFC 2045, 5.1: neither depends on case."""
    encoded = provider_named("vidu").encode(ImageToVideo(image=address, model="viduq3-turbo"))
    assert encoded.body["images"] == [sent]
    assert contract_of("vidu").faults("imageToVideo", {"model": "viduq3-turbo", "images": [address]}) == ()


def test_prompt_that_begins_like_a_url_is_sent_unchanged() -> None:
    prompt = "HTTPS://Example.com on a screen"
    assert provider_named("vidu").encode(TextToVideo(prompt=prompt, model="viduq3-turbo")).body["prompt"] == prompt


def test_picture_above_the_size_limit_is_a_fault() -> None:
    large = f"data:image/png;base64,{'A' * 70_000_000}"
    fault, *_ = TOY.faults("imageToVideo", {"model": "viduq3-turbo", "images": [large]})
    assert str(fault) == "#/images/0: has 52,500,000 bytes, more than 52,428,800, the most allowed"


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"\0\0\0\x18ftypisom" + bytes(30), []), (png(9, 9), ["#/audio_url: is in the format png; choose mp3, wav, aac, m4a"])],
    ids=["a video container", "a picture"],
)
def test_sound_may_be_in_a_video_container_and_is_no_picture(content: bytes, expected: list[str]) -> None:
    body: Json = {"images": ["https://example.com/a.png"], "audio_url": as_uri(content, "audio/mp4")}
    assert [str(fault) for fault in TOY.faults("createMusicVideo", body)] == expected
