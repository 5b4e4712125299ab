"""A store of orders that cannot be used: one message, exit code 2, nothing is sent, with a key of the user's own and without."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from agent import BIRD, agent, refused
from cli_running import Shell, request_of
from provider_forms import Act
from server import Server

from vidu_ext import OrderError, Settings, TextToVideo, Vidu
from vidu_ext.emulator import EmulatorServer

LOST: Final = Act(ends="closed")
MORE: Final = {"once": ("--once", "order-8814"), "plain": ()}


def newer(store: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA user_version = 1000")


def garbage(store: Path) -> None:
    store.write_bytes(b"this is no database" * 100)


def of_another_program(store: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.execute("CREATE TABLE orders (pizza TEXT)")


def folder(store: Path) -> None:
    store.mkdir()


SPOILED: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "newer": (newer, "Update this one"),
    "garbage": (garbage, "not a database"),
    "of another program": (of_another_program, "cannot be used"),
    "a folder": (folder, "Is a directory"),
}


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
@pytest.mark.parametrize("spoiled", SPOILED)
def test_store_that_cannot_be_used_sends_nothing(spoiled: str, more: tuple[str, ...], tmp_path: Path) -> None:
    spoil, says = SPOILED[spoiled]
    with Server() as server:
        shell = Shell(tmp_path, [server])
        shell.store.parent.mkdir(parents=True)
        spoil(shell.store)
        before = None if shell.store.is_dir() else shell.store.read_bytes()
        done = shell.run("generate", *request_of("vidu"), "--no-wait", *more)
        assert (done.code, done.out, server.seen) == (2, "", []), done
        assert len(done.err.splitlines()) == 1
        assert says in done.err
        assert "othing was sent" in done.err
        assert before is None or shell.store.read_bytes() == before, "the file of another is not touched"


@pytest.mark.parametrize("spoiled", SPOILED)
def test_agent_and_library_report_a_store_that_cannot_be_used(spoiled: str, tmp_path: Path) -> None:
    spoil, says = SPOILED[spoiled]

    async def told(shell: Shell) -> str:
        async with agent(shell, "--at-most", "0.50usd", "--budget", "5usd") as client:
            error = await refused(client, "generate", **BIRD)
        return f"{error['type']} {error['exit_code']}: {error['message']}"

    with EmulatorServer() as server:
        shell = Shell(tmp_path, variables=server.env())
        shell.store.parent.mkdir(parents=True)
        spoil(shell.store)
        by_agent = asyncio.run(told(shell))
        with Vidu({"vidu": "k"}, settings=Settings(orders=shell.store)) as vidu, pytest.raises(OrderError, match=says) as caught:
            vidu.submit(TextToVideo(prompt="a bird", model="viduq3-turbo"), once="order-8814")
        assert by_agent.startswith("OrderError 2: ")
        for message in (by_agent, str(caught.value)):
            assert says in message
            assert "othing was sent" in message
        assert server.emulator.ledger.requests == ()


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
def test_folder_that_cannot_be_made_sends_nothing(more: tuple[str, ...], tmp_path: Path) -> None:
    with Server() as server:
        shell = Shell(tmp_path, [server], variables={"XDG_STATE_HOME": "/proc/nowhere"})
        done = shell.run("generate", *request_of("vidu"), "--no-wait", *more)
        assert (done.code, done.out, server.seen) == (2, "", []), done
        assert "name another folder in XDG_STATE_HOME" in done.err


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
def test_full_disk_sends_nothing(more: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite itself says that there is no room: the file may not grow."""

    class Small(sqlite3.Connection):
        def execute(self, *given: object) -> sqlite3.Cursor:
            super().execute("PRAGMA max_page_count = 1")
            return super().execute(*given)  # type: ignore[arg-type]  # handed on as it came

    with Server() as server:
        shell = Shell(tmp_path, [server])
        shell.run("generate", *request_of("vidu"), "--no-wait", "--once", "before")
        monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Small))
        request = ["a paper bird " * 4000, *request_of("vidu")[1:]]
        done = shell.run("generate", *request, "--no-wait", "--no-check", *more)
        assert (done.code, done.out, len(server.paid)) == (2, "", 1), done
        assert "full" in done.err
        assert len(done.err.splitlines()) == 1


def test_order_that_was_changed_is_named_and_its_request_is_not_sent_again(tmp_path: Path) -> None:
    with Server("zenlayer", plan={"create": [LOST]}) as server:
        shell = Shell(tmp_path, [server])
        arguments = ("generate", *request_of("zenlayer"), "--no-wait", "--once", "order-8814")
        assert shell.run(*arguments).code == 7
        changed = json.dumps({**json.loads(shell.unsettled_orders("submission")[0]), "account": "vidu"})
        with sqlite3.connect(shell.store) as connection:
            connection.execute("UPDATE orders SET submission = ?", [changed])
        again = shell.run(*arguments)
        assert (again.code, len(server.paid)) == (2, 1)
        assert "the order 'order-8814' may be paid, but cannot be used" in again.err
        assert shell.run("find").lines[0].split("\t")[:2] == ["order-8814", "unknown"]
        assert shell.run("find", "order-8814").code == 2
        assert shell.run("orders", "--forget", "order-8814").code == 0


def test_key_of_an_order_too_old_to_be_repeated_sends_nothing(tmp_path: Path) -> None:
    """Comfy documents no time in which it repeats an answer for these routes, and 24 hours for its others."""
    with Server("comfy", plan={"create": [Act(accepts=False, ends="closed")] * 50}) as server:
        shell = Shell(tmp_path, [server])
        arguments = ("generate", *request_of("comfy"), "--no-wait", "--once", "order-8814", "--retry-for", "0")
        assert shell.run(*arguments).code == 7
        server.plan.clear()
        with sqlite3.connect(shell.store) as connection:
            (text,) = connection.execute("SELECT submission FROM orders").fetchone()
            old = aged(text, hours=25)
            connection.execute("UPDATE orders SET submission = ?", [old])
        sent = len(server.calls("create"))
        again = shell.run(*arguments)
        assert (again.code, len(server.calls("create")), server.paid) == (7, sent, [])
        assert "too old to be repeated" in again.err
        assert shell.run("find", "order-8814").code == 7
        assert len(server.calls("create")) == sent


def aged(text: str, *, hours: float) -> str:
    """Return the text of a submission that was made `hours` earlier."""
    from attrs import evolve

    from vidu_ext import Submission

    submission = Submission.parse(text)
    return evolve(submission, submitted_at=submission.submitted_at - 3600 * hours).to_text()
