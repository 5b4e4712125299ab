"""The documented prices of a request at each account, and the accounts within a ceiling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import evolve

from vidu_ext.providers import provider_named
from vidu_ext.providers.offers import Offer
from vidu_ext.spec.prices import INTERNATIONAL, price_of
from vidu_ext.values.price import DocumentedPrice, Price, Quote

if TYPE_CHECKING:
    from vidu_ext.providers.base import Provider

CHINA: Final = "cn"
PriceOf: TypeAlias = Callable[[Offer], "DocumentedPrice | None"]


def region_of(host: str) -> str:
    """Return the platform whose prices apply to an account, by its host."""
    return CHINA if host.endswith(".cn") else INTERNATIONAL


def documented(
    offer: Offer, *, region: str = INTERNATIONAL, on: date | None = None, provider_of: Callable[[str], Provider] = provider_named
) -> DocumentedPrice | None:
    """Return the documented price of an offer; `on` is the day, for discounts."""
    contract = provider_of(offer.provider).contract
    is_known = offer.operation and offer.unlisted is None
    return price_of(contract, offer.operation, offer.body, region=region, on=on) if is_known else None


def quotes(examined: Sequence[Offer], price: PriceOf) -> tuple[Quote, ...]:
    """Return a quote of each account that can serve the request, in the order of configuration."""
    return tuple(Quote(offer.account, offer.provider, price(offer)) for offer in examined if offer.capable)


def within(examined: Sequence[Offer], ceiling: Price, price: PriceOf) -> tuple[Offer, ...]:
    """Return the offers; those above the ceiling have it as the reason why they cannot serve the request."""

    def judged(offer: Offer) -> Offer:
        reason = ceiling.why_not(price(offer)) if offer.capable else None
        return offer if reason is None else evolve(offer, operation="", unsupported=reason)

    return tuple(map(judged, examined))
