"""Vidu's own API: the data of the provider."""

from __future__ import annotations

from typing import Final

from .base import Provider


class ViduApi(Provider):
    """Vidu itself."""

    __slots__ = ()

    name = "vidu"
    title = "Vidu"
    settlement = "payload"


PROVIDER: Final = ViduApi()
