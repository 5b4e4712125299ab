"""The settings of an emulator: keys, credits, durations of tasks, sizes of their files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

from attrs import field, frozen
from attrs.validators import optional

from vidu_ext.spec.contract import packaged_providers
from vidu_ext.values.errors import ConfigurationError

from .ranges import check_number, in_range, one_of, short

PROVIDERS: Final = tuple(sorted(packaged_providers(), key=lambda name: (name != "vidu", name)))
"""The providers with a packaged spec, Vidu first."""

MOST_CREDITS: Final = 1e12
"""A larger float cannot count single credits reliably."""
MOST_SECONDS: Final = 1e9
"""Thirty years."""
MOST_TASKS: Final = 10_000_000
MOST_BYTES: Final = 1 << 30
"""Maximum size of a film."""

_SECONDS: Final = in_range(0, MOST_SECONDS)
_COUNT: Final = in_range(1, MOST_TASKS, is_whole=True)
_TRUTH: Final = one_of(True, False)


@frozen(kw_only=True)
class EmulatorSettings:
    """How the providers behave without faults. Seconds are those of the emulator's clock. Raises ConfigurationError for an
    unknown provider and for invalid numbers.
    """

    keys: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """The only key that a provider accepts, by provider. Other providers accept any key; each key is an account."""
    is_strict: bool = field(default=False, validator=_TRUTH)
    """Whether null and empty members of a request are checked against the spec. The services treat them as not set."""
    credits: Mapping[str, float] = field(factory=dict[str, float])
    """Initial balance of each account by provider, in credits of the provider; default 1,000,000."""
    queue_seconds: float = field(default=1.0, validator=_SECONDS)
    """Shortest time in the queue."""
    processing_seconds: float = field(default=4.0, validator=_SECONDS)
    """How long a task runs."""
    concurrency: int = field(default=5, validator=_COUNT)
    """Tasks of one account that run at once."""
    comfy_refuses: bool = field(default=False, validator=_TRUTH)
    """Whether Comfy refuses a task beyond `concurrency` with 429, as its pages say, instead of queueing it."""
    queue_limit: int = field(default=100_000, validator=_COUNT)
    """Maximum number of waiting tasks of an account; one more is refused as a full queue."""
    listed_after: float = field(default=0.5, validator=_SECONDS)
    """How long a new task is missing from the list."""
    url_seconds: float = field(default=3_600.0, validator=_SECONDS)
    """How long a signed address works; its end is rounded up to a whole second."""
    off_peak_seconds: float = field(default=60.0, validator=_SECONDS)
    """How long an off-peak task waits before it runs."""
    off_peak_limit_seconds: float = field(default=172_800.0, validator=_SECONDS)
    """Time limit of an off-peak task; one that has not ended by then fails and is refunded."""
    replay_seconds: float = field(default=86_400.0, validator=_SECONDS)
    """How long Comfy replays the answer to an idempotency key; after that the key cannot be used."""
    in_flight_seconds: float = field(default=0.0, validator=_SECONDS)
    """How long after its first use an idempotency key counts as in use: the duration of a create at Comfy."""
    callback_retry_seconds: float = field(default=5.0, validator=_SECONDS)
    """How long Vidu waits before it sends an undelivered notice again; the real delay is not documented."""
    film_bytes: int | None = field(default=None, validator=optional(in_range(0, MOST_BYTES, is_whole=True)))
    """Minimum size of a film, at most 1 GiB; None means no padding."""
    max_tasks: int = field(default=20_000, validator=_COUNT)
    """Tasks that are remembered; the oldest finished ones are forgotten first."""

    def __attrs_post_init__(self) -> None:
        for provider, key in _by_provider("keys", self.keys):
            if not isinstance(key, str) or not key or key != key.strip():
                raise ConfigurationError(f"the key of {provider} is a text that is not empty, without blanks around it.")
        for provider, amount in _by_provider("credits", self.credits):
            check_number(f"the number of credits of {provider}", amount, 0, MOST_CREDITS)


def _by_provider(name: str, values: object) -> Iterator[tuple[str, object]]:
    if not isinstance(values, Mapping):
        raise ConfigurationError(f"{name} are given by provider, as in {{'vidu': ...}}, not as {type(values).__name__}.")
    for provider, value in cast("Mapping[object, object]", values).items():
        if not isinstance(provider, str) or provider not in PROVIDERS:
            raise ConfigurationError(f"the emulator has no provider {short(provider)}; it has {', '.join(PROVIDERS)}.")
        yield provider, value
