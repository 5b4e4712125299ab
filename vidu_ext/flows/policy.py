"""Policies: how long, how often, how many. Frozen settings that refuse nonsense, and pure arithmetic on them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from attrs import Attribute, field, frozen

from vidu_ext.values.checks import SHORTEST, at_least, decimal, finite, seconds
from vidu_ext.values.errors import ConfigurationError

POLL_SECONDS: Final = "VIDU_POLL_SECONDS"
"""The environment variable that lets clients poll more often than usual."""

FEW_TASKS: Final = 8
"""Tasks in one list request up to which it is sent no more often than a request for one."""

SECONDS_PER_TASK: Final = 0.002
"""Seconds between two requests to a list for each task that it asks for, so that thousands make no more than five a second."""

LATEST_RETRY_AFTER: Final = 3600.0
"""Seconds. A longer wait asked for by a server is taken for a mistake and cut to this."""


def deadline_after(timeout: float | None, now: float) -> float | None:
    """The moment at which a wait begun now is over; None for a wait without end."""
    return None if timeout is None else now + seconds("timeout", timeout)


def _is_share(instance: object, attribute: Attribute[float], value: object) -> None:
    _is_between(instance, attribute, value, 0.0, 1.0)


def _is_factor(instance: object, attribute: Attribute[float], value: object) -> None:
    _is_between(instance, attribute, value, 1.0, 10.0)


def _is_between(instance: object, attribute: Attribute[float], value: object, least: float, most: float) -> None:
    found = finite(value)
    if found is None or not least <= found <= most:
        place = f"{type(instance).__name__}.{attribute.name}"
        raise ConfigurationError(f"{place} must be a number from {least:g} to {most:g}; it is {value!r}.")


@frozen(kw_only=True)
class PollPolicy:
    """How often the state of a task is asked for. The pause grows with the age of the task.

    `floor`, `shared_floor` and `ceiling` are seconds, at least 0.001, the ceiling not less than the floor; `growth`,
    `listed_growth` and `jitter` are shares, from 0 to 1. Raises ConfigurationError for anything else.
    """

    floor: float = field(default=2.0, validator=at_least(SHORTEST))
    """Seconds between two polls of a young task."""
    shared_floor: float = field(default=0.4, validator=at_least(SHORTEST))
    """The same, if it is less, for 40 to 200 tasks that list requests ask for together; else it lies in between."""
    ceiling: float = field(default=15.0, validator=at_least(SHORTEST))
    """Seconds between two polls of an old task, at the most."""
    growth: float = field(default=0.2, validator=_is_share)
    """Share of the age that the pause is, between floor and ceiling, where every poll asks for one task."""
    listed_growth: float = field(default=0.03, validator=_is_share)
    """The same if list requests ask for up to a hundred tasks."""
    jitter: float = field(default=0.2, validator=_is_share)
    """Share of the pause that chance may take off, so that many processes do not poll in step."""

    def __attrs_post_init__(self) -> None:
        if self.ceiling < self.floor:
            raise ConfigurationError(f"PollPolicy.ceiling ({self.ceiling:g}) must not be less than floor ({self.floor:g}).")

    def pause(self, age: float, chance: float, *, sharing: int) -> float:
        """Seconds until the next poll of a task of this age; chance is a random number from 0 to 1.

        `sharing` is how many tasks are asked for in list requests, this one too; 0 if it is asked for by itself.
        """
        grown = age * (self.listed_growth if sharing else self.growth)
        shared = max(self.floor * FEW_TASKS / max(sharing, FEW_TASKS), self.shared_floor, sharing * SECONDS_PER_TASK)
        return min(max(grown, min(shared, self.floor)), self.ceiling) * (1.0 - self.jitter * chance)

    def slow_pause(self, chance: float) -> float:
        """Seconds until the next poll of a task whose end a notice will tell."""
        return self.ceiling * (1.0 - self.jitter * chance)


def usual_poll(environ: Mapping[str, str] = os.environ) -> PollPolicy:
    """How often to poll where nothing else is said: the defaults, with no pause longer than the seconds in VIDU_POLL_SECONDS.

    A variable that is empty or blank counts as not set. Raises ConfigurationError where it holds no positive, finite number.
    """
    usual = PollPolicy()
    written = environ.get(POLL_SECONDS, "").strip()
    if not written:
        return usual
    found = decimal(written)
    most = seconds(POLL_SECONDS, written if found is None else found, least=SHORTEST)
    return PollPolicy(floor=min(usual.floor, most), ceiling=min(usual.ceiling, most))


@frozen(kw_only=True)
class RetryPolicy:
    """How long a request that certainly was not accepted is sent again.

    `budget` is seconds, at least 0; `first` and `ceiling` are seconds, at least 0.001; `factor` is from 1 to 10; `jitter` is
    a share, from 0 to 1. Raises ConfigurationError for anything else.
    """

    budget: float = field(default=120.0, validator=at_least(0.0))
    """Seconds from the first try within which a further one may start. 0 means one try."""
    first: float = field(default=1.0, validator=at_least(SHORTEST))
    """Seconds before the second try."""
    factor: float = field(default=2.0, validator=_is_factor)
    """By how much the pause grows from try to try."""
    ceiling: float = field(default=30.0, validator=at_least(SHORTEST))
    """Seconds of the longest pause that is not the server's own wish."""
    jitter: float = field(default=0.5, validator=_is_share)
    """Share of the pause that chance may take off."""

    def pause(self, tries: int, chance: float, retry_after: float | None) -> float:
        """Seconds before the next try after this many; what the server asks for may only lengthen it."""
        grown = min(self.first * self.factor ** min(tries - 1, 60), self.ceiling) * (1.0 - self.jitter * chance)
        return max(grown, retry_after or 0.0)


