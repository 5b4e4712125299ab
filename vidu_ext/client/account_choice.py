"""The accounts of one client: what each can serve, at what price, and which is asked first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NotRequired, TypeAlias, TypedDict
from urllib.parse import urlsplit

from attrs import evolve

from vidu_ext.flows.health import Health, HealthPolicy
from vidu_ext.providers import provider_named
from vidu_ext.providers.accounts import Account, accounts, address_variable
from vidu_ext.transport.endpoint import Endpoint
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.forks import PerAccount
from vidu_ext.values.urls import PRIVATE, api_root, nearness

if TYPE_CHECKING:
    from vidu_ext.flows.routing import Policy
    from vidu_ext.providers.base import Provider
    from vidu_ext.providers.offers import Offer
    from vidu_ext.values.explanation import Explanation
    from vidu_ext.values.price import Documented, Price, Quote

Keys: TypeAlias = "Mapping[str, str] | Sequence[Account] | None"
Prefer: TypeAlias = "Sequence[str] | Policy | None"

logger: Final = logging.getLogger("vidu_ext")


class Wanted(TypedDict):
    """The options of `AccountChoice.offers`."""

    account: str | None
    check: bool
    unlisted: bool
    path_id: str | None
    at_most: NotRequired[Price | None]


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

    def offers(
        self,
        request: object,
        *,
        account: str | None,
        check: bool,
        unlisted: bool = False,
        path_id: str | None,
        at_most: Price | None = None,
    ) -> tuple[Offer, ...]:
        """Return the offers of the accounts that can serve the request within the ceiling, in the order in which to ask them."""
        from vidu_ext.flows.routing import examine, order

        named = self._accounts_of(account)
        for one in named:
            self.endpoints[one.name]  # a base URL that leads nowhere is refused before anything begins
        examined = examine(request, named, check=check, unlisted=unlisted, path_id=path_id)
        if at_most is not None:
            from vidu_ext.flows.quotes import within

            examined = within(examined, _ceiling(at_most), self.documented)
        offers = order(examined, self._policy, self.health, self._now())
        if account is None and getattr(request, "model", "") is None and not hasattr(request, "provider"):
            self._warn_of_default(offers)
        return offers

    def explain(
        self,
        request: object,
        *,
        check: bool = True,
        unlisted: bool = False,
        path_id: str | None = None,
        at_most: Price | None = None,
    ) -> tuple[Explanation, ...]:
        """Return for each account whether it can serve the request within the ceiling, at what price, and why not."""
        from vidu_ext.flows.quotes import quotes, within
        from vidu_ext.flows.routing import examine, explain

        examined = examine(request, self._accounts_of(None), check=check, unlisted=unlisted, path_id=path_id)
        limited = examined if at_most is None else within(examined, _ceiling(at_most), self.documented)
        explanations = {each.account: each for each in explain(limited, self.health, self._now())}
        for quote in quotes(examined, self.documented):
            explanations[quote.account] = evolve(
                explanations[quote.account], price=quote.price, rate=quote.rate, price_needs=quote.price_needs
            )
        return tuple(explanations.values())

    def quote(
        self, request: object, *, account: str | None, check: bool, unlisted: bool = False, path_id: str | None
    ) -> tuple[Quote, ...]:
        """Return the documented price at each account that can serve the request."""
        from vidu_ext.flows.quotes import quotes
        from vidu_ext.flows.routing import examine

        examined = examine(request, self._accounts_of(account), check=check, unlisted=unlisted, path_id=path_id)
        return quotes(examined, self.documented)

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


def _ceiling(at_most: object) -> Price:
    from vidu_ext.values.price import Price

    if not isinstance(at_most, Price):
        raise ConfigurationError(
            f"must be a Price, such as Price(credits=60) or Price(usd=0.5), not {at_most!r}. Nothing was sent.", option="at_most"
        )
    return at_most


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
