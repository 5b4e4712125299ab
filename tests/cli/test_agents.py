"""`vidu mcp`: an agent of the official SDK makes a film over stdio, and pays for nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent import BIRD, CEILING, agent, called, document_of, films, line_of, refused
from cli_running import Shell
from printed_documents import schemas, validator

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings


@pytest.fixture
def emulator() -> Iterator[EmulatorServer]:
    settings = EmulatorSettings(queue_seconds=1.0, processing_seconds=2.0, listed_after=0.1)
    with EmulatorServer(settings=settings, clock=Clock(rate=10.0)) as server:
        yield server


@pytest.fixture
def shell(tmp_path: Path, emulator: EmulatorServer) -> Shell:
    return Shell(tmp_path, variables={**emulator.env(), "VIDU_POLL_SECONDS": "0.05"})


def test_a_film_takes_three_calls(shell: Shell, emulator: EmulatorServer) -> None:
    async def story() -> None:
        async with agent(shell, *CEILING) as client:
            reference = str((await called(client, "generate", **BIRD))["reference"])
            waited = await called(client, "wait", task=reference)
            assert (waited["state"], waited["reference"]) == ("succeeded", reference)
            result = await client.call_tool("download", {"task": reference})
        (paid,) = emulator.emulator.ledger.paid
        assert reference == f"vidu:{paid.id}"
        (film,) = films(shell).iterdir()
        assert b"ftyp" in film.read_bytes()[:16]
        assert film.as_uri() in [getattr(block, "uri", None) for block in result.content]

    asyncio.run(story())


def test_every_tool_has_a_schema_of_its_answer(shell: Shell) -> None:
    """The client of the SDK holds every answer to it, as these tests do more strictly."""

    async def story() -> None:
        async with agent(shell, *CEILING) as client:
            told = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
        assert set(told) == set(schemas()["tools"])
        assert {str((schema or {})["type"]) for schema in told.values()} == {"object"}
        assert set((told["balance"] or {})["$defs"]) == {"BalancesDocument", "BalanceDocument", "BudgetDocument"}
        for name, document in {"generate": {"reference": "vidu:1"}, "wait": {"reference": "vidu:1"}, "balance": {}}.items():
            assert not validator(name, "tools").is_valid(document)

    asyncio.run(story())


def test_a_repeated_call_pays_nothing_and_says_so(shell: Shell, emulator: EmulatorServer) -> None:
    async def story() -> None:
        async with agent(shell, *CEILING) as client:
            first = document_of(await client.call_tool("generate", dict(BIRD)))
            again = await client.call_tool("generate", dict(BIRD))
        async with agent(shell, *CEILING) as client:
            later = await client.call_tool("generate", dict(BIRD))
        for one in (again, later):
            assert (document_of(one)["reference"], document_of(one)["is_new"]) == (first["reference"], False)
            assert line_of(one).startswith(f"Same order as {first['reference']}")
            assert "`once`" in line_of(one)
        assert len(emulator.emulator.ledger.paid) == 1

    asyncio.run(story())


def test_another_key_request_or_program_is_another_order(shell: Shell, emulator: EmulatorServer) -> None:
    async def story() -> None:
        async with agent(shell, *CEILING) as client:
            found = [await called(client, "generate", **{**BIRD, **further}) for further in ({}, {"once": "2"}, {"seed": 7})]
            same = await called(client, "generate", **BIRD, once="2")
        async with agent(shell, *CEILING, name="another-program") as client:
            found.append(await called(client, "generate", **BIRD))
        assert same["reference"] == found[1]["reference"]
        assert len({str(one["reference"]) for one in found}) == len(emulator.emulator.ledger.paid) == 4

    asyncio.run(story())


def test_a_key_of_another_request_sends_nothing(shell: Shell, emulator: EmulatorServer) -> None:
    async def story() -> None:
        async with agent(shell, *CEILING) as client:
            await called(client, "generate", **BIRD, once="order-1")
            error = await refused(client, "generate", **{**BIRD, "prompt": "a boat"}, once="order-1")
        assert (error["type"], error["exit_code"], len(emulator.emulator.ledger.paid)) == ("OrderError", 2, 1)

    asyncio.run(story())


def test_wait_that_times_out_returns_the_reference(tmp_path: Path) -> None:
    async def story(shell: Shell) -> None:
        async with agent(shell, *CEILING) as client:
            reference = (await called(client, "generate", **BIRD))["reference"]
            waited = await called(client, "wait", task=reference, seconds=0)
            assert waited["reference"] == reference
            assert waited["state"] in ("created", "queued", "processing")

    with EmulatorServer(settings=EmulatorSettings(processing_seconds=600.0)) as server:
        asyncio.run(story(Shell(tmp_path, variables=server.env())))


def test_route_returns_accounts_reasons_and_prices(shell: Shell, emulator: EmulatorServer) -> None:
    async def story() -> None:
        async with agent(shell) as client:
            found = await called(client, "route", prompt="a bird", model="viduq3-turbo", duration=5)
            rows = {row["account"]: row for row in found["accounts"]}  # type: ignore[union-attr,index,call-overload]  # JSON
            assert rows["vidu"]["price"]["amount"] == 55.0, "https://platform.vidu.com/docs/pricing, 2026-07-10: 11 a second"  # type: ignore[index,call-overload]  # JSON
            assert not rows["skills_video"]["capable"]  # type: ignore[index,call-overload]  # JSON
            assert rows["skills_video"]["reasons"]  # type: ignore[index,call-overload]  # JSON
        assert not emulator.emulator.ledger.paid

    asyncio.run(story())


def test_state_balance_and_cancellation_are_returned(tmp_path: Path) -> None:
    async def story(shell: Shell) -> None:
        async with agent(shell, *CEILING) as client:
            reference = (await called(client, "generate", **BIRD))["reference"]
            assert (await called(client, "status", task=reference))["reference"] == reference
            assert (await called(client, "cancel", task=reference))["state"] == "canceled"
            balance = await called(client, "balance")
            assert any(row["account"] == "vidu" for row in balance["accounts"])  # type: ignore[union-attr,index,call-overload]  # JSON
            again = await client.call_tool("generate", dict(BIRD))
            assert "canceled" in line_of(again)

    with EmulatorServer(settings=EmulatorSettings(queue_seconds=600.0)) as server:
        asyncio.run(story(Shell(tmp_path, variables=server.env())))
