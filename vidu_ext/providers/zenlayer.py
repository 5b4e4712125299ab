"""Zenlayer's gateway to Vidu: the data of the provider."""

from __future__ import annotations

from typing import Final

from .base import Provider
from .dialect_vidu import ERRORS, by_word

OPENAI_ERRORS: Final = ERRORS | by_word(
    {
        "busy": ("rate_limit_exceeded", "rate_limit_error"),
        "key": ("invalid_api_key", "authentication_error", "permission_error"),
        "credits": ("insufficient_quota",),
        "model": ("model_not_found",),
        "moderation": ("content_policy_violation",),
        "invalid": ("invalid_request_error",),
    }
)
"""Vidu's words, and those of the gateway's OpenAI-compatible routes with their usual meaning."""


class ZenlayerGateway(Provider):
    """Vidu through Zenlayer's gateway."""

    __slots__ = ()

    name = "zenlayer"
    title = "Zenlayer"
    categories = OPENAI_ERRORS
    usual_kind = "video"


PROVIDER: Final = ZenlayerGateway()
