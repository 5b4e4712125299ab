"""A submission that is kept before it is sent, by both clients, and what a search for its task proves."""

from __future__ import annotations

import asyncio

from batch_provider import ProviderProcess

from vidu_ext import AsyncVidu, Submission, TextToVideo, Vidu

pytest_plugins = ["batch_fixtures"]

REQUEST = TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5)


def test_prepared_submission_is_paid_only_when_it_is_sent(provider: ProviderProcess) -> None:
    with Vidu([provider.account("vidu")]) as vidu:
        prepared = vidu.prepare(REQUEST, idempotency_key="mark-of-mine")
        assert provider.ledger()["paid"] == []
        noted: list[object] = []
        task = vidu.send(Submission.parse(prepared.to_text()), on_accepted=noted.append)
    (paid,) = provider.ledger()["paid"]
    assert (paid["idempotency_key"], f"vidu:{paid['id']}") == ("mark-of-mine", str(task.ref))
    assert noted == [task.ref]


def test_async_client_sends_and_finds_a_prepared_submission(provider: ProviderProcess) -> None:
    async def send() -> str:
        async with AsyncVidu([provider.account("comfy")]) as vidu:
            prepared = await vidu.prepare(REQUEST, idempotency_key="0f8fad5b-d9cb-469f-a165-70867728950e")
            first = await vidu.send(prepared)
            again = await vidu.find(prepared)
            assert str(first.ref) == str(again.ref)
            return str(first.ref)

    ref = asyncio.run(send())
    assert [f"comfy:{task['id']}" for task in provider.ledger()["paid"]] == [ref]
