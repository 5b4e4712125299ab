"""What an account can do with a request, and why it cannot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from .fault import Fault
    from .price import DocumentedPrice


@frozen
class Explanation:
    """What an account can do with a request, and why it cannot. `str()` makes one line of it."""

    account: str
    provider: str
    capable: bool
    reasons: tuple[str, ...] = ()
    """In words, why the account is not asked."""
    resting_for: float | None = None
    """Seconds for which others are asked before it, because it failed lately."""
    faults: tuple[Fault, ...] = ()
    """What the provider's spec refuses, each with its place."""

    price: DocumentedPrice | None = None
    """What it costs there, if a document says so and the account can serve it."""

    def __str__(self) -> str:
        who = self.account if self.account == self.provider else f"{self.account} ({self.provider})"
        verdict = "can serve it" if self.capable else "cannot serve it"
        if self.capable and self.price is not None:
            verdict += f" for {self.price}"
        if self.capable and self.resting_for is not None:
            verdict += f", but failed lately and is asked after others for {math.ceil(self.resting_for)} s"
        return " ".join(f"{who} {verdict}{': ' if self.reasons else ''}{'; '.join(self.reasons)}".split())
