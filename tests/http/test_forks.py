"""A process forks that holds a client: parent and child share no connection, no lock and no wait, and no task changes hands."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Final, cast

import httpx
import pytest
from attrs import evolve
from forking import Child, client, in_child, named, peers, prompts_of, thread
from playing import NEVER_COMES, PATIENCE, WAYS, Way, account, all_providers, body_for, brief, request_for
from provider_forms import Act, Route
from proxying import HAS_OPENSSL, make_certificate
from server import Server

from vidu_ext import AsyncVidu, Settings, Submission, TaskRef, Vidu
from vidu_ext.flows.health import Health, HealthPolicy
from vidu_ext.flows.routing import round_robin
from vidu_ext.transport import orders
from vidu_ext.transport.orders import OrderStore
from vidu_ext.values.errors import ConfigurationError, SubmissionUnknownError, TaskError, WaitTimeoutError
from vidu_ext.values.forks import ONLY, PerAccount

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="there is no fork"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]

HANGS: Final = Act(ends="hangs")
ROUNDS: Final = 5


# -- connections -----------------------------------------------------------------------------------------------------------


@all_providers
def test_parent_and_child_that_submit_at_once_each_get_their_own_tasks(provider: str) -> None:
    """Once, on one connection answers were lost, and tasks handed to the wrong caller. A thread of the parent submits, too."""
    with Server(provider) as server, client(server) as vidu:
        vidu.submit(named("before", provider))

        def submits(who: str) -> list[tuple[str, str]]:
            prompts = [f"{who} {number}" for number in range(10)]
            return [(str(vidu.submit(named(prompt, provider)).ref), prompt) for prompt in prompts]

        with thread(lambda: submits("thread")):
            child = Child(lambda: submits("child"))
            of_parent = submits("parent")
        of_child = cast("list[tuple[str, str]]", child.result())
        assert len(server.paid) == 31
        assert {**dict(of_parent), **dict(of_child)}.items() <= prompts_of(server).items()
        by_child = [one for one in server.calls("create") if b"child" in one.body]
        assert not peers(by_child) & peers([one for one in server.calls("create") if one not in by_child])


@pytest.mark.skipif(not HAS_OPENSSL, reason="makes a certificate with the openssl command")
@pytest.mark.parametrize("way", WAYS)
def test_child_says_nothing_on_an_encrypted_connection_of_its_parent(way: Way, tmp_path: Path) -> None:
    """A close of TLS that one process sends ends the connection of both."""
    certificate = make_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    settings = evolve(brief(), verify=ssl.create_default_context(cafile=str(certificate)))
    with Server(tls=tls) as server:
        if way == "blocking":
            asks_closes_and_asks(server, settings)
        else:
            asyncio.run(asks_closes_and_asks_awaited(server, settings))
        of_parent, of_child, of_parent_again = (seen.peer for seen in server.seen)
        assert of_parent == of_parent_again != of_child


def asks_closes_and_asks(server: Server, settings: Settings) -> None:
    def child() -> None:
        vidu.credits()
        vidu.close()

    with client(server, settings) as vidu:
        vidu.credits()
        in_child(child)
        vidu.credits()


async def asks_closes_and_asks_awaited(server: Server, settings: Settings) -> None:
    async def child() -> None:
        await vidu.credits()
        await vidu.close()

    async with AsyncVidu([account(server)], settings=settings) as vidu:
        await vidu.credits()
        in_child(lambda: asyncio.run(child()))
        await vidu.credits()


def test_transport_of_the_parent_is_refused_in_a_child() -> None:
    """A transport that was given to the client cannot be made anew, and its connections are those of the parent."""
    with Server() as server, httpx.HTTPTransport() as transport:
        settings = evolve(brief(), transport=transport)
        with client(server, settings) as vidu:
            ref = vidu.submit(request_for("vidu")).ref
            for work in (lambda: vidu.submit(request_for("vidu")), vidu.credits, lambda: client_of(server, settings).credits()):
                with pytest.raises(ConfigurationError, match=r"Nothing was sent.*in the child"):
                    in_child(work)
            with pytest.raises(TaskError, match="in the child"):
                in_child(lambda: vidu.wait(ref))
            vidu.wait(ref)
        assert len(server.paid) == 1


def client_of(server: Server, settings: Settings) -> Vidu:
    return Vidu([account(server)], settings=settings)


# -- while other threads of the parent do something ------------------------------------------------------------------------


@all_providers
def test_child_can_submit_while_every_place_of_its_parent_is_taken(provider: str) -> None:
    """Once, the child inherited taken places for requests, and no thread of it returned them."""
    with Server(provider, plan={"create": [Act(held=True)]}) as server, client(server, max_in_flight=1) as vidu:
        with thread(lambda: vidu.submit(named("parent", provider))):
            server.wait_for("create")
            ref = in_child(lambda: str(vidu.submit(named("child", provider)).ref))
            server.release()
        assert prompts_of(server)[ref] == "child"
        assert len(server.paid) == 2


class Slow(HealthPolicy):
    """A policy that takes its time while the lock of Health is held."""

    def length(self, rests: int) -> float:
        INSIDE.set()
        time.sleep(0.1)
        return super().length(rests)


INSIDE: Final = threading.Event()


def test_child_finds_free_what_a_thread_of_its_parent_had_locked() -> None:
    """A lock that is held at a fork is held in the child for ever."""
    health, policy = Health(Slow(failures=1)), round_robin()

    def slow(_: str) -> str:
        INSIDE.set()
        time.sleep(0.1)
        return "made"

    made = PerAccount(slow)

    def child() -> tuple[bool, str, int]:
        return health.admit("comfy", 0.0), made["again"], len(policy(()))

    for work in (lambda: health.record_failure("vidu", 0.0), lambda: made["vidu"]):
        INSIDE.clear()
        with thread(work):
            INSIDE.wait()
            assert in_child(child) == (True, "made", 0)


def test_child_forgets_the_values_of_its_parent_even_if_ctrl_c_interrupts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python ignores exceptions of fork hooks, so an interrupted hook once left the child with the connections of its parent."""
    mappings = [PerAccount(str) for _ in range(5)]
    assert [mapping["vidu"] for mapping in mappings] == ["vidu"] * 5
    forget = PerAccount[str].forget
    interrupts = chain([False, True, False, True], repeat(False))
    interrupted: list[PerAccount[str]] = []

    def forget_or_interrupt(mapping: PerAccount[str]) -> None:
        if next(interrupts):
            interrupted.append(mapping)
            raise KeyboardInterrupt
        forget(mapping)

    monkeypatch.setattr(PerAccount, "forget", forget_or_interrupt)

    assert in_child(lambda: (len(interrupted), sum(map(len, mappings)))) == (2, 0)
    assert sum(map(len, mappings)) == len(mappings), "the parent lost values"


