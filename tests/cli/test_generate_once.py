"""`vidu generate --once`, and `vidu orders`: a command that is run again pays nothing again."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_running import Shell, request_of
from playing import PROVIDERS
from provider_forms import Act
from server import Server

ONCE = ("--once", "order-8814", "--no-wait")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_command_that_is_run_twice_pays_once(provider: str, tmp_path: Path) -> None:
    with Server(provider) as server:
        shell = Shell(tmp_path, [server])
        first = shell.run("generate", *request_of(provider), *ONCE)
        second = shell.run("generate", *request_of(provider), *ONCE)
        assert (first.code, second.code, len(server.paid)) == (0, 0, 1), (first, second)
        assert first.lines == second.lines == [f"{provider}:{server.paid[0].id}"]
        assert "nothing is paid now" in second.err
        assert "accepted" not in second.err, "the task was accepted the first time"
        assert shell.run("generate", *request_of(provider), *ONCE, "--json").document["is_new"] is False


def test_orders_are_listed_and_forgotten(tmp_path: Path) -> None:
    with Server() as server, Server("zenlayer", plan={"create": [Act(ends="closed")]}) as lost:
        shell = Shell(tmp_path, [server, lost])
        assert shell.run("orders").code == 0
        shell.run("generate", *request_of("vidu"), *ONCE, "--account", "vidu")
        shell.run("generate", *request_of("zenlayer"), "--once", "other", "--account", "zenlayer")
        rows = [line.split("\t")[:3] for line in shell.run("orders").lines]
        assert rows == [["order-8814", f"vidu:{server.paid[0].id}", "vidu"], ["other", "unknown", "zenlayer"]]
        assert shell.run("orders", "--forget", "order-8814").code == 0
        assert [document["key"] for document in shell.run("orders", "--json").documents] == ["other"]
        missing = shell.run("orders", "--forget", "order-8814")
        assert (missing.code, "no order" in missing.err) == (2, True)
