"""The records of the providers. One that differs from Vidu only in its paths and its key, as Zenlayer does, needs none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from .comfy import EmulatedComfy
from .dialect_vidu import ViduDialect
from .record import ProviderRecord
from .skills_video import EmulatedSkillsVideo
from .vidu import EmulatedVidu

_RECORDS: Final[Mapping[str, Callable[[], ProviderRecord]]] = {
    "vidu": EmulatedVidu,
    "comfy": EmulatedComfy,
    "skills_video": EmulatedSkillsVideo,
}


@cache
def record_of(provider: str) -> ProviderRecord:
    """Return the record of a provider; a ViduDialect if it has none."""
    return _RECORDS.get(provider, ViduDialect)()
