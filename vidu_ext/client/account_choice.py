"""The accounts of one client: what each can serve, at what price, and which is asked first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from attrs import evolve

from vidu_ext.flows.health import Health, HealthPolicy
from vidu_ext.providers import provider_named
from vidu_ext.providers.accounts import Account, accounts, address_variable
from vidu_ext.transport.endpoint import Endpoint
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.forks import PerAccount
from vidu_ext.values.urls import PRIVATE, api_root, nearness

from .arguments import Inquiry, check_kind

if TYPE_CHECKING:
    from vidu_ext.flows.routing import Policy
    from vidu_ext.providers.base import Provider
    from vidu_ext.providers.offers import Offer
    from vidu_ext.values.explanation import Explanation
    from vidu_ext.values.price import Documented, Quote

Keys: TypeAlias = "Mapping[str, str] | Sequence[Account] | None"
Prefer: TypeAlias = "Sequence[str] | Policy | None"

logger: Final = logging.getLogger("vidu_ext")


class AccountChoice:
    """The accounts of one client with their endpoints and health, and the order in which they are asked."""

    def __init__(self, keys: Keys, *, prefer: Prefer, now: Callable[[], float], health: HealthPolicy | None = None) -> None:
        self.accounts: Final = {account.name: account for account in accounts(keys)}
        self.health: Final = Health(health)
        self.endpoints: Final = PerAccount(lambda name: _endpoint(self.accounts[name]))
        """Made when first needed, because each needs its spec."""
        self._policy = None if prefer is None else self._policy_of(prefer)
        self._has_warned_of_default = False
        self._now = now

    @property
    def is_local(self) -> bool:
        """Whether all accounts lead to servers of this machine or its network, such as an emulator."""
        servers = [account.base_url for account in self.accounts.values()]
        return all(url is not None and nearness(urlsplit(url).netloc) == PRIVATE for url in servers)

    def provider(self, account: str, *, advice: str = " Poll a task through the account that took it.") -> Provider:
        """Return the adapter of an account's provider. Raises ConfigurationError for an account that is not configured."""
        if account in self.accounts:
            return provider_named(self.accounts[account].provider)
        theirs = ", ".join(other.name for other in self.accounts.values() if other.provider == account)
        those = f" Accounts of the provider {account}: {theirs}." if theirs else ""
        raise ConfigurationError(f"no account is called {account!r}; configured are: {', '.join(self.accounts)}.{those}{advice}")

    def only_account(self, account: str | None) -> str:
        """Return the account named, or the only one. Raises ConfigurationError if there are several and none is named."""
        if account is not None:
            self.provider(account, advice="")
            return account
        if len(self.accounts) > 1:
            raise ConfigurationError(f"say which account: one of {', '.join(self.accounts)}.")
        return next(iter(self.accounts))

    def offers(self, inquiry: Inquiry) -> tuple[Offer, ...]:
        """Return the offers of the accounts that can serve the request within the ceiling, in the order in which to ask them."""
        from vidu_ext.flows.routing import order

        for one in self._accounts_of(inquiry.account):
            self.endpoints[one.name]  # a base URL that leads nowhere is refused before anything begins
        offers = order(self._within(inquiry, self._examined(inquiry)), self._policy, self.health, self._now())
        has_default = getattr(inquiry.request, "model", "") is None and not hasattr(inquiry.request, "provider")
        if inquiry.account is None and has_default:
            self._warn_of_default(offers)
        return offers

    def explain(self, inquiry: Inquiry) -> tuple[Explanation, ...]:
        """Return for each account whether it can serve the request within the ceiling, at what price, and why not."""
        from vidu_ext.flows.quotes import quotes
        from vidu_ext.flows.routing import explain

        examined = self._examined(inquiry)
        limited = self._within(inquiry, examined)
        explanations = {each.account: each for each in explain(limited, self.health, self._now())}
        for quote in quotes(examined, self.documented):
            unpriced = explanations[quote.account]
            explanations[quote.account] = evolve(unpriced, price=quote.price, rate=quote.rate, price_needs=quote.price_needs)
        return tuple(explanations.values())

    def quote(self, inquiry: Inquiry) -> tuple[Quote, ...]:
        """Return the documented price at each account that can serve the request."""
        from vidu_ext.flows.quotes import quotes

        return quotes(self._examined(inquiry), self.documented)

    def _examined(self, inquiry: Inquiry) -> tuple[Offer, ...]:
        from vidu_ext.flows.routing import examine

        accounts = self._accounts_of(inquiry.account)
        return examine(inquiry.request, accounts, check=inquiry.check, unlisted=inquiry.unlisted, path_id=inquiry.path_id)

    def _within(self, inquiry: Inquiry, examined: tuple[Offer, ...]) -> tuple[Offer, ...]:
        """Return the offers, of which those above the ceiling cannot serve the request."""
        if inquiry.at_most is None:
            return examined
        from vidu_ext.flows.quotes import within
        from vidu_ext.values.price import Price

        how = " Write Price(credits=60) or Price(usd=0.5). Nothing was sent."
        check_kind("at_most", inquiry.at_most, Price, hint=how)
        return within(examined, inquiry.at_most, self.documented)

    def documented(self, offer: Offer) -> Documented:
        """Return what an offer costs by the prices of today, or the rates; None if nothing is documented."""
        from vidu_ext.flows.quotes import documented
        from vidu_ext.transport.driver import wall_clock

        today = datetime.fromtimestamp(wall_clock(), UTC).date()
        return documented(offer, host=self.endpoints[offer.account].host, on=today)

    def _policy_of(self, prefer: Sequence[str] | Policy) -> Policy | None:
        """Return the policy that names or a policy stand for. Raises ConfigurationError for anything else."""
        from vidu_ext.flows.routing import preference, priced

        if isinstance(prefer, str):
            raise ConfigurationError(f"prefer must be a list of accounts or providers, or a policy, not the text {prefer!r}.")
        policy = prefer if callable(prefer) else preference(*prefer, accounts=tuple(self.accounts.values()))
        return priced(policy, self._dollars)

    def _dollars(self, offer: Offer) -> float | None:
        """Return the documented price in US dollars, for `cheapest()`."""
        price = self.documented(offer)
        return price.usd if price is not None else None

    def _accounts_of(self, account: str | None) -> tuple[Account, ...]:
        """Return the accounts with this name or of the provider with this name; all without a name."""
        named = tuple(one for one in self.accounts.values() if account in (None, one.name, one.provider))
        if not named and account is not None:
            self.provider(account, advice=" Nothing was sent.")
        return named

    def _warn_of_default(self, offers: Sequence[Offer]) -> None:
        """Warn once if a request that names neither account nor model can go to only one of several providers."""
        providers = {offer.provider for offer in offers}
        if len(providers) == 1 and len({one.provider for one in self.accounts.values()}) > 1 and not self._has_warned_of_default:
            self._has_warned_of_default = True
            logger.warning(
                "neither an account nor a model was named: this goes to %s, the only provider here with a default for it (%s)",
                offers[0].account,
                offers[0].operation,
            )


def has_files(request: object) -> bool:
    """Return whether files or bytes of the user's are read and encoded for a request."""
    from vidu_ext.values.requests import OperationRequest, Request, local_media

    return isinstance(request, Request | OperationRequest) and bool(local_media(request))


def _endpoint(account: Account) -> Endpoint:
    contract = provider_named(account.provider).contract
    header, scheme = contract.key_header()
    setting = f"the base URL of account {account.name} ({address_variable(account.provider)})"
    root = api_root(account.server, (operation.path for operation in contract.operations.values()), contract.servers())
    if root is None:
        raise ConfigurationError(
            f"{setting} is not that of an API of {account.provider}: leave it out, or set {contract.server()}."
        )
    return Endpoint(
        account=account.name,
        base_url=root,
        setting=setting if account.base_url else "",
        key_header=header,
        key_value=f"{scheme} {account.key}".strip(),
        in_flight=account.max_in_flight,
    )
