"""Whether an account can serve a request, and why not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from .fault import Fault
    from .price import DocumentedPrice, DocumentedRate


@frozen
class Explanation:
    """Whether an account can serve a request, and why not. `str()` is one line."""

    account: str
    provider: str
    capable: bool
    reasons: tuple[str, ...] = ()
    """Why the account is not asked, in words."""
    resting_for: float | None = None
    """Seconds for which other accounts are asked first, because this one failed lately."""
    faults: tuple[Fault, ...] = ()
    """What the provider's spec refuses, each with its place."""

    price: DocumentedPrice | None = None
    """The documented price at this account; None if there is none or the account cannot serve the request."""
    rate: DocumentedRate | None = None
    """The documented rate if the amount is known only afterwards."""

    def __str__(self) -> str:
        who = self.account if self.account == self.provider else f"{self.account} ({self.provider})"
        verdict = "can serve it" if self.capable else "cannot serve it"
        if self.capable and (self.price or self.rate):
            verdict += f" for {self.price or self.rate}"
        if self.capable and self.resting_for is not None:
            verdict += f", but failed lately and is tried after others for {math.ceil(self.resting_for)} s"
        return " ".join(f"{who} {verdict}{': ' if self.reasons else ''}{'; '.join(self.reasons)}".split())
