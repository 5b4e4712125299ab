"""Choose the accounts that can serve a request, put them into order, and explain why the others cannot.

Only the spec of its provider decides what an account can serve.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import evolve

from vidu_ext.providers import PROVIDERS, check_provider, provider_named
from vidu_ext.providers.base import UnsupportedError
from vidu_ext.providers.offers import Offer as Offer
from vidu_ext.values.checks import finite, number_of, sequence
from vidu_ext.values.errors import ConfigurationError, InvalidRequestError, NoProviderError
from vidu_ext.values.fault import encoding_faults
from vidu_ext.values.forks import ONLY, new_locks
from vidu_ext.values.json import as_object, with_texts
from vidu_ext.values.spelling import nearest
from vidu_ext.values.tasks import is_account_name

from .health import Health

if TYPE_CHECKING:
    from vidu_ext.providers.accounts import Account
    from vidu_ext.providers.base import Provider
    from vidu_ext.spec.formats import Medium
    from vidu_ext.values.explanation import Explanation


UPLOAD_ABOVE: Final = 4 * 1024 * 1024
"""Bytes of local files in one request above which they are uploaded rather than sent inside the request. Requests with
several large pictures inside were seen to time out."""

Policy: TypeAlias = Callable[[Sequence[Offer]], Sequence[Offer]]
"""Puts offers into the order in which to make them; an offer that it omits is not made.

Called with the accounts that work, then with those that rest after failures, never with an empty sequence.
"""


# -- who can serve it -----------------------------------------------------------------------------------------------------


def examine(
    request: object, accounts: Sequence[Account], *, check: bool, unlisted: bool, path_id: str | None
) -> tuple[Offer, ...]:
    """Return an offer of each account for a neutral request, or for a generated request model of one provider.

    Local files are read here, and each provider encodes the request once, however many accounts it has. Without `check` the
    body is not checked against the spec; with `unlisted` one model, template or voice may be a word that the spec does not
    list. `path_id` is the path parameter of a generated model's route. Raises ConfigurationError for a file that cannot be
    sent.
    """
    # Imported here: clients do not need these before their first request.
    from vidu_ext.spec.formats import Medium
    from vidu_ext.spec.media import read_medium
    from vidu_ext.values.requests import OperationRequest, Request, local_media

    if not isinstance(request, Request | OperationRequest) and not hasattr(type(request), "to_dict"):
        raise ConfigurationError(
            "a request is TextToVideo(...) or another one of vidu_ext, OperationRequest(...), or a generated request model, not"
            f" {type(request).__name__}. Nothing was sent."
        )
    if path_id is not None and isinstance(request, Request | OperationRequest):
        raise ConfigurationError("belongs to a generated request model; OperationRequest has one of its own.", option="path_id")
    if isinstance(request, OperationRequest):
        check_provider(request.provider)
    media = [read_medium(source) for source in local_media(request)] if isinstance(request, Request | OperationRequest) else []
    text_of = cache(Medium.data_uri)
    offer_of: dict[str, Offer] = {}
    for account in accounts:
        if account.provider not in offer_of:
            provider = provider_named(account.provider)
            try:
                offer = _with_media(_encode(provider, request, path_id), provider, media, text_of)
            except UnsupportedError as error:
                offer_of[account.provider] = Offer(account.name, account.provider, unsupported=str(error))
                continue
            faults = provider.contract.faults(offer.operation, offer.body, offer.uploads) if check else ()
            if not check and (unencodable := encoding_faults(offer.body)):
                raise ConfigurationError(f"the request must hold JSON; {unencodable[0]}. Nothing was sent.")
            offer = evolve(offer, faults=faults, is_checked=check)
            offer_of[account.provider] = _allow_unlisted(offer, provider) if unlisted and faults else offer
    return tuple(evolve(offer_of[account.provider], account=account.name) for account in accounts)


def _allow_unlisted(offer: Offer, provider: Provider) -> Offer:
    """Return the offer with the one word allowed that the spec does not list, if there is one."""
    left = provider.contract.faults(offer.operation, offer.body, offer.uploads, unlisted=True)
    word = next((fault.unlisted_word for fault in offer.faults if fault not in left), None)
    return evolve(offer, faults=left, unlisted=word)


def _encode(provider: Provider, request: object, path_id: str | None) -> Offer:
    """Return the request in the provider's words, with a placeholder text for each local medium."""
    from vidu_ext.values.requests import OperationRequest, Request, with_media

    if not isinstance(request, Request | OperationRequest):
        return provider.encode_model(request, path_id=path_id)
    indexes = itertools.count()
    request = with_media(request, lambda _: provider.upload_stand_in(next(indexes)))
    return provider.encode_operation(request) if isinstance(request, OperationRequest) else provider.encode(request)


