"""Ask the configured providers the questions that cost nothing, and hold their answers to the specs: `make live`.

Needs keys in the environment (VIDU_API_KEY, COMFY_API_KEY, ZENLAYER_API_KEY, SKILLS_VIDEO_API_KEY). Creates no task. What it
prints settles some of the questions in openapi/README.md; it shows no key and no signed address.
"""

from __future__ import annotations

import sys
from typing import Final

import httpx

from vidu_ext.providers import provider_named
from vidu_ext.providers.accounts import Account, accounts
from vidu_ext.providers.base import TaskFilter
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.exchange import Call
from vidu_ext.values.tasks import Json, TaskRef

NO_TASK: Final = "0"
"""An id that no provider has given out; asking for it is a free check of the key and of the error body."""


def questions(account: Account) -> list[Call]:
    """The calls that create nothing, as the adapter makes them."""
    provider = provider_named(account.provider)
    free = [
        provider.credits_call(),
        provider.tasks_call(TaskFilter(), None),
        provider.status_call(TaskRef(account.name, NO_TASK)),
    ]
    return [call for call in free if call is not None]


def ask(client: httpx.Client, account: Account, call: Call) -> int:
    """Print what came back and where it differs from the spec. Gives the number of differences."""
    response = client.request(**call.request)
    try:
        value: Json = response.json()
    except ValueError:
        print(f"  {call.operation}: HTTP {response.status_code}, {len(response.content)} bytes that are no JSON")
        return 1
    drifts = answer_drifts(contract_of(account.provider), call.operation, response.status_code, value)
    members = sorted(value) if isinstance(value, dict) else type(value).__name__
    print(f"  {call.operation}: HTTP {response.status_code}, {members}")
    for drift in drifts:
        print(f"    {drift}")
    return len(drifts)


def main() -> int:
    try:
        configured = accounts()
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    differences = 0
    for account in configured:
        header, scheme = contract_of(account.provider).security()
        print(account.name)
        with httpx.Client(base_url=account.server, headers={header: f"{scheme} {account.key}".strip()}, timeout=60) as client:
            for call in questions(account):
                try:
                    differences += ask(client, account, call)
                except httpx.HTTPError as error:
                    print(f"  {call.operation}: no answer, {type(error).__name__}")
                    differences += 1
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
