"""The settings of an emulator: keys, credits, how long tasks take, how large their files are. Values only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Final, cast

from attrs import field, fields, frozen

from vidu_ext.values.errors import ConfigurationError

from .ranges import fault_of_number, shown

PROVIDERS: Final = tuple(
    sorted(
        (place.name for place in files("vidu_clients").iterdir() if place.joinpath("openapi.json").is_file()),
        key=lambda name: (name != "vidu", name),
    )
)
"""All that have a packaged spec, Vidu first."""

MOST_CREDITS: Final = 1e12
"""More are not told apart by one."""
MOST_SECONDS: Final = 1e9
"""Thirty years."""
MOST_TASKS: Final = 10_000_000
MOST_BYTES: Final = 1 << 30
"""Of one film."""


@frozen(kw_only=True)
class EmulatorSettings:
    """How the providers behave while nothing is wrong. Seconds are those of the emulator's clock. Raises
    ConfigurationError for an unknown provider and for numbers that make no sense.
    """

    keys: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """The only key that a provider accepts, by provider. One that is not named accepts any; each key is an account."""
    is_strict: bool = False
    """Whether null and empty members of a request are held to the spec. The services take them as left out."""
    credits: Mapping[str, float] = field(factory=dict[str, float])
    """What each account of a provider has at first, in credits of the provider; 1,000,000 if a provider is not named."""
    queue_seconds: float = 1.0
    """How long a task waits at least before it runs."""
    processing_seconds: float = 4.0
    """How long a task runs."""
    concurrency: int = 5
    """Tasks of one account that run at once."""
    comfy_refuses: bool = False
    """Whether Comfy refuses a task beyond `concurrency` with 429, as its pages say of calls, in place of queueing it."""
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
    """For how long after its first use an idempotency key counts as in use: the time that Comfy takes for a create."""
    callback_retry_seconds: float = 5.0
    """How long Vidu waits before it sends a notice again that could not be delivered; its own delay is not documented."""
    film_bytes: int | None = None
    """Least size of a film, at most 1 GiB; None for as small as it comes."""
    max_tasks: int = 20_000
    """Tasks that are remembered; the oldest finished ones are forgotten first."""

    def __attrs_post_init__(self) -> None:
        for provider, key in _by_provider("keys", self.keys):
            if not isinstance(key, str) or not key or key != key.strip():
                raise ConfigurationError(f"the key of {provider} is a text that is not empty, without blanks around it.")
        for provider, amount in _by_provider("credits", self.credits):
            _check(f"the number of credits of {provider}", amount, 0, MOST_CREDITS)
        for name in _SECONDS:
            _check(name, getattr(self, name), 0, MOST_SECONDS)
        for name in _COUNTS:
            _check(name, getattr(self, name), 1, MOST_TASKS, is_whole=True)
        for name in ("comfy_refuses", "is_strict"):
            if not isinstance(cast("object", getattr(self, name)), bool):
                raise ConfigurationError(f"{name} is true or false, not {shown(getattr(self, name))}.")
        if self.film_bytes is not None:
            _check("film_bytes", self.film_bytes, 0, MOST_BYTES, is_whole=True)


_SECONDS: Final = tuple(member.name for member in fields(EmulatorSettings) if member.name.endswith(("_seconds", "_after")))
_COUNTS: Final = ("concurrency", "queue_limit", "max_tasks")


def _by_provider(name: str, values: object) -> Iterator[tuple[str, object]]:
    if not isinstance(values, Mapping):
        raise ConfigurationError(f"{name} are given by provider, as in {{'vidu': ...}}, not as {type(values).__name__}.")
    for provider, value in cast("Mapping[object, object]", values).items():
        if not isinstance(provider, str) or provider not in PROVIDERS:
            raise ConfigurationError(f"the emulator has no provider {shown(provider)}; it has {', '.join(PROVIDERS)}.")
        yield provider, value


def _check(name: str, value: object, least: float, most: float, *, is_whole: bool = False) -> None:
    if fault := fault_of_number(value, least, most, is_whole=is_whole):
        raise ConfigurationError(f"{name} {fault}.")
