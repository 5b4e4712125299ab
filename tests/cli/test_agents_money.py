"""`vidu mcp` spends nothing without a ceiling, nothing above one, and remembers a budget."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any, Final, cast
from unittest.mock import Mock

import pytest
from agent import BIRD, agent, called, refused
from cli_running import Shell

from vidu_ext import AsyncVidu
from vidu_ext.cli.mcp.spending import FRESH_SECONDS, Spending
from vidu_ext.emulator.faults.rules import FaultRule
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.values.price import DocumentedPrice, Price
from vidu_ext.values.tasks import Object

pytest_plugins = ["cli_fixtures"]
pytestmark = pytest.mark.anyio

PRICE: Final = DocumentedPrice(
    amount=55.0, unit="credits", usd=0.275, date="2026-07-10", source="https://example.com", sure="printed"
)
ENDLESS: Final = [EmulatorSettings(processing_seconds=1e6, listed_after=0.0)]
"""Tasks that do not end."""


@pytest.fixture
def shell(tmp_path: Path, emulator: EmulatorServer) -> Shell:
    return Shell(tmp_path, variables=variables(emulator))


def variables(server: EmulatorServer, account: str = "vidu") -> dict[str, str]:
    """Return the environment of one account, so that all credits are alike."""
    own = {name: value for name, value in server.env().items() if name.startswith(account.upper())}
    return {**own, "VIDU_POLL_SECONDS": "0.05"}


def spending_of(balance: Object) -> dict[str, Any]:
    return cast("dict[str, Any]", balance["budget"])


@pytest.mark.parametrize(
    ("options", "arguments", "reason"),
    [
        ((), {}, "without a ceiling"),
        ((), {"at_most": "60"}, "without a ceiling"),
        (("--at-most", "0.27usd"), {}, "more than the ceiling of 0.27 USD"),
        (("--budget", "54"), {}, "more than the ceiling of 54 credits"),
        (("--at-most", "60"), {"at_most": 54}, "more than the ceiling of 54 credits"),
        (("--at-most", "60"), {"at_most": "1usd"}, "60 credits"),
        (("--at-most", "54"), {"at_most": "1000"}, "more than the ceiling of 54 credits"),
        (("--at-most", "60"), {"at_most": "1_0"}, "at_most 1_0: write"),
    ],
)
async def test_order_that_no_ceiling_allows_is_refused_and_not_sent(
    options: tuple[str, ...], arguments: dict[str, object], reason: str, shell: Shell, emulator: EmulatorServer
) -> None:
    async with agent(shell, *options) as client:
        error = await refused(client, "generate", **BIRD, **arguments)
    assert reason in error["message"]
    assert error["exit_code"] in (2, 4)
    assert not emulator.emulator.ledger.paid


@pytest.mark.parametrize("emulator", ENDLESS, indirect=True)
async def test_budget_outlives_the_server(shell: Shell, emulator: EmulatorServer) -> None:
    async with agent(shell, "--budget", "110") as client:
        await called(client, "generate", **BIRD)
    async with agent(shell, "--budget", "110") as client:
        await called(client, "generate", **BIRD, once="2")
        balance = await called(client, "balance")
        assert balance["budget"] == {"unit": "credits", "most": 110.0, "spent": 110.0, "left": 0.0}
        error = await refused(client, "generate", **BIRD, once="3")
        assert "Of the budget of 110 credits, 110 are spent or set aside." in error["message"]
        again = await called(client, "generate", **BIRD)
    assert (again["is_new"], len(emulator.emulator.ledger.paid)) == (False, 2)


@pytest.mark.parametrize("emulator", ENDLESS, indirect=True)
async def test_concurrent_calls_keep_the_budget(shell: Shell, emulator: EmulatorServer) -> None:
    async with agent(shell, "--budget", "170") as client:
        calls = [client.call_tool("generate", {**BIRD, "once": str(number)}) for number in range(6)]
        results = await asyncio.gather(*calls)
    assert sorted(result.is_error is True for result in results) == [False, False, False, True, True, True]
    assert len(emulator.emulator.ledger.paid) == 3


@pytest.mark.parametrize("emulator", ENDLESS, indirect=True)
async def test_call_that_is_cancelled_while_it_reserves_releases_its_reservation(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserving, reserve = threading.Event(), Spending.reserve

    def slow(spending: Spending, *arguments: Any) -> object:
        reserving.set()
        time.sleep(0.2)
        return reserve(spending, *arguments)

    monkeypatch.setattr(Spending, "reserve", slow)
    async with agent(shell, "--budget", "60") as client:
        call = asyncio.create_task(client.call_tool("generate", dict(BIRD)))
        await asyncio.to_thread(reserving.wait)
        call.cancel()
        await asyncio.sleep(0.5)
        assert spending_of(await called(client, "balance"))["spent"] == 0.0


async def test_paid_task_is_returned_even_if_the_store_breaks_meanwhile(
    shell: Shell, emulator: EmulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was that nothing had been sent."""
    submit = AsyncVidu.submit

    async def break_store(vidu: AsyncVidu, *arguments: Any, **options: Any) -> object:
        task = await submit(vidu, *arguments, **options)
        shell.store.write_bytes(b"no database" * 1000)
        return task

    monkeypatch.setattr(AsyncVidu, "submit", break_store)
    async with agent(shell, "--budget", "60") as client:
        reference = str((await called(client, "generate", **BIRD))["reference"])
        assert (await called(client, "wait", task=reference))["state"] == "succeeded"
    assert [f"vidu:{task.id}" for task in emulator.emulator.ledger.paid] == [reference]