def _with_media(offer: Offer, provider: Provider, media: Sequence[Medium], text_of: Callable[[Medium], str]) -> Offer:
    """Return the offer with the media inside the body, or as uploads if they are large and the provider accepts uploads."""
    if not media:
        return offer
    is_large = sum(len(medium.content) for medium in media) > UPLOAD_ABOVE
    reserve = provider.upload_call("picture.png", "image/png") if is_large else None
    most = provider.contract.operation(reserve.operation).max_upload_bytes if reserve is not None else None
    takes = partial(provider.contract.takes_text, offer.operation, offer.body)
    uploads: dict[str, Medium] = {}
    inside: dict[str, str] = {}
    for index, medium in enumerate(media):
        name = provider.upload_stand_in(index)
        if reserve is not None and (most is None or len(medium.content) <= most) and takes(name, name):
            uploads[name] = medium
        else:
            inside[name] = text_of(medium)
    return evolve(offer, body=as_object(with_texts(offer.body, inside)), uploads=uploads)


# -- in which order -------------------------------------------------------------------------------------------------------


def _named(name: str, policy: Callable[[Sequence[Offer]], Sequence[Offer]]) -> Policy:
    """Return the policy under the name of the call that made it, for messages."""
    policy.__qualname__ = name
    return policy


def preference(*names: str, only: bool = False, accounts: Sequence[Account] | None = None) -> Policy:
    """Return a policy that puts the named accounts first, in this order, then the others; with `only`, no others.

    The name of a provider means all its accounts that are not named themselves. With `accounts`, each name must be that of
    one of them or of a provider, configured or not, so that a mistyped name is an error rather than ignored.
    """
    if not names:
        raise ConfigurationError("preference() needs the name of at least one account or provider.")
    wanted = tuple(map(str, names))
    shown = f"preference({', '.join(map(repr, wanted))}{', only=True' if only else ''})"
    if accounts is not None:
        _check_known(wanted, tuple(dict.fromkeys([*(account.name for account in accounts), *PROVIDERS])))
    if len(set(wanted)) < len(names) or not all(map(is_account_name, wanted)):
        raise ConfigurationError(f"{shown} must name accounts or providers, each once.")

    def rank(offer: Offer) -> int:
        """Return the index of the account's own name, else of its provider's name, else the number of names."""
        return next((wanted.index(name) for name in (offer.account, offer.provider) if name in wanted), len(wanted))

    def policy(offers: Sequence[Offer]) -> Sequence[Offer]:
        return sorted((offer for offer in offers if not only or rank(offer) < len(wanted)), key=rank)

    return _named(shown, policy)


