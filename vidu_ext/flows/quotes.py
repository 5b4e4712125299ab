"""The documented prices of a request at each account, and the accounts within a ceiling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeAlias

from attrs import evolve

from vidu_ext.providers import provider_named
from vidu_ext.providers.offers import Offer
from vidu_ext.spec.prices import price_of, rate_of, region_of
from vidu_ext.values.price import Documented, DocumentedRate, Price, Quote

PriceOf: TypeAlias = Callable[[Offer], Documented]


def documented(offer: Offer, *, host: str = "", on: date | None = None) -> Documented:
    """Return the documented price of an offer, else its rates, by the host of the account and the day, for discounts."""
    contract = provider_named(offer.provider).contract
    if not offer.operation or offer.unlisted is not None:
        return None
    region = region_of(host)
    price = price_of(contract, offer.operation, offer.body, region=region, on=on)
    return price or rate_of(contract, offer.operation, offer.body, region=region)


def _quote_of(account: str, provider: str, price: Documented) -> Quote:
    """Return the quote of an account with this documented price or these rates."""
    if isinstance(price, DocumentedRate):
        return Quote(account, provider, None, price)
    return Quote(account, provider, price, None)


def quotes(examined: Sequence[Offer], price: PriceOf) -> tuple[Quote, ...]:
    """Return a quote of each account that can serve the request, in the order of configuration."""
    return tuple(_quote_of(offer.account, offer.provider, price(offer)) for offer in examined if offer.capable)


def within(examined: Sequence[Offer], ceiling: Price, price: PriceOf) -> tuple[Offer, ...]:
    """Return the offers; those above the ceiling have it as the reason why they cannot serve the request."""

    def limited(offer: Offer) -> Offer:
        reason = ceiling.why_not(price(offer)) if offer.capable else None
        return offer if reason is None else evolve(offer, operation="", unsupported=reason)

    return tuple(map(limited, examined))