@frozen(kw_only=True)
class SettlePolicy:
    """How long to look for a task after its create call ended in the unknown.

    `window` and `clock_skew` are seconds, at least 0; `first` is seconds, at least 0.001; `factor` is from 1 to 10. Raises
    ConfigurationError for anything else.
    """

    window: float = field(default=60.0, validator=at_least(0.0))
    """Seconds of looking, at the most. A provider's list may show a new task some seconds late."""
    first: float = field(default=1.0, validator=at_least(SHORTEST))
    """Seconds before the second look."""
    factor: float = field(default=2.0, validator=_is_factor)
    """By how much the pause grows from look to look."""
    clock_skew: float = field(default=300.0, validator=at_least(0.0))
    """Seconds by which the provider may date a task too early. Clocks that differ by more make a search longer, not wrong."""

    def pause(self, looks: int) -> float:
        return self.first * self.factor ** min(looks - 1, 60)


@frozen(kw_only=True)
class Timeouts:
    """Seconds that one exchange with a provider may take in each of its parts.

    `connect`, `read`, `create_read`, `write` and `exchange` are seconds, at least 0.001. Raises ConfigurationError for anything
    else.
    """

    connect: float = field(default=15.0, validator=at_least(SHORTEST))
    read: float = field(default=30.0, validator=at_least(SHORTEST))
    """Silence after which a status call counts as failed."""
    create_read: float = field(default=120.0, validator=at_least(SHORTEST))
    """Silence after which a create call counts as unknown. Longer, because what comes after it costs more."""
    write: float = field(default=120.0, validator=at_least(SHORTEST))
    """A request may carry 20 MB of pictures."""
    exchange: float = field(default=600.0, validator=at_least(SHORTEST))
    """The whole of one call, however its answer trickles. Downloads, which may take long, are not bounded by it."""


def retry_after(headers: dict[str, str]) -> float | None:
    """Seconds that a server asks to wait, from `Retry-After` as a number or as a date; None where it asks for nothing.

    A date is compared with the server's own clock, the `Date` of the same answer.
    """
    text = headers.get("retry-after", "").strip()
    asked = decimal(text)
    if asked is None:
        then, sent = _moment(text), _moment(headers.get("date", ""))
        asked = None if then is None or sent is None else (then - sent).total_seconds()
    return None if asked is None else min(max(asked, 0.0), LATEST_RETRY_AFTER)


def answered_at(headers: dict[str, str]) -> float | None:
    """Seconds since the epoch at which an answer was made, by its server's clock; None where its `Date` says nothing."""
    found = _moment(headers.get("date", ""))
    return None if found is None else found.timestamp()


def _moment(text: str) -> datetime | None:
    """The time that an HTTP date names."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
