"""Broken answers that several test files send."""

from __future__ import annotations

from typing import Final

PAGE: Final = b"<!doctype html><html><head><title>Bad gateway</title></head><body>nginx</body></html>"
HTML: Final = {"content-type": "text/html; charset=utf-8"}
SILENCE: Final = 0.2
"""Seconds after which a hanging answer counts as lost."""


def cut_after_id(body: bytes) -> bytes:
    """Return the answer up to the end of the id, which is its first member."""
    return body[: body.index(b",")]


def cut_within_id(body: bytes) -> bytes:
    return body[: body.index(b",") - 2]
