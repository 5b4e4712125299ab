"""A submission is reported before it is sent: a program that keeps it loses no task, however the process ends."""

from __future__ import annotations

import asyncio

import pytest
from playing import Way, account, body_for, both_ways, brief, request_for
from provider_forms import Act
from server import Server

from vidu_ext import AsyncVidu, Submission, Vidu
from vidu_ext.client.arguments import OnSubmission

NO_CREDITS = Act(accepts=False, status=402, body=b"{}")


def submit(way: Way, servers: list[Server], on_submission: OnSubmission) -> str:
    """Return the reference of a submitted task."""
    accounts = [account(server) for server in servers]
    request = request_for(servers[0].provider)

    async def awaited() -> str:
        async with AsyncVidu(accounts, settings=brief()) as vidu:
            return str((await vidu.submit(request, on_submission=on_submission)).ref)

    if way == "awaited":
        return asyncio.run(awaited())
    with Vidu(accounts, settings=brief()) as vidu:
        return str(vidu.submit(request, on_submission=on_submission).ref)


@both_ways
def test_submission_is_reported_before_it_is_sent(way: Way) -> None:
    """Once, before it is sent, with the idempotency key that is sent: from its text another process finds the task."""
    told: list[tuple[str, int]] = []
    with Server("comfy", plan={"create": [Act(accepts=False, status=503, headers={"retry-after": "0"})]}) as server:
        ref = submit(way, [server], lambda submission: told.append((submission.to_text(), len(server.seen))))
        ((text, seen),) = told
        assert seen == 0
        with Vidu([account(server)], settings=brief()) as vidu:
            assert str(vidu.find(Submission.parse(text)).ref) == ref
        assert len(server.paid) == 1


@both_ways
def test_submission_is_reported_for_every_account_that_is_asked(way: Way) -> None:
    told: list[str] = []
    with Server("comfy", plan={"create": [NO_CREDITS]}) as poor, Server("vidu") as rich:
        ref = submit(way, [poor, rich], lambda submission: told.append(submission.account))
        assert told == ["comfy", "vidu"]
        assert ref == f"vidu:{rich.paid[0].name}"


@both_ways
def test_submission_whose_callback_fails_is_not_sent(way: Way) -> None:
    def full(_: Submission) -> None:
        raise OSError(28, "No space left on device")

    with Server("vidu") as server:
        server.make(body_for("vidu"))
        with pytest.raises(OSError, match="No space left"):
            submit(way, [server], full)
        assert server.calls("create") == []
