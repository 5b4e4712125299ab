"""The signature of Vidu's notices, against values computed by the published algorithm and not by our code."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from vidu_ext.emulator.state.notices import signature_headers


@pytest.mark.parametrize(
    ("secret", "url", "signature"),
    [
        (
            "your_secret_token",
            "http://127.0.0.1:8080/vidu/callback?name=james&age=36",
            "PrO4+kG4W+b3HOSimdHMHn8pnQ6YXQTseBDC/8yvvNA=",
        ),
        ("vda_example_key", "http://127.0.0.1:8080", "IOslTuzaXWJhFat0jlC7AgXbliEERjY7PvUVBgYIHbI="),
    ],
    ids=["with a path and a query", "with neither"],
)
def test_a_notice_is_signed_by_the_published_algorithm(secret: str, url: str, signature: str) -> None:
    """The inputs of the first are those of Vidu's page on the signature; both were computed by its published algorithm."""
    signer = hmac.new(secret.encode(), digestmod=hashlib.sha256)
    nonce = "123e4567-e89b-12d3-a456-426614174000"
    headers = signature_headers(signer, url, date="Tue, 06 May 2025 12:09:42 GMT", nonce=nonce)
    assert signature in headers.values()
