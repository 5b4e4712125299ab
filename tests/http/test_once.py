"""Submits with `once`: one key of the user's is one paid task, whatever happens in between."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from unittest.mock import MagicMock

import httpx
import pytest
from attrs import evolve
from playing import PROMPT, Way, account, all_providers, awaitable_client, both_ways, brief, call_client, in_loop, request_for
from provider_forms import Act
from scripted import Scripted
from server import Server
from stress_once import pairs
from vidu_clients.vidu.models import EditMusicVideoRequest

from vidu_ext import (
    Account,
    ConfigurationError,
    ImageToVideo,
    NoProviderError,
    OperationRequest,
    OrderError,
    Price,
    Settings,
    Submission,
    SubmissionUnknownError,
    TaskRef,
    TextToVideo,
    Vidu,
    ViduError,
)
from vidu_ext.flows.claims import Begun
from vidu_ext.flows.once import once_flow
from vidu_ext.transport.orders import OrderLock, OrderStore
from vidu_ext.values.orders import fingerprint_of

LOST = Act(ends="closed")
CHEAP = Price(credits=1)
NEVER_ARRIVED = Act(accepts=False, ends="closed")
SENT = Submission("vidu", "vidu", "textToVideo", "payload", "k", 1.0, {"prompt": "a bird"})
NO_CREDITS = Act(accepts=False, status=402, body=b"{}")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return evolve(brief(), orders=tmp_path / "orders.sqlite")


def order(
    way: Way,
    servers: Sequence[Server],
    settings: Settings,
    once: str = "order-8814",
    *,
    again: bool = False,
    prompt: str = PROMPT,
    at_most: Price | None = None,
) -> str:
    """Return the reference that a new client gets for an order."""
    request = evolve(request_for(servers[0].provider), prompt=prompt)
    accounts = [account(server) for server in servers]
    options = {"once": once, "again": again, "at_most": at_most}
    return str(call_client(way, accounts, lambda vidu: vidu.submit(request, **options), settings).ref)


@both_ways
@all_providers
def test_submit_with_the_same_key_returns_the_same_task(way: Way, provider: str, settings: Settings) -> None:
    with Server(provider) as server:
        refs = [order(way, [server], settings, once) for once in ("one", "one", "two")]
        assert refs == [f"{provider}:{server.paid[number].id}" for number in (0, 0, 1)]


@both_ways
def test_again_orders_another_task_which_then_belongs_to_the_key(way: Way, settings: Settings) -> None:
    with Server("comfy") as server:
        first = order(way, [server], settings)
        second = order(way, [server], settings, again=True)
        assert first != second == order(way, [server], settings)
        assert len(server.paid) == 2
        assert [(row.number, str(row.ref)) for row in OrderStore(settings.orders).orders()] == [(2, second)]


@both_ways
@pytest.mark.parametrize("provider", ["vidu", "comfy"])
def test_order_whose_answer_was_lost_is_found_when_it_is_repeated(way: Way, provider: str, settings: Settings) -> None:
    """The provider is unavailable after the create, so the first client gives up."""
    unavailable = Act(accepts=False, status=503)
    with Server(provider, plan={"create": [LOST, *[unavailable] * 400], "list": [unavailable] * 400}) as server:
        with pytest.raises(SubmissionUnknownError):
            order(way, [server], settings)
        server.plan.clear()
        assert order(way, [server], settings) == f"{provider}:{server.paid[0].id}"
        assert len(server.paid) == 1


@both_ways
@pytest.mark.parametrize("plan", [[], [LOST]], ids=["known", "lost"])
def test_paid_order_is_found_although_its_request_would_be_refused_now(way: Way, plan: list[Act], settings: Settings) -> None:
    """A repetition with a lower ceiling was told that nothing was sent, and a lost task was not searched for."""
    with Server("vidu", plan={"create": plan, "list": [Act(status=403)] * len(plan)}) as server:
        with suppress(SubmissionUnknownError):
            order(way, [server], settings)
        assert order(way, [server], settings, at_most=CHEAP) == f"vidu:{server.paid[0].id}"
        assert len(server.paid) == 1


@both_ways
def test_order_that_is_refused_before_it_is_sent_leaves_the_earlier_one_to_its_key(way: Way, settings: Settings) -> None:
    with Server("vidu") as server:
        ref = order(way, [server], settings)
        with pytest.raises(NoProviderError):
            order(way, [server], settings, again=True, at_most=CHEAP)
        assert order(way, [server], settings) == ref


@both_ways
def test_order_that_cannot_be_searched_for_stays_unknown_and_is_not_sent_again(way: Way, settings: Settings) -> None:
    with Server("zenlayer", plan={"create": [LOST]}) as server:
        for _ in range(3):
            with pytest.raises(SubmissionUnknownError):
                order(way, [server], settings)
        assert len(server.paid) == 1


@both_ways
def test_order_that_never_arrived_is_sent_when_it_is_repeated(way: Way, settings: Settings) -> None:
    with Server("vidu", plan={"create": [NEVER_ARRIVED]}) as server:
        with pytest.raises(SubmissionUnknownError):
            order(way, [server], settings)
        assert server.paid == []
        assert order(way, [server], settings) == f"vidu:{server.paid[0].id}"


def test_order_with_the_payload_of_the_user_is_not_sent_again_although_no_list_shows_its_task(settings: Settings) -> None:
    """Another task may carry that payload, and may be taken for it; so nothing proves that there is none."""
    request = TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5, payload="mine")
    with Server("vidu", plan={"create": [NEVER_ARRIVED]}) as server, Vidu([account(server)], settings=settings) as vidu:
        for _ in range(2):
            with pytest.raises(SubmissionUnknownError):
                vidu.submit(request, once="order-8814")
        assert len(server.calls("create")) == 1


@both_ways
@pytest.mark.parametrize("is_second", [False, True], ids=["only account", "second account"])
def test_order_that_an_unusable_proxy_kept_from_being_sent_is_sent_when_it_is_repeated(
    way: Way, settings: Settings, monkeypatch: pytest.MonkeyPatch, *, is_second: bool
) -> None:
    """Once, it stayed unknown at a provider that cannot be searched, and no repetition could be sent."""
    with Server("comfy", plan={"create": [NO_CREDITS] * 2}) as poor, Server("zenlayer") as rich:
        servers = [poor, rich] if is_second else [rich]
        with monkeypatch.context() as environment:
            environment.setenv("NO_PROXY", poor.url.removeprefix("http://"))
            environment.setenv("ALL_PROXY", "nonsense://")
            with pytest.raises(ConfigurationError, match="ALL_PROXY"):
                order(way, servers, settings)
        assert order(way, servers, settings) == f"zenlayer:{rich.paid[0].id}"


@both_ways
def test_submission_that_an_unusable_proxy_kept_from_being_sent_is_not_reported_as_under_way(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server("zenlayer") as server:
        prepared = call_client(way, [account(server)], lambda vidu: vidu.prepare(request_for("zenlayer")), brief())
        monkeypatch.setenv("ALL_PROXY", "nonsense://")
        with pytest.raises(ConfigurationError, match="ALL_PROXY") as caught:
            call_client(way, [account(server)], lambda vidu: vidu.send(prepared), brief())
    assert not hasattr(caught.value, "submission")


@both_ways
def test_refused_order_is_repeated_under_a_new_idempotency_key(way: Way, settings: Settings) -> None:
    """Comfy answers a known key as it did the first time, which was with a refusal."""
    with Server("comfy", plan={"create": [NO_CREDITS]}) as server:
        with pytest.raises(ViduError):
            order(way, [server], settings)
        order(way, [server], settings)
        keys = [seen.headers["idempotency-key"] for seen in server.seen if seen.route == "create"]
        assert len(set(keys)) == 2


def test_wait_for_an_order_of_another_process_is_logged_once_and_ends_after_15_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(OrderLock, "take", MagicMock(return_value=False))
    refuse = MagicMock(side_effect=AssertionError)
    driver = Scripted()
    store = OrderStore(tmp_path / "orders.sqlite")
    flow = once_flow(store, "k", "f", again=False, begun=Begun(), offers=MagicMock(), submit=refuse, find=refuse)
    error = driver.error(flow, OrderError)
    assert "held the order 'k' for 900 s. This one sent nothing" in str(error)
    assert 900 <= sum(driver.pauses) < 901
    assert driver.pauses[:6] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0]
    (record,) = caplog.records
    problem = "another process holds this order, nothing is sent meanwhile; waiting for its outcome"
    assert record.getMessage() == f"the order 'k': {problem} for up to 14 min 59 s"
    assert vars(record)["problem"] == problem  # displays show it as long as it lasts


@both_ways
def test_key_of_another_request_is_refused_before_anything_is_sent(way: Way, settings: Settings) -> None:
    with Server("vidu") as server:
        ref = order(way, [server], settings)
        seen = len(server.seen)
        with pytest.raises(OrderError, match=f"another request, ordered as {ref}") as caught:
            order(way, [server], settings, prompt="a paper boat")
        assert str(caught.value).endswith("Nothing was sent. Use another key, or pass again=True to order this in its place.")
        assert len(server.seen) == seen


def test_key_of_a_request_for_another_path_is_refused(settings: Settings) -> None:
    edit = EditMusicVideoRequest(job_id="7", prompt="brighter")
    created = httpx.MockTransport(MagicMock(side_effect=[httpx.Response(200, json={"id": "1"})]))
    with Vidu({"vidu": "key-of-vidu"}, settings=evolve(settings, transport=created)) as vidu:
        vidu.submit(edit, path_id="41", once="order-8814")
        with pytest.raises(OrderError, match="another request, ordered as vidu/getMusicVideo:1"):
            vidu.submit(edit, path_id="42", once="order-8814")


@pytest.mark.parametrize("first", ["local", "provider"])
def test_key_of_an_order_at_an_emulator_is_refused_at_a_provider_and_the_other_way_round(first: str, settings: Settings) -> None:
    """Once, an order that was tried at an emulator counted as placed, and the provider never got it."""
    created: list[httpx.Request] = []

    def create(request: httpx.Request) -> httpx.Response:
        created.append(request)
        return httpx.Response(200, json={"task_id": "1", "state": "created"})

    accounts = {
        "local": Account(provider="vidu", key="key-of-vidu", base_url="http://127.0.0.1:8400/vidu"),
        "provider": Account(provider="vidu", key="key-of-vidu"),
    }
    mocked = evolve(settings, transport=httpx.MockTransport(create))
    with Vidu([accounts.pop(first)], settings=mocked) as vidu:
        vidu.submit(request_for("vidu"), once="order-8814")
    [other] = accounts.values()
    with Vidu([other], settings=mocked) as vidu, pytest.raises(OrderError, match=r"vidu:1[.] Nothing was sent") as caught:
        vidu.submit(request_for("vidu"), once="order-8814")
    assert "the key of this request at" in str(caught.value)
    assert len(created) == 1


@pytest.mark.parametrize("path", ["/dev/zero", "pipe.png", "nul\0.png", "missing.png"])
def test_file_that_cannot_be_read_to_its_end_is_refused_at_once(path: str, tmp_path: Path) -> None:
    """A device filled the memory, and a pipe was waited for."""
    if sys.platform == "win32" and path in ("/dev/zero", "pipe.png"):
        pytest.skip("there are no such files on Windows")
    if path == "pipe.png":
        os.mkfifo(tmp_path / path)
    with pytest.raises(ConfigurationError, match="Nothing was sent"):
        fingerprint_of(ImageToVideo(image=tmp_path / path), None)


def test_files_of_a_request_are_distinguished_by_their_bytes_and_not_by_their_names(tmp_path: Path) -> None:
    for name, content in (("a.png", b"one"), ("b.png", b"one"), ("c.png", b"two")):
        (tmp_path / name).write_bytes(content)
    one, same, other = (fingerprint_of(ImageToVideo(image=tmp_path / name), None) for name in ("a.png", "b.png", "c.png"))
    assert one == same != other
    one, other = (fingerprint_of(ImageToVideo(image=content), None) for content in (b"one", b"two"))
    assert one != other


def test_order_of_members_makes_no_other_request() -> None:
    speech = {"text": "Hello", "voice_setting_voice_id": "v"}
    one, same = (OperationRequest("vidu", "textToSpeech", body) for body in (speech, dict(reversed(speech.items()))))
    assert fingerprint_of(one, None) == fingerprint_of(same, None)


@both_ways
def test_provider_is_sent_a_digest_and_not_the_key(way: Way, settings: Settings) -> None:
    with Server("comfy") as server:
        order(way, [server], settings, "customer-17")
        order(way, [server], evolve(settings, orders=f"{settings.orders}-of-another-project"), "customer-17")
        keys = {seen.headers["idempotency-key"] for seen in server.calls("create")}
        assert all("customer-17" not in repr((seen.headers, seen.body, seen.target)) for seen in server.calls("create"))
        assert [len(key) for key in keys] == [32, 32]
        assert len(server.paid) == 2, "the same key in another store is another order"


def test_order_keeps_the_payload_of_the_user(settings: Settings) -> None:
    with Server("vidu") as server, Vidu([account(server)], settings=settings) as vidu:
        request = TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5, payload="mine")
        sent: list[Submission] = []
        refs = {str(vidu.submit(request, once="k", on_submission=sent.append).ref) for _ in range(2)}
        assert [submission.body["payload"] for submission in sent] == ["mine"]
        assert [task.body["payload"] for task in server.paid] == ["mine"]
        assert len(refs) == 1


@both_ways
def test_order_that_the_first_account_refuses_belongs_to_the_next(way: Way, settings: Settings) -> None:
    with Server("comfy", plan={"create": [NO_CREDITS]}) as poor, Server("vidu") as rich:
        first = order(way, [poor, rich], settings)
        assert first == order(way, [poor, rich], settings) == f"vidu:{rich.paid[0].id}"
        assert (len(poor.paid), len(rich.paid)) == (0, 1)


@both_ways
@in_loop
async def test_submits_at_once_under_one_key_get_one_task(way: Way, settings: Settings) -> None:
    with Server("zenlayer", plan={"create": [Act(delay=0.1)]}) as server:
        vidu = awaitable_client(way, [account(server)], settings)
        tasks = await asyncio.gather(*(vidu.submit(request_for("zenlayer"), once="shared") for _ in range(4)))
        await vidu.close()
    assert [task.ref for task in tasks] == [TaskRef("zenlayer", task.id) for task in server.paid] * 4


# -- two processes that order under the same keys at once, one of which is killed now and then -----------------------------


@pytest.mark.parametrize("provider", ["vidu", "zenlayer"], ids=["searched", "not searched"])
def test_pairs_from_two_processes_with_kills_are_paid_once_and_known(provider: str) -> None:
    row = pairs(provider, 5, seconds=60.0, seed=4)  # kills each of the two processes once
    assert row.is_right, row
    assert row.runs == 5
