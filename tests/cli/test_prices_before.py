"""What is refused before anything is paid: a price above --at-most, and a model that the spec does not list.

The figures are those of Vidu's printed price page.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest
from cli_running import QUICK, Shell
from server import Server

from vidu_ext.emulator import EmulatorServer, EmulatorSettings

pytest_plugins = ["cli_fixtures"]

FILM = ("a paper bird", "-m", "viduq3-pro", "-r", "540p", "-d", "4")


def test_route_shows_what_each_account_would_charge(vidu: Shell, server: Server) -> None:
    assert "36 credits (0.18 USD)" in vidu.run("route", *FILM).lines[-1]
    (account,) = cast("list[dict[str, Any]]", vidu.run("route", *FILM, "--json").document["accounts"])
    assert (account["price"]["amount"], account["price"]["usd"], account["price"]["sure"]) == (36.0, 0.18, "printed")
    assert server.seen == []


def test_route_names_the_options_without_which_no_price_is_documented(tmp_path: Path) -> None:
    with Server("comfy") as server:
        shell, command = Shell(tmp_path, [server]), ("route", "a paper bird", "-m", "viduq3-turbo")
        assert "not documented without duration and resolution" in shell.run(*command).out
        (account,) = cast("list[dict[str, Any]]", shell.run(*command, "--json").document["accounts"])
        assert (account["price"], account["price_needs"]) == (None, ["duration", "resolution"])


def test_dry_run_shows_the_rate_if_the_amount_is_known_only_afterwards(tmp_path: Path) -> None:
    lip_sync = ("submit", "vidu", "lipSync", "--set", "video_url=https://example.com/a.mp4", "--set", "text=Hello", "--dry-run")
    with Server() as server:
        shell = Shell(tmp_path, [server])
        assert "20 credits per 5 seconds begun" in shell.run(*lip_sync).lines[-1]
        (account,) = cast("list[dict[str, Any]]", shell.run(*lip_sync, "--json").document["accounts"])
        assert account["price"] is None
        assert [(rate["amount"], rate["per"]) for rate in account["rate"]["rates"]] == [(20.0, "5 seconds begun")]
        assert server.seen == []


@pytest.mark.parametrize("ceiling", ["35", "0.17usd"])
@pytest.mark.parametrize("command", [("generate", "--no-wait"), ("generate", "--dry-run"), ("route",)])
def test_dearer_request_is_refused_and_not_sent(command: tuple[str, ...], ceiling: str, vidu: Shell, server: Server) -> None:
    done = vidu.run(command[0], *FILM, *command[1:], "--at-most", ceiling)
    assert (done.code, server.seen) == (4, []), done


@pytest.mark.parametrize(
    ("provider", "model", "ceiling", "reason"),
    [
        ("vidu", "viduq3-pro", "35", "it costs 36 credits (0.18 USD)"),
        ("comfy", "viduq2-pro", "5usd", "its price is not documented, so no ceiling can be kept"),
    ],
)
def test_route_says_why_an_account_is_not_within_the_ceiling(
    provider: str, model: str, ceiling: str, reason: str, tmp_path: Path
) -> None:
    command = ("route", "a paper bird", "-m", model, "-r", "540p", "-d", "4", "--at-most", ceiling)
    with Server(provider) as server:
        shell = Shell(tmp_path, [server])
        assert reason in shell.run(*command).out
        (account,) = cast("list[dict[str, Any]]", shell.run(*command, "--json").document["accounts"])
        assert [reason in why for why in account["reasons"]] == [True]
        assert not account["capable"]


def test_charge_of_comfy_is_shown_in_its_own_credits_or_as_not_reported(tmp_path: Path) -> None:
    """Its page: 12.66 of its credits a second. Its answers repeat 60 credits of Vidu, once shown as the cost."""
    film = ("a paper bird", "-m", "viduq3-turbo", "-r", "720p", "-d", "5", "-a", "comfy")
    with EmulatorServer(settings=EmulatorSettings(queue_seconds=0.0, processing_seconds=0.1)) as emulator:
        shell = Shell(tmp_path, variables=emulator.env())
        done = shell.run("generate", *film, "-o", "a.mp4")
        assert re.fullmatch(r"comfy:\d+ cost 63\.3 credits", done.err.splitlines()[-1]), done
        assert "63.3 credits" in shell.run("status", done.err.splitlines()[-1].split()[0]).lines[0]
    with Server("comfy") as server:
        shell = Shell(tmp_path, [server])
        done = shell.run("generate", *film, "-o", "b.mp4", *QUICK)
        ref = f"comfy:{server.paid[0].id}"
        assert done.err.splitlines()[-1] == f"{ref}: what it cost was not reported"
        assert "charge not reported" in shell.run("wait", ref, *QUICK).lines[0]
        assert shell.run("status", ref, "--json").document["credits"] is None


# -- a model that is newer than the spec -----------------------------------------------------------------------------------

NEW_MODEL = ("a paper bird", "-m", "viduq5-preview")


@pytest.mark.parametrize("command", [("generate", "--no-wait"), ("generate", "--dry-run"), ("route",)])
def test_unlisted_model_is_refused_with_the_option_that_allows_it(command: tuple[str, ...], vidu: Shell, server: Server) -> None:
    done = vidu.run(command[0], *NEW_MODEL, *command[1:])
    assert (done.code, server.seen) == (3, []), done
    assert "--unlisted" in done.err
    assert "in the spec of 20" in done.err + done.out


def test_unlisted_model_is_sent_with_the_option(vidu: Shell, server: Server) -> None:
    assert vidu.run("route", *NEW_MODEL, "--unlisted").code == 0
    assert vidu.run("generate", *NEW_MODEL, "--no-wait", "--unlisted").code == 0
    assert len(server.paid) == 1
