"""A store of orders that cannot be used: one message, exit code 2, nothing is sent, with a key of the user's own and without."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from agent import BIRD, agent, refused
from cli_running import Shell, request_of
from provider_forms import Act
from server import Server

from vidu_ext.emulator.http.server import EmulatorServer

pytest_plugins = ["cli_fixtures"]

KEYS: Final = {"once": ("--once", "order-8814"), "plain": ()}


NEWER: Final = "PRAGMA user_version = 1000"
SPOILED: Final[dict[str, tuple[str | bytes | None, str]]] = {
    "newer": (NEWER, "Update this one"),
    "garbage": (b"this is no database" * 100, "not a database"),
    "of another program": ("CREATE TABLE orders (pizza TEXT)", "cannot be used"),
    "a folder": (None, "unable to open database file"),
    "in a folder that cannot be made": (None, "name another folder in XDG_STATE_HOME"),
}


def spoil(store: Path, content: str | bytes | None) -> None:
    """Make a store by SQL or of bytes, or a folder in its place."""
    store.parent.mkdir(parents=True)
    if content is None:
        store.mkdir()
    elif isinstance(content, bytes):
        store.write_bytes(content)
    else:
        with closing(sqlite3.connect(store, isolation_level=None)) as connection:
            connection.execute(content)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("spoiled", SPOILED)
def test_store_that_cannot_be_used_sends_nothing(spoiled: str, key: tuple[str, ...], vidu: Shell, server: Server) -> None:
    content, reason = SPOILED[spoiled]
    if "cannot be made" in spoiled:
        vidu.variables["XDG_STATE_HOME"] = "/proc/nowhere"
    else:
        spoil(vidu.store, content)
    before = None if content is None else vidu.store.read_bytes()
    done = vidu.run("generate", *request_of("vidu"), "--no-wait", *key)
    assert (done.code, done.out, server.seen) == (2, "", []), done
    assert len(done.err.splitlines()) == 1
    assert reason in done.err
    assert before is None or vidu.store.read_bytes() == before, "the file of another program is not changed"


@pytest.mark.anyio
async def test_agent_gets_an_error_for_a_store_that_cannot_be_used(shell: Shell, emulator: EmulatorServer) -> None:
    spoil(shell.store, NEWER)
    async with agent(shell, "--at-most", "0.50usd", "--budget", "5usd") as client:
        error = await refused(client, "generate", **BIRD)
    assert (error["type"], error["exit_code"]) == ("OrderError", 2)
    assert "Update this one" in error["message"]
    assert emulator.emulator.ledger.requests == ()


def test_order_that_was_changed_is_named_and_its_request_is_not_sent_again(tmp_path: Path) -> None:
    with Server("zenlayer", plan={"create": [Act(ends="closed")]}) as server:
        shell = Shell(tmp_path, [server])
        arguments = ("generate", *request_of("zenlayer"), "--no-wait", "--once", "order-8814")
        assert shell.run(*arguments).code == 7
        changed = json.dumps({**json.loads(shell.unsettled_orders("submission")[0]), "account": "vidu"})
        with closing(sqlite3.connect(shell.store, isolation_level=None)) as connection:
            connection.execute("UPDATE orders SET submission = ?", [changed])
        again = shell.run(*arguments)
        assert (again.code, len(server.paid)) == (2, 1)
        assert "the order 'order-8814' may be paid, but cannot be used" in again.err
        assert shell.run("find").lines[0].split("\t")[:2] == ["order-8814", "unknown"]
        assert shell.run("find", "order-8814").code == 2
        assert shell.run("orders", "--forget", "order-8814").code == 0
