"""Offers of accounts, their names, and accounts that rest. Shared by the tests of routing."""

from __future__ import annotations

from collections.abc import Sequence

from vidu_ext.flows.health import Health, HealthPolicy
from vidu_ext.flows.routing import order
from vidu_ext.providers.accounts import Account
from vidu_ext.providers.offers import Offer


def account(name: str, provider: str | None = None) -> Account:
    return Account(name=name, provider=provider or name, key="k")


def able(*names: str) -> tuple[Offer, ...]:
    """Return offers of accounts that can all serve the request. A name after a colon is that of the provider."""
    pairs = [name.partition(":") for name in names]
    return tuple(Offer(name, provider or name, "createVideo") for name, _, provider in pairs)


def offers(*names: str) -> tuple[Offer, ...]:
    return order(able(*names), None, Health(), 0.0)


def names_of(ordered: Sequence[Offer]) -> list[str]:
    return [offer.account for offer in ordered]


def resting(*names: str, now: float = 0.0) -> Health:
    health = Health(HealthPolicy(failures=1))
    for name in names:
        health.record_failure(name, now)
    return health
