"""Texts that fit their pattern and length but mean nothing to any provider are refused by our check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest
from adapters import VIDU_SHAPED

from vidu_ext.spec.contract import contract_of
from vidu_ext.values.tasks import Json

PICTURE: Final = "https://example.com/a.png"
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


def test_unusable_callback_url_is_refused() -> None:
    assert faults(callback_url="https://[::1") == ["#/callback_url"]


@pytest.mark.parametrize("address", USABLE, ids=ascii)
def test_usable_url_is_accepted(address: str) -> None:
    assert faults(images=[address]) == []


@pytest.mark.parametrize("text", BLANK, ids=ascii)
def test_blank_prompt_is_refused_if_a_prompt_is_required(text: str) -> None:
    assert faults_of_prompt(text) == ["#/prompt"]


@pytest.mark.parametrize("provider", VIDU_SHAPED)
def test_meaningless_texts_are_refused_at_every_provider(provider: str) -> None:
    assert faults(provider, images=["https:///a.png"]) == ["#/images/0"]
    assert faults_of_prompt(" ", provider=provider) == ["#/prompt"]


@pytest.mark.parametrize("text", ["", " ", "\N{ZERO WIDTH SPACE}"], ids=ascii)
def test_blank_prompt_is_accepted_if_a_prompt_is_optional(text: str) -> None:
    assert faults(prompt=text) == []


@pytest.mark.parametrize("text", ["\N{BIRD}", "\N{BIRD}\ufe0f", "\U0010fffd", "\U000323b0", ".", " a "], ids=ascii)
def test_prompt_with_a_visible_character_is_accepted(text: str) -> None:
    """Two of them are not assigned in the Unicode of this Python; a newer one may assign them."""
    assert faults_of_prompt(text) == []


@pytest.mark.parametrize("data", ["", "=", "====", " ", "\r\n", "!!!!", "é", "A", "=A="], ids=ascii)
def test_data_uri_without_a_readable_byte_is_refused(data: str) -> None:
    assert faults(images=[f"data:image/png;base64,{data}"]) == ["#/images/0"]
