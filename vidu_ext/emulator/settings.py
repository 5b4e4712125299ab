"""What an emulator is told at its start: keys, credits, how long tasks take, how large their files are. Values only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from attrs import field, fields, frozen

from vidu_ext.errors import ConfigurationError

PROVIDERS: Final = ("vidu", "comfy", "zenlayer", "skills_video")


@frozen(kw_only=True)
class EmulatorSettings:
    """How the four providers behave while nothing is wrong. Seconds are those of the emulator's clock. Raises
    ConfigurationError for an unknown provider and for numbers that make no sense.
    """

    keys: Mapping[str, str] | None = field(default=None, repr=False)
    """The only key that a provider accepts, by provider. None for any key that is not empty; each key is an account."""
    credits: Mapping[str, float] = field(factory=dict[str, float])
    """What each account of a provider has at first; 1,000,000 where a provider is not named. Comfy and Zenlayer count in
    credits of Vidu."""
    queue_seconds: float = 1.0
    """How long a task waits at least before it runs."""
    processing_seconds: float = 4.0
    """How long a task runs."""
    concurrency: int = 5
    """Tasks of one account that run at once."""
    queue_limit: int = 100_000
    """Tasks of one account that may wait; a provider that documents a full queue then says so."""
    listed_after: float = 0.5
    """How long a new task is missing from the list."""
    url_seconds: float = 3_600.0
    """How long a signed address works; its end is rounded up to a whole second."""
    off_peak_seconds: float = 60.0
    """How long an off-peak task waits before it runs."""
    off_peak_limit_seconds: float = 172_800.0
    """How long an off-peak task may take; one that has not ended by then fails and is paid back."""
    replay_seconds: float = 86_400.0
    """How long Comfy repeats the answer of an idempotency key; after that the key is used up."""
    in_flight_seconds: float = 0.0
    """For how long after its first use an idempotency key is told to be in use: the time that Comfy takes for a create."""
    callback_retry_seconds: float = 5.0
    """How long Vidu waits before it sends a notice again that could not be delivered; its own delay is not documented."""
    film_bytes: int | None = None
    """Least size of a film; None for as small as it comes."""
    max_tasks: int = 20_000
    """Tasks that are remembered; the oldest finished ones are forgotten first."""

    def __attrs_post_init__(self) -> None:
        for name in (*(self.keys or {}), *self.credits):
            if name not in PROVIDERS:
                raise ConfigurationError(f"the emulator has no provider {name!r}; it has {', '.join(PROVIDERS)}.")
        for name in _SECONDS:
            seconds = getattr(self, name)
            if not (math.isfinite(seconds) and seconds >= 0):
                raise ConfigurationError(f"{name} is a number of seconds from 0 on, not {seconds}.")
        for name in ("concurrency", "max_tasks"):
            if getattr(self, name) < 1:
                raise ConfigurationError(f"{name} is at least 1, not {getattr(self, name)}.")


_SECONDS: Final = tuple(member.name for member in fields(EmulatorSettings) if member.name.endswith(("_seconds", "_after")))
