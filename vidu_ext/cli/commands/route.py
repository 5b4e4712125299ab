"""`vidu route`: which accounts can serve a request, and why the others cannot."""

from __future__ import annotations

import json
from collections.abc import Sequence

from attrs import frozen

from vidu_ext.cli.clients import load_configuration
from vidu_ext.cli.config import Configuration
from vidu_ext.cli.exits import Exit, exit_of
from vidu_ext.cli.formats import explanation_document, price_members
from vidu_ext.cli.output import Printer
from vidu_ext.cli.remedies import WORDS
from vidu_ext.cli.request_options import ChoiceOptions, RequestOptions, ceiling_of, preference_of, request_of
from vidu_ext.client.account_choice import AccountChoice
from vidu_ext.client.arguments import Inquiry
from vidu_ext.values.errors import NoProviderError
from vidu_ext.values.explanation import Explanation
from vidu_ext.values.json import map_texts
from vidu_ext.values.price import Price
from vidu_ext.values.remedy import with_remedy
from vidu_ext.values.requests import OperationRequest, Request
from vidu_ext.values.tasks import Json, Object


def run_route(output: Printer, asked: RequestOptions) -> int:
    """Say for each account whether it can serve a request, and why not. Sends nothing."""
    configuration = load_configuration(output)
    return print_route(output, asked, request_of(asked, model=configuration.defaults.model), configuration)


def print_route(output: Printer, asked: ChoiceOptions, request: Request | OperationRequest, configuration: Configuration) -> int:
    """Print whether each account can serve a request. Returns the exit code that a submit would have before it sends."""
    plan = plan_route(configuration, asked, request, at_most=ceiling_of(asked.at_most))
    order = plan.order
    output.document(plan.document)
    output.table(
        ("asked", "account", "provider", "price", "why not"),
        [
            (
                str(order.index(line.account) + 1) if line.account in order else "-",
                line.account,
                line.provider,
                line.words if line.capable else "-",
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


@frozen(kw_only=True)
class RoutePlan:
    """The accounts that can serve a request, their order and their prices."""

    document: Object
    order: Sequence[str] = ()
    """The accounts in the order in which they are asked."""
    lines: Sequence[Explanation]
    refusal: NoProviderError | None = None
    """Why no account is asked."""


def plan_route(
    configuration: Configuration, asked: ChoiceOptions, request: Request | OperationRequest, *, at_most: Price | None
) -> RoutePlan:
    """Return what a submit would decide before anything is sent."""
    prefer = preference_of(asked, configuration.prefer)
    choice = AccountChoice(configuration.accounts(), prefer=prefer, now=lambda: 0.0)
    inquiry = Inquiry(request=request, account=asked.account, check=asked.check, unlisted=asked.unlisted, at_most=at_most)
    lines = choice.explain(inquiry)
    accounts: list[Json] = [{**explanation_document(line), **price_members(line)} for line in lines]
    try:
        offers = choice.offers(inquiry)
    except NoProviderError as error:
        return RoutePlan(document={"order": [], "accounts": accounts}, lines=lines, refusal=error)
    order = [offer.account for offer in offers]
    body = map_texts(offers[0].body, _without_data)
    document: Object = {"order": [*order], "accounts": accounts, "operation": offers[0].operation, "body": body}
    return RoutePlan(document=document, order=order, lines=lines)


def _without_data(text: str) -> str:
    """Return a text of a body to print, without the data of a picture."""
    return f"{text.partition(',')[0]},... ({len(text)} characters)" if text.startswith("data:") else text
