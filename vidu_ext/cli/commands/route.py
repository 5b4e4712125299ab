"""`vidu route`: which accounts can serve a request, and why the others cannot."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vidu_ext.cli.clients import account_choice, load_configuration
from vidu_ext.cli.exits import Exit, exit_of
from vidu_ext.cli.formats import explanation_document, price_members
from vidu_ext.cli.output import Printer
from vidu_ext.cli.remedies import WORDS
from vidu_ext.cli.request_options import ChoiceOptions, RequestOptions, ceiling_of, preference_of, request_of
from vidu_ext.values.remedy import with_remedy

if TYPE_CHECKING:
    from vidu_ext.cli.config import Configuration
    from vidu_ext.client.account_choice import AccountChoice
    from vidu_ext.values.errors import NoProviderError
    from vidu_ext.values.explanation import Explanation
    from vidu_ext.values.price import Price, Quote
    from vidu_ext.values.requests import OperationRequest, Request
    from vidu_ext.values.tasks import Json, Object


def run(output: Printer, asked: RequestOptions) -> int:
    """Say for each account whether it can serve a request, and why not. Sends nothing."""
    configuration = load_configuration(output)
    return print_route(output, asked, request_of(asked, model=configuration.defaults.model), configuration)


def print_route(output: Printer, asked: ChoiceOptions, request: Request | OperationRequest, configuration: Configuration) -> int:
    """Print whether each account can serve a request. Returns the exit code that a submit would have before it sends."""
    choice = account_choice(configuration, prefer=preference_of(asked, configuration.prefer))
    plan = plan_route(choice, asked, request, at_most=ceiling_of(asked.at_most))
    order = plan.order
    output.document(plan.document)
    output.table(
        ("asked", "account", "provider", "price", "why not"),
        [
            (
                str(order.index(line.account) + 1) if line.account in order else "-",
                line.account,
                line.provider,
                plan.quotes[line.account].words if line.account in plan.quotes else "-",
                "; ".join(line.reasons),
            )
            for line in plan.lines
        ],
    )
    if order:
        sent = f"{plan.document['operation']} {json.dumps(plan.document['body'])}"
        output.say(f"Nothing was sent. {order[0]} would be asked first: {sent}")
        return Exit.OK
    error = plan.refusal
    advice = with_remedy("", error.remedy, WORDS) if error and error.remedy and error.remedy.action == "open-word" else ""
    output.say(f"Nothing was sent. No account can serve this request.{advice}")
    return exit_of(error) if error else Exit.OK


@dataclass(frozen=True, kw_only=True)
class RoutePlan:
    """The accounts that can serve a request, their order and their prices."""

    document: Object
    order: Sequence[str] = ()
    """The accounts in the order in which they are asked."""
    lines: Sequence[Explanation]
    quotes: Mapping[str, Quote]
    """By account, for those that can serve it."""
    refusal: NoProviderError | None = None
    """Why no account is asked."""


def plan_route(
    choice: AccountChoice, asked: ChoiceOptions, request: Request | OperationRequest, *, at_most: Price | None
) -> RoutePlan:
    """Return what a submit would decide before anything is sent."""
    from vidu_ext.values.errors import NoProviderError

    explanations = choice.explain(request, check=asked.check, unlisted=asked.unlisted)
    lines = [line for line in explanations if asked.account in (None, line.account, line.provider)]
    prices = choice.quote(request, account=None, check=asked.check, unlisted=asked.unlisted, path_id=None)
    quotes = {quote.account: quote for quote in prices}
    accounts: list[Json] = [{**explanation_document(line), **price_members(quotes.get(line.account))} for line in lines]
    try:
        offers = choice.offers(
            request, account=asked.account, check=asked.check, unlisted=asked.unlisted, path_id=None, at_most=at_most
        )
    except NoProviderError as error:
        return RoutePlan(document={"order": [], "accounts": accounts}, lines=lines, quotes=quotes, refusal=error)
    order = [offer.account for offer in offers]
    sent: Object = {"operation": offers[0].operation, "body": _short(offers[0].body)}
    return RoutePlan(document={"order": [*order], "accounts": accounts, **sent}, order=order, lines=lines, quotes=quotes)


def _short(value: Json) -> Json:
    """Return a body to print, without the data of pictures."""
    match value:
        case str() if value.startswith("data:"):
            return f"{value.partition(',')[0]},... ({len(value)} characters)"
        case list():
            return [_short(entry) for entry in value]
        case dict():
            return {name: _short(entry) for name, entry in value.items()}
        case _:
            return value
