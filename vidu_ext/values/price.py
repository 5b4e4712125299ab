"""Prices: what a provider documents, what a request costs at each account, and the ceiling that a user sets."""

from __future__ import annotations

from typing import ClassVar, Final, TypeAlias

from attrs import field, frozen

from .base_error import ConfigurationError
from .checks import credit, number_of

PRINTED: Final = "printed"
"""Certainty of a price that a page prints."""
UNSURE: Final = "low"
"""Certainty of a price for which there is little evidence."""


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
    is_most: bool = False
    """Whether this is the dearest of several prices: which of them applies is known only afterwards."""
    list_price: DocumentedPrice | None = None
    """The price without the discount that is in this one; None if there is none."""

    @property
    def sure_most(self) -> DocumentedPrice:
        """The highest price that may apply: without a discount of low confidence."""
        return self.list_price if self.list_price is not None and self.sure == UNSURE else self

    @property
    def credits(self) -> float | None:
        """The most in the provider's credits; None in another unit, or with low confidence."""
        most = self.sure_most
        return most.amount if most.unit == "credits" and most.sure != UNSURE else None

    def __str__(self) -> str:
        dollars = f" ({self.usd:.4g} USD)" if self.usd is not None and self.unit != "USD" else ""
        return f"{'at most ' if self.is_most else ''}{self.amount:g} {self.unit}{dollars}{_evidence(self.sure, self.date)}"


def _evidence(sure: str, date: str | None) -> str:
    return ("" if sure == PRINTED else f", {sure} confidence") + (f", read {date}" if date else "")


@frozen(kw_only=True)
class Rate:
    """A price of one unit, such as a token or a second. `str()` is a phrase."""

    amount: float
    unit: str
    """`credits` of the provider, `USD`, `CNY` or `token credits`, whose value is not documented."""
    per: str
    """What is counted: `input text token`, `1,000,000 output tokens`, `5 seconds begun`."""
    when: str = ""
    """The choice that this rate is for, if the request does not say it."""
    is_added: bool = False
    """Whether it is paid in addition to the other rates."""

    def __str__(self) -> str:
        when = f" ({self.when})" if self.when else ""
        return f"{'plus ' if self.is_added else ''}{self.amount:g} {self.unit} per {self.per}{when}"


@frozen(kw_only=True)
class DocumentedRate:
    """The documented rates of a request whose amount is known only afterwards. `str()` is one line."""

    rates: tuple[Rate, ...]
    date: str | None
    """When the oldest of its sources was read: a day, or a month."""
    source: str
    """The pages that print them."""
    sure: str
    """Certainty, as of a price."""
    usd: ClassVar[None] = None
    """None: the amount is not known before."""
    credits: ClassVar[None] = None
    """None: the amount is not known before."""

    def __str__(self) -> str:
        rates = ", ".join(map(str, self.rates))
        return f"{rates}{_evidence(self.sure, self.date)}; the amount is known only afterwards"


Documented: TypeAlias = DocumentedPrice | DocumentedRate | None
"""What the documents say that a request costs; None if they say nothing."""


@frozen
class Quote:
    """What a request would cost at an account that can serve it. `str()` is one line."""

    account: str
    provider: str
    price: DocumentedPrice | None = None
    """None if it is not documented, or known only afterwards."""
    rate: DocumentedRate | None = None
    """The documented rate if the amount is known only afterwards, as with tokens."""
    price_needs: tuple[str, ...] = ()
    """The members that the request would have to name, so that a price of it is documented."""

    @property
    def words(self) -> str:
        """The price or rate as one line; `not documented` if there is neither."""
        return str(self.price or self.rate or not_documented(self.price_needs))

    def __str__(self) -> str:
        return f"{self.account}: {self.words}"


def not_documented(needs: tuple[str, ...]) -> str:
    """Return the words for a request without a documented price, which has one with the members in `needs`."""
    return "not documented" + (f" without {' and '.join(needs)}" if needs else "")


@frozen(kw_only=True)
class Price:
    """An amount of money, either in credits of the provider or in US dollars.

    Raises ConfigurationError for both, for neither, and for an amount below 0.
    """

    credits: float | None = field(default=None, converter=number_of)
    usd: float | None = field(default=None, converter=number_of)

    def __attrs_post_init__(self) -> None:
        for name, amount, unit in (("credits", self.credits, "credits"), ("usd", self.usd, "dollars")):
            if amount is not None:
                credit(name, amount, unit=unit)
        if (self.credits is None) is (self.usd is None):
            raise ConfigurationError("Price takes either credits or usd.")

    def __str__(self) -> str:
        return f"{self.credits:g} credits" if self.credits is not None else f"{self.usd:g} USD"

    def why_not(self, price: Documented, needs: tuple[str, ...] = ()) -> str | None:
        """Return why a request at this price is not within the ceiling, in words; None if it is.

        `needs` are the members with which a request without a price would have one.
        """
        if price is None:
            return f"its price is {not_documented(needs)}, so no ceiling can be kept"
        if isinstance(price, DocumentedRate):
            return f"no ceiling can be kept, because nothing documented says the most that it can cost: {price}"
        price = price.sure_most
        if price.sure == UNSURE:
            return f"its price is known with low confidence only ({price})"
        amount = self.counted(price)
        if amount is None:
            unit = "US dollars" if self.usd is not None else "credits"
            return f"its price is {price}, and its value in {unit} is not documented"
        costs = "can cost" if price.is_most else "costs"
        return f"it {costs} {price}, more than the ceiling of {self}" if amount > self.amount else None

    @property
    def amount(self) -> float:
        """The number of credits or dollars, whichever was given."""
        return self.usd if self.usd is not None else self.credits or 0.0

    def counted(self, price: DocumentedPrice) -> float | None:
        """Return a documented price in the unit of this one; None if no conversion is documented."""
        price = price.sure_most
        if self.usd is not None:
            return price.usd
        return price.amount if price.unit == "credits" else None
