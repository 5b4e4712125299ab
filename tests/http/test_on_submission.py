"""A submission is reported before it is sent: a program that keeps it loses no task, however the process ends."""

from __future__ import annotations

import pytest
from playing import Way, account, both_ways, brief, call_client, request_for
from provider_forms import Act
from server import Server

from vidu_ext import Submission, Vidu
from vidu_ext.client.arguments import OnSubmission


def submit(way: Way, servers: list[Server], on_submission: OnSubmission) -> str:
    """Return the reference of a submitted task."""
    accounts = [account(server) for server in servers]
    request = request_for(servers[0].provider)
    return str(call_client(way, accounts, lambda vidu: vidu.submit(request, on_submission=on_submission)).ref)


@both_ways
def test_submission_that_leads_to_its_task_is_reported_once_and_before_it_is_sent(way: Way) -> None:
    """Also if the create is sent twice. Another process finds the task by the text of the submission."""
    reported: list[tuple[str, int]] = []
    with Server("comfy", plan={"create": [Act(accepts=False, status=503, headers={"retry-after": "0"})]}) as server:
        ref = submit(way, [server], lambda submission: reported.append((submission.to_text(), len(server.seen))))
        ((text, seen),) = reported
        assert seen == 0
        with Vidu([account(server)], settings=brief()) as vidu:
            assert str(vidu.find(Submission.parse(text)).ref) == ref
        assert len(server.paid) == 1


@both_ways
def test_submission_whose_callback_fails_is_not_sent(way: Way) -> None:
    def full(_: Submission) -> None:
        raise OSError(28, "No space left on device")

    with Server("vidu") as server:
        with pytest.raises(OSError, match="No space left"):
            submit(way, [server], full)
        assert server.seen == []
