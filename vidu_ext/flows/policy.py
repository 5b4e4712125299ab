"""Policies: how long, how often, how many. Frozen, validated settings and pure arithmetic on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from attrs import Attribute, field, frozen

from vidu_ext.values.checks import SHORTEST, at_least, decimal, finite, number_of, seconds
from vidu_ext.values.errors import ConfigurationError

POLL_SECONDS: Final = "VIDU_POLL_SECONDS"
"""The environment variable that shortens the pauses between polls."""

SMALL_LIST: Final = 8
"""Most tasks of a list request that is sent no more often than a request for one task."""

SECONDS_PER_TASK: Final = 0.002
"""Seconds between two list requests for each task in them, so that thousands of tasks make at most five requests a second."""

LATEST_RETRY_AFTER: Final = 3600.0
"""Seconds. A longer Retry-After is probably a mistake and is cut to this."""


def deadline_after(timeout: float | None, now: float) -> float | None:
    """Return the time at which a wait that begins now is over; None for a wait without end."""
    return None if timeout is None else now + seconds("timeout", number_of(timeout))


def _between(least: float, most: float) -> Callable[[object, Attribute[float], object], None]:
    def check(instance: object, attribute: Attribute[float], value: object) -> None:
        number = finite(value)
        if number is None or not least <= number <= most:
            place = f"{type(instance).__name__}.{attribute.name}"
            raise ConfigurationError(f"{place} must be a number from {least:g} to {most:g}; it is {value!r}.")

    return check


_check_share: Final = _between(0.0, 1.0)
_check_factor: Final = _between(1.0, 10.0)


@frozen(kw_only=True)
class PollPolicy:
    """How often a task is polled. The pause grows with the age of the task.

    `floor`, `shared_floor` and `ceiling` are seconds, at least 0.001, the ceiling not less than the floor; `growth`,
    `listed_growth` and `jitter` are shares, from 0 to 1. Raises ConfigurationError for anything else.
    """

    floor: float = field(default=2.0, validator=at_least(SHORTEST))
    """Seconds between two polls of a young task."""
    shared_floor: float = field(default=0.4, validator=at_least(SHORTEST))
    """The same, if less, for 40 to 200 tasks that share list requests; for fewer or more tasks it is in between."""
    ceiling: float = field(default=15.0, validator=at_least(SHORTEST))
    """Most seconds between two polls of a task."""
    growth: float = field(default=0.2, validator=_check_share)
    """The pause as a share of the age, between floor and ceiling, if every poll asks for one task."""
    listed_growth: float = field(default=0.03, validator=_check_share)
    """The same if list requests ask for up to a hundred tasks."""
    jitter: float = field(default=0.2, validator=_check_share)
    """Largest share by which a pause is randomly shortened, so that many processes do not poll at the same time."""

    def __attrs_post_init__(self) -> None:
        if self.ceiling < self.floor:
            raise ConfigurationError(f"PollPolicy.ceiling ({self.ceiling:g}) must not be less than floor ({self.floor:g}).")

    def pause(self, age: float, chance: float, *, sharing: int) -> float:
        """Return the seconds until the next poll of a task of this age; chance is a random number from 0 to 1.

        `sharing` is the number of tasks in list requests, including this one; 0 if it is polled by itself.
        """
        grown = age * (self.listed_growth if sharing else self.growth)
        shared = max(self.floor * SMALL_LIST / max(sharing, SMALL_LIST), self.shared_floor, sharing * SECONDS_PER_TASK)
        return min(max(grown, min(shared, self.floor)), self.ceiling) * (1.0 - self.jitter * chance)

    def slow_pause(self, chance: float) -> float:
        """Return the seconds until the next poll of a task whose end a notice will report."""
        return self.ceiling * (1.0 - self.jitter * chance)


def usual_poll(environ: Mapping[str, str] = os.environ) -> PollPolicy:
    """Return the default policy, with no pause longer than the seconds in VIDU_POLL_SECONDS.

    An empty or blank variable counts as not set. Raises ConfigurationError if it is not a positive, finite number.
    """
    usual = PollPolicy()
    text = environ.get(POLL_SECONDS, "").strip()
    if not text:
        return usual
    number = decimal(text)
    most = seconds(POLL_SECONDS, text if number is None else number, least=SHORTEST)
    return PollPolicy(floor=min(usual.floor, most), ceiling=min(usual.ceiling, most))


@frozen(kw_only=True)
class RetryPolicy:
    """How long a request that was certainly not accepted is repeated.

    `budget` is seconds, at least 0; `first` and `ceiling` are seconds, at least 0.001; `factor` is from 1 to 10; `jitter` is
    a share, from 0 to 1. Raises ConfigurationError for anything else.
    """

    budget: float = field(default=120.0, validator=at_least(0.0))
    """Seconds from the first try in which a further one may begin. 0 means one try."""
    first: float = field(default=1.0, validator=at_least(SHORTEST))
    """Seconds before the second try."""
    factor: float = field(default=2.0, validator=_check_factor)
    """Factor by which the pause grows from try to try."""
    ceiling: float = field(default=30.0, validator=at_least(SHORTEST))
    """Seconds of the longest pause that the server did not ask for."""
    jitter: float = field(default=0.5, validator=_check_share)
    """Largest share by which a pause is randomly shortened."""

    def pause(self, tries: int, chance: float, retry_after: float | None) -> float:
        """Return the seconds before the next try after this many; `retry_after` can only lengthen them."""
        grown = min(self.first * self.factor ** min(tries - 1, 60), self.ceiling) * (1.0 - self.jitter * chance)
        return max(grown, retry_after or 0.0)


@frozen(kw_only=True)
class SettlePolicy:
    """How long to search for the task of a create call with an unknown outcome.

    `window` and `clock_skew` are seconds, at least 0; `first` is seconds, at least 0.001; `factor` is from 1 to 10. Raises
    ConfigurationError for anything else.
    """

    window: float = field(default=60.0, validator=at_least(0.0))
    """Seconds of the search. A provider's list may show a new task some seconds late."""
    first: float = field(default=1.0, validator=at_least(SHORTEST))
    """Seconds before the second look."""
    factor: float = field(default=2.0, validator=_check_factor)
    """Factor by which the pause grows from look to look."""
    clock_skew: float = field(default=300.0, validator=at_least(0.0))
    """Seconds by which the provider may date a task too early. If clocks differ by more, a search is longer, but not wrong."""

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
    """Silence after which the outcome of a create call is unknown. Longer, because settling that takes longer."""
    write: float = field(default=120.0, validator=at_least(SHORTEST))
    """A request may carry 20 MB of pictures."""
    exchange: float = field(default=600.0, validator=at_least(SHORTEST))
    """The whole of one call, however slowly its answer arrives. Does not apply to downloads, which may take long."""


def retry_after(headers: dict[str, str]) -> float | None:
    """Return the seconds in `Retry-After`, a number or a date; None if there is none.

    A date is compared with the server's own clock, the `Date` of the same answer.
    """
    text = headers.get("retry-after", "").strip()
    asked = decimal(text)
    if asked is None:
        then, sent = _moment(text), _moment(headers.get("date", ""))
        if then is None or sent is None:
            return None
        asked = (then - sent).total_seconds()
    return min(max(asked, 0.0), LATEST_RETRY_AFTER)


def answered_at(headers: dict[str, str]) -> float | None:
    """Return when an answer was made, in seconds since the epoch by its server's clock; None without a usable `Date`."""
    moment = _moment(headers.get("date", ""))
    return None if moment is None else moment.timestamp()


def _moment(text: str) -> datetime | None:
    """Return the time of an HTTP date; None if it cannot be read."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