@pytest.mark.parametrize("emulator", [EmulatorSettings(credits={"vidu": 1.0})], indirect=True)
async def test_refused_order_releases_its_reservation(shell: Shell) -> None:
    async with agent(shell, "--budget", "55") as client:
        await refused(client, "generate", **BIRD)
        assert spending_of(await called(client, "balance"))["spent"] == 0.0


@pytest.mark.parametrize(
    ("end", "account", "spent"),
    [("success", "vidu", 55.0), ("success", "comfy", 63.3), ("success at 0", "vidu", 55.0), ("failure at 0", "vidu", 0.0)],
)
async def test_budget_counts_in_the_credits_of_the_prices_when_a_task_has_ended(
    end: str, account: str, spent: float, tmp_path: Path, emulator: EmulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Comfy's page: 12.66 of its credits a second. The answers of its tasks have 60, which are credits of Vidu.

    Vidu writes members that are not set as 0. Once, each such result freed what it had reserved, so a budget held nothing.
    """
    if end == "success at 0":
        monkeypatch.setattr("vidu_ext.emulator.providers.dialect_vidu.shown_credits", Mock(return_value=0))
    if end == "failure at 0":
        emulator.emulator.faults.add(FaultRule(kind="task_fails"))
    async with agent(Shell(tmp_path, variables=variables(emulator, account)), "--budget", "600") as client:
        order = await called(client, "generate", **{**BIRD, "account": account, "resolution": "720p"})
        waited = await client.call_tool("wait", {"task": order["reference"]})
        balance = await called(client, "balance")
    assert waited.is_error is end.startswith("failure")
    assert spending_of(balance)["spent"] == pytest.approx(spent)


# -- the store --------------------------------------------------------------------------------------------------------


def store(folder: Path, most: Price | None = None) -> Spending:
    return Spending(most or Price(credits=110), folder, folder / "orders.sqlite")


def test_same_order_counts_once_and_each_call_releases_its_own_reservation(tmp_path: Path) -> None:
    spending = store(tmp_path)
    rows = [spending.reserve("a", [PRICE], Price(credits=110))[1] for _ in range(3)]
    assert spending.spent() == 55
    spending.cancel_reservation(rows[0])
    assert spending.spent() == 55, "the other two calls are under way"
    spending.assign("a", "vidu:1", PRICE)
    spending.cancel_reservation(rows[1])
    assert spending.spent() == 55


def test_reservation_of_a_server_that_died_before_it_sent_anything_expires(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spending = store(tmp_path)
    spending.reserve("a", [PRICE], Price(credits=110))
    later = time.time() + FRESH_SECONDS + 1
    monkeypatch.setattr("vidu_ext.cli.mcp.spending.wall_clock", lambda: later)
    assert spending.spent() == 0


def test_budget_in_dollars_follows_a_charge_in_credits(tmp_path: Path) -> None:
    spending = store(tmp_path, Price(usd=1))
    assert spending.reserve("a", [PRICE], Price(usd=1))[0] == Price(usd=1)
    spending.assign("a", "vidu:1", PRICE)
    assert spending.spent() == pytest.approx(0.275)
    spending.record_charge("vidu:1", 110.0)
    assert spending.spent() == pytest.approx(0.55)


def test_each_folder_has_a_budget_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "orders.sqlite"
    one, other = (Spending(Price(credits=110), tmp_path / name, path) for name in ("a", "b"))
    one.reserve("a", [PRICE], Price(credits=110))
    assert (one.spent(), other.spent()) == (55, 0)
