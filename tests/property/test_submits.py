"""Many submits at once, with every accident that a network can have: no task is paid twice, none is lost, none is shared.

A machine has some accounts, each with its ledger, and processes that start and are killed, each with a session of its own. The
real flows of the package run step by step, one effect after another, so that hypothesis decides their order; other flows
run between the arrival of a request and its answer. After every step the laws are checked against the ledger.

What no search can tell apart is held to less: submits of one process that carry the same payload of the user, or, at
skills.video, the same prompt. There each task must still belong to a submit, and two submits never share one. What another
process does with the same payload or prompt cannot be seen at all, so processes do not share them here.
"""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test
from stateful import SETTINGS
from submit_machine import SubmitMachine

from vidu_ext.providers.accounts import Account


def two(provider: str) -> tuple[Account, ...]:
    return tuple(Account(provider=provider, name=name, key="k") for name in ("first", "second"))


class ByPayload(SubmitMachine):
    accounts = two("vidu")


class ByIdempotencyKey(SubmitMachine):
    accounts = two("comfy")


class ByRunningList(SubmitMachine):
    accounts = two("skills_video")


class ByNothing(SubmitMachine):
    accounts = two("zenlayer")


class ByAllInTurn(SubmitMachine):
    accounts = tuple(Account(provider=provider, key="k") for provider in ("vidu", "comfy", "zenlayer"))


@pytest.mark.parametrize("machine", [ByPayload, ByIdempotencyKey, ByRunningList, ByNothing, ByAllInTurn])
def test_any_sequence_of_submits_pays_at_most_once_each_and_loses_no_task(machine: type[SubmitMachine]) -> None:
    run_state_machine_as_test(machine, settings=SETTINGS)