def test_child_writes_orders_that_a_thread_of_its_parent_was_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite took the lock of a thread that only the parent has for its own: such a child could never order anything."""
    monkeypatch.setattr("vidu_ext.transport.orders.PATIENCE", 5.0)
    store, ended = OrderStore(tmp_path / "orders.sqlite"), threading.Event()

    def writes() -> None:
        while not ended.wait(0.005):
            store.begin(None, "f", 1, 1.0)

    with thread(writes):
        for number in range(ROUNDS):
            in_child(partial(store.begin, f"of child {number}", "f", 1, 1.0))
        ended.set()
    assert all(store.find(f"of child {number}") for number in range(ROUNDS))


def test_child_cannot_release_the_order_that_its_parent_places(tmp_path: Path) -> None:
    """A child that unwinds the submit of its parent must not free the order: another process would send it, too."""
    store = OrderStore(tmp_path / "orders.sqlite")
    lock, other = store.lock("order-8814"), store.lock("order-8814")
    assert lock.take()
    in_child(lock.release)
    assert not other.take()
    lock.release()
    assert other.take()


def test_child_does_not_keep_the_order_of_a_parent_that_has_ended(tmp_path: Path) -> None:
    store = OrderStore(tmp_path / "orders.sqlite")
    lock, has_begun, may_end = store.lock("order-8814"), os.pipe(), os.pipe()
    assert lock.take()
    child = Child(lambda: (os.write(has_begun[1], b"!"), os.read(may_end[0], 1)))
    os.read(has_begun[0], 1)
    file = vars(orders)["_held"][ONLY][lock]
    file.close()  # as the end of the parent does
    assert store.lock("order-8814").take()
    os.write(may_end[1], b"!")
    assert child.result() == (1, b"!")


@all_providers
def test_wait_in_a_child_ends_at_its_deadline_and_with_its_result(provider: str) -> None:
    """Once, the poll loop was counted as run by a thread that only the parent has: waits of a child never ended."""
    plan: dict[Route, list[Act | None]] = {"status": [HANGS, None, None]}
    with Server(provider, plan=plan, life=("running", "running", "running", "done")) as server:
        ref = TaskRef(provider, server.make(body_for(provider)).id)
        with client(server, brief(silence=NEVER_COMES), max_in_flight=1) as vidu:
            threading.Thread(target=outcome, args=(vidu, ref), daemon=True).start()
            server.wait_for("status")
            with pytest.raises(WaitTimeoutError):
                in_child(lambda: vidu.wait(ref, timeout=0))
            assert in_child(lambda: str(vidu.wait(ref, timeout=PATIENCE).ref)) == str(ref)


def outcome(vidu: Vidu, ref: TaskRef) -> None:
    """Wait until the client is closed."""
    with suppress(TaskError):
        vidu.wait(ref)


# -- what began before the fork --------------------------------------------------------------------------------------------


def test_wait_that_began_before_the_fork_ends_in_the_child_with_words_and_goes_on_in_the_parent() -> None:
    with Server(life=["running"] * 3 + ["done"]) as server, client(server) as vidu:
        ref = vidu.submit(request_for("vidu")).ref
        snapshots = vidu.watch(ref)
        next(snapshots)
        with pytest.raises(TaskError, match=r"continues in the parent.*Wait for it with wait\('vidu:"):
            in_child(lambda: list(snapshots))
        assert in_child(lambda: str(vidu.wait(ref, timeout=PATIENCE).ref)) == str(ref)
        assert [snapshot.state.is_final for snapshot in snapshots][-1]


@pytest.mark.parametrize("way", WAYS)
def test_submit_that_began_before_the_fork_is_sent_by_the_parent_alone(way: Way) -> None:
    pids: list[int] = []
    out, into = os.pipe()

    def fork(_: Submission) -> None:
        pids.append(os.fork())

    def blocking() -> None:
        with client(server) as vidu:
            vidu.submit(request_for("vidu"), on_submission=fork)

    async def awaited() -> None:
        async with AsyncVidu([account(server)], settings=brief()) as vidu:
            await vidu.submit(request_for("vidu"), on_submission=fork)

    with Server() as server:
        error: BaseException | None = None
        try:
            blocking() if way == "blocking" else asyncio.run(awaited())
        except BaseException as raised:  # of the child
            error = raised
        if pids == [0]:
            os.write(into, f"{type(error).__name__}: {error}".encode())
            os._exit(0)
        assert error is None
        os.close(into)
        with os.fdopen(out, encoding="utf-8") as pipe:
            assert "continues in the parent" in pipe.read()
        os.waitpid(pids[0], 0)
        assert len(server.calls("create")) == 1


@pytest.mark.parametrize("provider", ["vidu", "skills_video"])
def test_child_takes_no_task_for_its_own_that_its_parent_submitted(provider: str) -> None:
    """What the submits of a client know of each other holds in a child as well."""
    lost = Act(accepts=False, ends="closed")
    with Server(provider, plan={"create": [None, lost]}, life=("running",)) as server, client(server) as vidu:
        vidu.submit(request_for(provider))
        with pytest.raises(SubmissionUnknownError):
            in_child(lambda: vidu.submit(request_for(provider)))
        assert len(server.paid) == 1


# -- awaited ---------------------------------------------------------------------------------------------------------------


@all_providers
def test_awaited_client_has_connections_and_polls_of_its_own_in_a_child(provider: str) -> None:
    """Also while its event loop runs in the parent, with requests on the way."""

    async def child() -> str:
        task = await vidu.submit(named("child", provider))
        await task.wait(timeout=PATIENCE)
        with pytest.raises(WaitTimeoutError):
            await vidu.wait(TaskRef(provider, server.paid[0].id), timeout=0)
        return str(task.ref)

    async def parent() -> None:
        await vidu.submit(named("before", provider))
        submitting = asyncio.create_task(vidu.submit(named("parent", provider)))
        await asyncio.to_thread(server.wait_for, "create", 2)
        ref = in_child(lambda: asyncio.run(child()))
        server.release()
        task = await submitting
        await task.wait(timeout=PATIENCE)
        assert (prompts_of(server)[ref], prompts_of(server)[str(task.ref)]) == ("child", "parent")
        await vidu.close()

    with Server(provider, plan={"create": [None, Act(held=True)]}) as server:
        vidu = AsyncVidu([evolve(account(server), max_in_flight=1)], settings=brief())
        asyncio.run(parent())
        assert len(server.paid) == 3
