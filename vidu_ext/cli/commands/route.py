"""`vidu route`: which accounts can serve a request, and why the others cannot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vidu_ext.cli.clients import configured, session
from vidu_ext.cli.exits import Exit, exit_of
from vidu_ext.cli.formats import explanation_document
from vidu_ext.cli.output import Printer
from vidu_ext.cli.remedies import WORDS
from vidu_ext.cli.request_options import RequestOptions, ceiling_of, preferred, request_of
from vidu_ext.values.remedy import said

if TYPE_CHECKING:
    from vidu_ext.cli.config import Configuration
    from vidu_ext.values.price import DocumentedPrice
    from vidu_ext.values.requests import Request
    from vidu_ext.values.tasks import Json


def run(output: Printer, asked: RequestOptions) -> int:
    """Say for each account whether it can serve a request, and why not. Sends nothing."""
    configuration = configured(output)
    return explained(output, asked, request_of(asked, model=configuration.defaults.model), configuration)


def explained(output: Printer, asked: RequestOptions, request: Request, configuration: Configuration) -> int:
    """The exit code that submitting would have before anything is sent, after every account was explained."""
    from vidu_ext.values.errors import InvalidRequestError, NoProviderError

    chooser = session(configuration, prefer=preferred(asked, configuration.prefer))
    lines = [
        one
        for one in chooser.explain(request, check=asked.check, unlisted=asked.unlisted)
        if asked.account in (None, one.account, one.provider)
    ]
    quotes = {
        one.account: one.price
        for one in chooser.quote(request, account=None, check=asked.check, unlisted=asked.unlisted, path_id=None)
    }
    order: list[str] = []
    sent: dict[str, Json] = {}
    code, advice = Exit.OK, ""
    try:
        offers = chooser.offers(
            request,
            account=asked.account,
            check=asked.check,
            unlisted=asked.unlisted,
            path_id=None,
            at_most=ceiling_of(asked.at_most),
        )
        order = [offer.account for offer in offers]
        sent = {"operation": offers[0].operation, "body": _short(offers[0].body)}
    except (InvalidRequestError, NoProviderError) as error:
        code = exit_of(error)
        is_open = error.remedy is not None and error.remedy.action == "open-word"
        advice = said("", error.remedy, WORDS) if is_open else ""
    output.document(
        {
            "order": [*order],
            **sent,
            "accounts": [{**explanation_document(line), "price": _price(quotes.get(line.account))} for line in lines],
        }
    )
    output.table(
        ("asked", "account", "provider", "price", "why not"),
        [
            (
                str(order.index(one.account) + 1) if one.account in order else "-",
                one.account,
                one.provider,
                str(quotes.get(one.account) or ("not documented" if one.capable else "-")),
                "; ".join(one.reasons),
            )
            for one in lines
        ],
    )
    if order:
        output.say(f"Nothing was sent. {order[0]} would be asked first: {sent['operation']} {json.dumps(sent['body'])}")
    else:
        output.say(f"Nothing was sent. No account can serve this request.{advice}")
    return code


def _price(price: DocumentedPrice | None) -> Json:
    from attrs import asdict

    return None if price is None else asdict(price)


def _short(value: Json) -> Json:
    """A body to be shown: pictures inside it are only told of."""
    match value:
        case str() if value.startswith("data:"):
            return f"{value.partition(',')[0]},... ({len(value)} characters)"
        case list():
            return [_short(entry) for entry in value]
        case dict():
            return {name: _short(entry) for name, entry in value.items()}
        case _:
            return value
