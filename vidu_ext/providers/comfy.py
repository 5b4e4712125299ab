"""Comfy's proxy of Vidu: the data of the provider."""

from __future__ import annotations

from typing import Final

from .base import Provider
from .dialect_vidu import ERRORS, NAMES, by_word
from .encoding import Names

COMFY_ERRORS: Final = ERRORS | by_word(
    {
        "in-flight": ("idempotency_in_flight",),
        # With a mismatch the key belongs to another request, which may have been accepted.
        "consumed": ("idempotency_consumed", "idempotency_mismatch"),
        "model": ("comfy_cloud_provider_disabled",),
    }
)
"""Vidu's words and Comfy's own. `service_unavailable` is not included: its meaning for a create follows from its status."""

COMFY_NAMES: Final[Names] = {**NAMES, "Subject": {**NAMES["Subject"], "name": "id"}}


class ComfyProxy(Provider):
    """Vidu through Comfy's proxy."""

    __slots__ = ()

    name = "comfy"
    title = "Comfy"
    settlement = "idempotency-key"
    categories = COMFY_ERRORS
    estimate_header = "x-comfy-estimated-duration-seconds"
    names = COMFY_NAMES
    usual_kind = "video"
    charge_header = "x-comfy-credits-used"  # the answers repeat Vidu's credits, and Comfy bills in its own


PROVIDER: Final = ComfyProxy()
