"""Vidu's own API: the data of the provider."""

from __future__ import annotations

from typing import Final

from .dialect_vidu import ViduShaped

PROVIDER: Final = ViduShaped(
    name="vidu",
    title="Vidu",
    settlement="payload",
)
