"""Zenlayer's gateway to Vidu: the data of the provider."""

from __future__ import annotations

from typing import Final

from .dialect_vidu import ERRORS, ViduShaped, by_word

OPENAI_ERRORS: Final = by_word(
    {
        "busy": ("rate_limit_exceeded", "rate_limit_error"),
        "key": ("invalid_api_key", "authentication_error", "permission_error"),
        "credits": ("insufficient_quota",),
        "model": ("model_not_found",),
        "moderation": ("content_policy_violation",),
        "invalid": ("invalid_request_error",),
    }
)
"""Error words of the gateway's OpenAI-compatible routes, with their usual meaning."""


PROVIDER: Final = ViduShaped(
    name="zenlayer",
    title="Zenlayer",
    categories={**ERRORS, **OPENAI_ERRORS},
    usual_kind="video",
)
