"""Prices: what a provider documents, what a request costs at each account, and the ceiling that a user sets."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from .base_error import ConfigurationError
from .checks import credit

PRINTED: Final = "printed"
"""Certainty of a price that a page prints."""
GUESSED: Final = "low"
"""Certainty of a price that was worked out from little."""


@frozen(kw_only=True)
class DocumentedPrice:
    """A documented price of one request. `str()` is one line."""

    amount: float
    unit: str
    """`credits` of the provider, `USD` or `CNY`."""
    usd: float | None
    """None if the value of a credit is not documented."""
    date: str | None
    """When the oldest of its sources was read: a day, or a month."""
    source: str
    """The pages that print it."""
    sure: str
    """Certainty: `printed`; `high`, `medium` or `low` if no page prints the price."""

    @property
    def credits(self) -> float | None:
        """The amount in the provider's credits; None in another unit, or with low confidence."""
        return self.amount if self.unit == "credits" and self.sure != GUESSED else None

    def __str__(self) -> str:
        dollars = f" ({self.usd:.4g} USD)" if self.usd is not None and self.unit != "USD" else ""
        degree = "" if self.sure == PRINTED else f", {self.sure} confidence"
        when = f", read {self.date}" if self.date else ""
        return f"{self.amount:g} {self.unit}{dollars}{degree}{when}"


@frozen
class Quote:
    """What a request would cost at an account that can serve it. `str()` is one line."""

    account: str
    provider: str
    price: DocumentedPrice | None = None
    """None if it is not documented."""

    def __str__(self) -> str:
        return f"{self.account}: {self.price or 'not documented'}"


@frozen(kw_only=True)
class Price:
    """An amount of money, either in credits of the provider or in US dollars.

    Raises ConfigurationError for both, for neither, and for an amount below 0.
    """

    credits: float | None = None
    usd: float | None = None

    def __attrs_post_init__(self) -> None:
        for name, amount in (("credits", self.credits), ("usd", self.usd)):
            if amount is not None:
                credit(name, amount)
        if (self.credits is None) is (self.usd is None):
            raise ConfigurationError("Price takes either credits or usd.")

    def __str__(self) -> str:
        return f"{self.credits:g} credits" if self.credits is not None else f"{self.usd:g} USD"

    def why_not(self, price: DocumentedPrice | None) -> str | None:
        """Return why a request at this price is not within the ceiling, in words; None if it is."""
        if price is None:
            return "its price is not documented, so no ceiling can be kept"
        if price.sure == GUESSED:
            return f"its price is known with low confidence only ({price})"
        amount = self.counted(price)
        if amount is None:
            return (
                f"its price is {price}, and its value in {'US dollars' if self.usd is not None else 'credits'} is not documented"
            )
        return f"it costs {price}, more than the ceiling of {self}" if amount > self.amount else None

    @property
    def amount(self) -> float:
        """The number of credits or dollars, whichever was given."""
        return self.usd if self.usd is not None else self.credits or 0.0

    def counted(self, price: DocumentedPrice) -> float | None:
        """Return a documented price in the unit of this one; None if no conversion is documented."""
        return price.usd if self.usd is not None else price.amount if price.unit == "credits" else None
