"""Vidu's own API: the data of the provider."""

from __future__ import annotations

from typing import Final

from .dialect_vidu import ViduShaped


class ViduApi(ViduShaped):
    """Vidu itself."""

    __slots__ = ()

    name = "vidu"
    title = "Vidu"
    settlement = "payload"


PROVIDER: Final = ViduApi()
