"""What one command prints, the next one takes: tasks, orders that are found again, and orders under a key, which pay once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_running import QUICK, Shell, request_of
from playing import PROVIDERS
from provider_forms import Act
from server import Server

from vidu_ext.transport.orders import OrderStore

pytest_plugins = ["cli_fixtures"]

ONCE = ("--once", "order-8814", "--no-wait")


def test_one_failed_task_does_not_keep_the_others_from_their_files(tmp_path: Path) -> None:
    with Server() as good, Server("comfy", life=("failed",)) as bad:
        shell = Shell(tmp_path, [good, bad])
        refs = [f"comfy:{bad.make({}).id}", *(f"vidu:{good.make({}).id}" for _ in range(3))]
        done = shell.run("wait", *refs, "-o", "films/", *QUICK)
        assert done.code == 8, done
        assert sorted(done.lines) == sorted(f"films/{task.id}.mp4" for task in good.paid)
        assert {path.name for path in (tmp_path / "films").iterdir()} == {f"{task.id}.mp4" for task in good.paid}


def test_task_named_twice_is_downloaded_once(vidu: Shell, server: Server) -> None:
    ref = f"vidu:{server.make({}).id}"
    done = vidu.run("wait", ref, ref, "-o", "films/", *QUICK)
    assert (done.code, len(done.lines), len(server.calls("film"))) == (0, 1, 1)


def test_lost_answer_of_a_provider_that_cannot_be_searched_stays_unknown(tmp_path: Path) -> None:
    with Server("zenlayer", plan={"create": [Act(ends="closed")]}) as server:
        shell = Shell(tmp_path, [server])
        lost = shell.run("generate", *request_of("zenlayer"))
        assert (lost.code, lost.out, len(server.paid)) == (7, "", 1)
        (order,) = shell.unsettled_orders()
        assert f"`vidu orders --forget {order}`" in lost.err
        assert shell.run("find", order).code == 7
        assert len(server.paid) == 1, "paid twice"
        assert shell.unsettled_orders() == [order]
        assert shell.store.stat().st_mode & 0o077 == 0


def test_task_of_a_lost_answer_is_found_and_its_order_is_no_longer_unknown(tmp_path: Path) -> None:
    with Server("comfy", plan={"create": [Act(ends="closed", accepts=False)]}) as server:
        shell = Shell(tmp_path, [server])
        lost = shell.run("generate", *request_of("comfy"), "--retry-for", "0")
        assert (lost.code, len(server.paid)) == (7, 0), lost
        (order,) = shell.unsettled_orders()
        (listed,) = [line.split("\t") for line in shell.run("find").lines]
        assert (listed[:3], listed[4]) == (["-", "unknown", "comfy"], order)
        search = shell.run("find", order)
        assert (search.code, search.lines) == (0, [f"comfy:{server.paid[0].id}"]), search
        assert len(server.paid) == 1
        assert (shell.unsettled_orders(), shell.run("find").lines) == ([], [])
        assert shell.run("orders").lines[0].split("\t")[:3] == ["-", f"comfy:{server.paid[0].id}", "comfy"]
        known = shell.run("find", order)
        assert (known.code, f"its task is comfy:{server.paid[0].id}" in known.err) == (2, True)


def test_order_that_another_process_holds_is_not_searched_meanwhile(tmp_path: Path) -> None:
    """At Comfy a search sends the request again, and the other process could then record that nothing was created."""
    with Server("comfy", plan={"create": [Act(ends="closed", accepts=False)]}) as server:
        shell = Shell(tmp_path, [server])
        assert shell.run("generate", *request_of("comfy"), *ONCE, "--retry-for", "0").code == 7
        other = OrderStore(shell.store).lock(ONCE[1])
        assert other.take()
        search = shell.run("find", ONCE[1])
        assert (search.code, server.paid, "another process is at the order" in search.err) == (2, [], True), search
        other.release()
        assert shell.run("find", ONCE[1]).lines == [f"comfy:{server.paid[0].id}"]


@pytest.mark.parametrize("way", ["file", "wide pipe", "text"])
def test_byte_order_mark_before_a_submission_is_ignored(way: str, tmp_path: Path) -> None:
    """Editors and shells write one when a text is opened, or piped into a file."""
    with Server("comfy", plan={"create": [Act(ends="closed")]}) as server:
        shell = Shell(tmp_path, [server])
        lost = shell.run("generate", *request_of("comfy"), "--retry-for", "0", "--json")
        assert (lost.code, [str(lost.error["order"])]) == (7, shell.unsettled_orders())
        text = f"\ufeff{json.dumps(lost.error['submission'])}\r\n"
        file = tmp_path / "comfy.submission.json"
        file.write_bytes(text.encode())
        source = {"file": str(file), "wide pipe": "-", "text": text}[way]
        search = shell.run("find", source, stdin=text[1:].encode("utf-16"))
        assert (search.code, search.lines) == (0, [f"comfy:{server.paid[0].id}"]), search
        assert (len(server.paid), shell.unsettled_orders()) == (1, [])


def test_preferred_provider_is_asked_first_and_the_option_wins_over_the_file(tmp_path: Path) -> None:
    with Server() as first, Server("comfy") as other:
        shell = Shell(tmp_path, [first, other])
        request = ["generate", "a bird", "-m", "viduq3-turbo", "--no-wait"]
        assert shell.run(*request).out.startswith("vidu:")
        assert shell.run(*request, "--prefer", "comfy,vidu").out.startswith("comfy:")
        shell.write_config('prefer = ["comfy"]')
        assert shell.run(*request).out.startswith("comfy:")
        assert shell.run(*request, "--prefer", "vidu").out.startswith("vidu:")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_command_that_is_run_twice_pays_once(provider: str, tmp_path: Path) -> None:
    with Server(provider) as server:
        shell = Shell(tmp_path, [server])
        first, second = (shell.run("generate", *request_of(provider), *ONCE) for _ in range(2))
        assert (first.code, second.code, len(server.paid)) == (0, 0, 1), (first, second)
        assert first.lines == second.lines == [f"{provider}:{server.paid[0].id}"]
        assert "nothing is paid now" in second.err
        assert "accepted" not in second.err, "the task was accepted the first time"
        assert shell.run("generate", *request_of(provider), *ONCE, "--json").document["is_new"] is False
        assert shell.run("generate", *request_of(provider), *ONCE[:2], *QUICK).err.endswith(", paid with the first order\n")


def test_orders_are_listed_and_forgotten(tmp_path: Path) -> None:
    refusing = Server("comfy", plan={"create": [Act(accepts=False, status=400)]})
    with Server() as server, Server("zenlayer", plan={"create": [Act(ends="closed")]}) as lost, refusing:
        shell = Shell(tmp_path, [server, lost, refusing])
        assert shell.run("orders").code == 0
        shell.run("generate", *request_of("vidu"), *ONCE, "--account", "vidu")
        shell.run("generate", *request_of("zenlayer"), "--once", "other", "--account", "zenlayer")
        assert shell.run("generate", *request_of("comfy"), "--no-wait").code == 5, "what is refused is no order"
        rows = [line.split("\t")[:3] for line in shell.run("orders").lines]
        assert rows == [["order-8814", f"vidu:{server.paid[0].id}", "vidu"], ["other", "unknown", "zenlayer"]], (
            "what was refused is no order"
        )
        assert shell.run("orders", "--forget", "order-8814").code == 0
        assert [document["key"] for document in shell.run("orders", "--json").documents] == ["other"]
        missing = shell.run("orders", "--forget", "order-8814")
        assert (missing.code, "no order" in missing.err) == (2, True)
