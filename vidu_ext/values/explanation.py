"""Whether an account can serve a request, and why not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import field, frozen

from .price import Quote

if TYPE_CHECKING:
    from .fault import Fault


@frozen
class Explanation(Quote):
    """The verdict on one account for one request, with its price, above a ceiling too. `str()` is one line."""

    capable: bool = field(kw_only=True)
    reasons: tuple[str, ...] = ()
    """Why the account is not asked. That of a capable account is the policy that left it out."""
    resting_for: float | None = None
    """Seconds for which other accounts are asked first, because this one failed recently."""
    faults: tuple[Fault, ...] = ()
    """What the provider's spec refuses, each with its place."""

    def __str__(self) -> str:
        name = self.account if self.account == self.provider else f"{self.account} ({self.provider})"
        line = f"{name} {'can' if self.capable else 'cannot'} serve it"
        if self.capable and (price := self.price or self.rate):
            line += f" for {price}"
        if self.capable and self.resting_for is not None:
            line += f", but failed recently, so other accounts are tried first for {math.ceil(self.resting_for)} s"
        if self.reasons:
            line += f"{', but is not asked' if self.capable else ''}: {'; '.join(self.reasons)}"
        return " ".join(line.split())  # a reason may quote text with line breaks
