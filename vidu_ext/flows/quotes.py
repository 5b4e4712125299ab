"""The documented prices of a request at each account, and the accounts within a ceiling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeAlias

from attrs import evolve

from vidu_ext.providers import provider_named
from vidu_ext.providers.offers import Offer
from vidu_ext.spec.prices import price_needs, price_of, rate_of, region_of
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


def _needs(offer: Offer) -> tuple[str, ...]:
    """Return the members with which an offer without a documented price would have one."""
    if not offer.operation or offer.unlisted is not None:
        return ()
    return price_needs(provider_named(offer.provider).contract, offer.operation, offer.body)


def quotes(examined: Sequence[Offer], price: PriceOf) -> tuple[Quote, ...]:
    """Return a quote of each account that can serve the request, in the order of configuration."""
    quoted: list[Quote] = []
    for offer in examined:
        if offer.capable:
            found = price(offer)
            known, rate = (None, found) if isinstance(found, DocumentedRate) else (found, None)
            quoted.append(Quote(offer.account, offer.provider, known, rate=rate, price_needs=() if found else _needs(offer)))
    return tuple(quoted)


def within(examined: Sequence[Offer], ceiling: Price, price: PriceOf) -> tuple[Offer, ...]:
    """Return the offers; those above the ceiling have it as the reason why they cannot serve the request."""

    def limited(offer: Offer) -> Offer:
        if not offer.capable:
            return offer
        documented = price(offer)
        reason = ceiling.why_not(documented, () if documented else _needs(offer))
        return offer if reason is None else evolve(offer, operation="", unsupported=reason)

    return tuple(map(limited, examined))
