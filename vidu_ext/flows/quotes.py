"""What a request costs at each account by the documented prices, and which accounts a ceiling leaves."""

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
    """The platform whose prices an account pays, by the host that it is asked at."""
    return CHINA if host.endswith(".cn") else INTERNATIONAL


def documented(
    offer: Offer, *, region: str = INTERNATIONAL, on: date | None = None, provider_of: Callable[[str], Provider] = provider_named
) -> DocumentedPrice | None:
    """The documented price of an offer; `on` is the day, for discounts."""
    contract = provider_of(offer.provider).contract
    is_known = offer.operation and offer.unlisted is None
    return price_of(contract, offer.operation, offer.body, region=region, on=on) if is_known else None


def quotes(examined: Sequence[Offer], price: PriceOf) -> tuple[Quote, ...]:
    """A quote of each account that can serve the request, as they are configured."""
    return tuple(Quote(offer.account, offer.provider, price(offer)) for offer in examined if offer.capable)


def within(examined: Sequence[Offer], ceiling: Price, price: PriceOf) -> tuple[Offer, ...]:
    """The offers, with the reason at each that the ceiling rules out."""

    def judged(offer: Offer) -> Offer:
        reason = ceiling.why_not(price(offer)) if offer.capable else None
        return offer if reason is None else evolve(offer, operation="", unsupported=reason)

    return tuple(map(judged, examined))
