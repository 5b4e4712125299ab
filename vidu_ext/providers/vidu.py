"""Vidu's own API: the data of its adapter."""

from __future__ import annotations

from typing import Final

from .dialect_vidu import ERRORS, STATES, ViduShaped

VIDU: Final = ViduShaped(
    name="vidu",
    title="Vidu",
    settlement="payload",
    states=STATES,
    categories=ERRORS,
)
