"""The health of accounts: those that failed recently rest, so that others are asked before them."""

from __future__ import annotations

import math

from attrs import field, frozen

from vidu_ext.values.checks import SHORTEST, at_least, whole
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.forks import ONLY, new_locks


@frozen(kw_only=True)
class HealthPolicy:
    """When an account rests after failures, and for how long.

    `failures` is a whole number, at least 1; `rest` and `longest_rest` are seconds, at least 0.001, the longest not less than
    the first. Raises ConfigurationError for anything else.
    """

    failures: int = field(default=3, validator=whole(1))
    """Failures without a success between them after which an account rests."""
    rest: float = field(default=30.0, validator=at_least(SHORTEST))
    """Seconds of the first rest. Each further one without a success in between is twice as long."""
    longest_rest: float = field(default=600.0, validator=at_least(SHORTEST))
    """Most seconds of a rest."""

    def __attrs_post_init__(self) -> None:
        if self.longest_rest < self.rest:
            raise ConfigurationError(
                f"HealthPolicy.longest_rest ({self.longest_rest:g}) must not be less than rest ({self.rest:g})."
            )

    def length(self, rests: int) -> float:
        """Return the seconds of the n-th rest in a row, counted from 1."""
        return min(self.rest * 2.0 ** min(rests - 1, 60), self.longest_rest)


class _Record:
    """The state of one account since its last success."""

    def __init__(self) -> None:
        self.failures = 0
        self.rests = 0
        self.until = -math.inf
        """When the rest ends, or by when the trial after it must end."""
        self.is_on_trial = False
        """Whether one request was admitted after the rest and its outcome is not known yet."""


class Health:
    """The health of the accounts of one client. Safe for threads.

    The caller decides what a failure is, by `is_account_failure`. All times are of one monotonic clock.
    """

    def __init__(self, policy: HealthPolicy | None = None) -> None:
        self._policy = policy or HealthPolicy()
        self._records: dict[str, _Record] = {}
        self._locks = new_locks()

    def record_success(self, account: str) -> None:
        """Note that the account works, and forget all failures before."""
        with self._locks[ONLY]:
            self._records.pop(account, None)

    def record_failure(self, account: str, now: float) -> None:
        """Note that the account failed. Failures of requests that were on their way when its rest began do not lengthen it."""
        with self._locks[ONLY]:
            record = self._records.setdefault(account, _Record())
            if now < record.until and not record.is_on_trial:
                return
            record.failures += 1
            if record.failures >= self._policy.failures:
                record.rests += 1
                record.until = now + self._policy.length(record.rests)
                record.is_on_trial = False

    def resting_for(self, account: str, now: float) -> float | None:
        """Return the seconds until the account may again be asked before others; None if it does not rest."""
        with self._locks[ONLY]:
            record = self._records.get(account)
            return record.until - now if record is not None and now < record.until else None

    def admit(self, account: str, now: float) -> bool:
        """Return whether a request may go to the account before others. After a rest one request may, until its outcome is known.

        If the outcome of an admitted request is never recorded, others are held back for at most one more rest.
        """
        with self._locks[ONLY]:
            record = self._records.get(account)
            if record is None or record.rests == 0:
                return True
            if now < record.until:
                return False
            record.is_on_trial = True
            record.until = now + self._policy.length(record.rests)
            return True
