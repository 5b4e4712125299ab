"""Answers that are broken in ways of which several tests need one."""

from __future__ import annotations

from typing import Final

PAGE: Final = b"<!doctype html><html><head><title>Bad gateway</title></head><body>nginx</body></html>"
HTML: Final = {"content-type": "text/html; charset=utf-8"}
SILENCE: Final = 0.2
"""Seconds after which a hanging answer counts as lost, in tests with one."""


def past_the_id(body: bytes) -> bytes:
    """Return the beginning of an answer that ends behind the id, which is its first member."""
    return body[: body.index(b",")]


def within_the_id(body: bytes) -> bytes:
    return body[: body.index(b",") - 2]