def _check_known(names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise ConfigurationError(
                f"{name!r} is neither an account nor a provider.{nearest(name, known)} Known are: {', '.join(known)}."
            )


def round_robin() -> Policy:
    """Return a policy that puts the least recently used account first, so that requests spread evenly.

    It remembers when each account was last first, which stays fair if the accounts differ from request to request.
    """
    turn_of: dict[str, int] = {}
    turns = itertools.count(1)
    locks = new_locks()

    def policy(offers: Sequence[Offer]) -> Sequence[Offer]:
        with locks[ONLY]:
            ordered = sorted(offers, key=lambda offer: turn_of.get(offer.account, 0))
            if ordered:
                turn_of[ordered[0].account] = next(turns)
            return ordered

    return _named("round_robin()", policy)


def cheapest(price: Callable[[Offer], float | None] | None = None) -> Policy:
    """Return a policy that puts the account with the lowest price first, unknown prices (None) last, equal ones as configured.

    Without a function, it uses the documented prices in US dollars. Providers bill in credits of their own, so a function must
    return one currency for all.
    """
    return _cheapest_by_documents if price is None else _named(f"cheapest({_name_of(price)})", _cheapest(price))


def _cheapest(price: Callable[[Offer], float | None]) -> Policy:
    def rank(offer: Offer) -> float:
        answer = price(offer)  # a function of the user may return anything
        if answer is None:
            return math.inf
        amount = finite(number_of(answer))
        if amount is None or amount < 0:
            raise ConfigurationError(
                f"{_name_of(price)} must return a price of at least 0, or None for unknown; for {offer.account} it returned"
                f" {answer!r}."
            )
        return amount

    return lambda offers: sorted(offers, key=rank)


def _documented_dollars(offer: Offer) -> float | None:
    from .quotes import documented

    price = documented(offer)
    return price.usd if price is not None else None


_cheapest_by_documents: Final = _named("cheapest()", _cheapest(_documented_dollars))


def priced(policy: Policy | None, price: Callable[[Offer], float | None]) -> Policy | None:
    """Return the policy, with this function in a `cheapest()` without one: the region and the day are known to a client."""
    return _cheapest(price) if policy is _cheapest_by_documents else policy


def order(examined: Sequence[Offer], policy: Policy | None, health: Health, now: float) -> tuple[Offer, ...]:
    """Return the offers to make, at least one: accounts that work in the order of the policy (None: as configured), then those
    that rest, so that a request is served even if all rest.

    Raises InvalidRequestError if the specs refuse the request, NoProviderError if no account has a route for it or the policy
    omits all that have one, ConfigurationError for a policy that returns anything but some of its offers.
    """
    capable = [offer for offer in examined if offer.capable]
    if not capable:
        raise _refusal(examined)
    resting = [offer for offer in capable if health.resting_for(offer.account, now) is not None]
    working = [offer for offer in capable if offer not in resting]
    ordered = (*_apply(policy, working), *_apply(policy, resting))
    if not ordered:
        raise _no_provider(examined, f"left out by the policy {_name_of(policy)}")
    return ordered


def offers_in_turn(offers: Sequence[Offer], admit: Callable[[str], bool]) -> Iterator[tuple[Offer, bool]]:
    """Yield the offers in the order in which to make them, each with whether it is the last one.

    Each is admitted when its turn comes; those that are not come after all that are, so that a request is served even if all
    rest. The outcome of each must be recorded: after a rest it may be the only request that is admitted.
    """
    left = list(offers)
    while left:
        offer = left.pop(next((index for index, other in enumerate(left) if admit(other.account)), 0))
        yield offer, not left


def _apply(policy: Policy | None, offers: Sequence[Offer]) -> list[Offer]:
    """Return the offers as the policy orders them. Raises ConfigurationError for a policy that returns anything else."""
    if policy is None or not offers:
        return list(offers)
    name = _name_of(policy)
    if not callable(policy):
        raise ConfigurationError(f"the policy {name} is not a function. preference('comfy', 'vidu') makes one from names.")
    returned = sequence(f"what the policy {name} returns", policy(tuple(offers)), "a sequence of offers")
    left = {offer.account: offer for offer in offers}
    return [_take(item, left, name) for item in returned]


def _take(item: object, left: dict[str, Offer], name: str) -> Offer:
    if not isinstance(item, Offer):
        raise ConfigurationError(f"the policy {name} must return offers; it returned a value of type {type(item).__name__}.")
    if left.pop(item.account, None) != item:
        raise ConfigurationError(f"the policy {name} returned an offer of {item.account} twice, or one that it did not receive.")
    return item


def _name_of(function: object) -> str:
    """Return the name of a function, for a message."""
    return str(getattr(function, "__qualname__", None) or repr(function))


# -- why ------------------------------------------------------------------------------------------------------------------


def explain(examined: Sequence[Offer], health: Health, now: float) -> tuple[Explanation, ...]:
    """Return an explanation for each account, in the order of configuration. Changes nothing."""
    return tuple(_explanation(offer, health.resting_for(offer.account, now)) for offer in examined)


def _explanation(offer: Offer, resting_for: float | None = None) -> Explanation:
    from vidu_ext.values.explanation import Explanation  # a request that can be served needs none, and no prices

    return Explanation(
        offer.account, offer.provider, capable=offer.capable, reasons=offer.reasons, resting_for=resting_for, faults=offer.faults
    )


def _refusal(examined: Sequence[Offer]) -> NoProviderError:
    """Return the error for a request that no account can serve: InvalidRequestError if a route exists, else NoProviderError."""
    for offer in examined:
        if offer.operation:
            return InvalidRequestError(offer.provider, offer.operation, offer.faults, tuple(map(_explanation, examined)))
    return _no_provider(examined)


def _no_provider(examined: Sequence[Offer], otherwise: str = "") -> NoProviderError:
    """Return the error with a line for each account; `otherwise` is the reason of those that could serve the request."""
    explanations = [evolve(_explanation(offer), reasons=offer.reasons or (otherwise,)) for offer in examined]
    return NoProviderError("No configured account can serve this request; nothing was sent.", explanations)
