"""The command against the emulator, and the command `vidu emulator` itself."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli_running import QUICK, Shell, ended, files_of, request_of
from playing import PROVIDERS

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings

pytest_plugins = ["cli_fixtures"]

KEY = "vidu=the-only-key-of-vidu"
all_providers = pytest.mark.parametrize("provider", PROVIDERS)


def paid(server: EmulatorServer) -> Sequence[str]:
    """Return the references of all paid tasks in the ledger of the emulator."""
    return [f"{task.provider}:{task.id}" for task in server.emulator.ledger.paid]


@contextmanager
def running_emulator(shell: Shell, *options: str) -> Generator[subprocess.Popen[str]]:
    """Start the command's emulator, give the shell its environment, and interrupt it at the end."""
    process = shell.start("emulator", "--port", "0", "--json", *options)
    assert process.stdout is not None
    shell.variables.update(json.loads(process.stdout.readline()))
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)


@all_providers
def test_reference_of_one_command_is_accepted_by_the_next_at_every_provider(
    provider: str, tmp_path: Path, shell: Shell, emulator: EmulatorServer
) -> None:
    assert shell.run("route", *request_of(provider)).lines[0].startswith(f"1\t{provider}\t")
    submitted = shell.run("generate", *request_of(provider), "--no-wait")
    assert submitted.code == 0, submitted
    assert submitted.lines == list(paid(emulator))
    (ref,) = submitted.lines
    assert shell.run("status", ref).code == 0
    waited = shell.run("wait", ref, *QUICK, "--timeout", "10")
    assert waited.out.startswith(f"{ref}\tsucceeded\t"), waited
    downloaded = shell.run("download", ref, "-o", "films/", "--all-files", "--json").document
    paths = [Path(tmp_path, str(file["path"])) for file in files_of(downloaded)]
    assert b"ftyp" in paths[0].read_bytes()[:16]
    assert set((tmp_path / "films").iterdir()) == set(paths)
    assert len(paid(emulator)) == 1


def test_filtered_list_leaves_out_a_provider_that_cannot_filter(tmp_path: Path) -> None:
    settings = EmulatorSettings(processing_seconds=0.0, queue_seconds=0.0, listed_after=0.0)
    with EmulatorServer(settings=settings) as server:
        shell = Shell(tmp_path, variables=server.env())
        assert shell.run("tasks", "-a", "vidu").err == "vidu: its list is empty\n"
        (ref,) = shell.run("generate", *request_of("vidu"), "--no-wait").lines
        shell.run("generate", *request_of("skills_video"), "--no-wait")
        for further in (["--state", "success"], ["-m", "viduq3-turbo"], ["--since", "2020-01-01"]):
            done = shell.run("tasks", *further)
            assert (done.code, [line.split("\t")[0] for line in done.lines]) == (0, [ref]), done
            assert "skills_video is left out" in done.err
        none = shell.run("tasks", "-a", "vidu", "-m", "viduq1")
        assert (none.code, none.out, none.err) == (0, "", "vidu: no such task\n")


def test_cancelled_task_is_not_listed_as_running(tmp_path: Path) -> None:
    with EmulatorServer(emulator=Emulator(EmulatorSettings(), clock=Clock(rate=0.0))) as server:
        shell = Shell(tmp_path, variables=server.env())
        ref = shell.run("generate", *request_of("vidu"), "--no-wait").out.strip()
        cancelled = shell.run("cancel", ref)
        assert cancelled.out.split("\t")[:2] == [ref, "canceled"], cancelled
        assert shell.run("wait", ref, *QUICK).code == 8
        server.emulator.clock.step(60.0)
        assert shell.run("tasks").lines[0].split("\t")[:2] in ([ref, "canceled"], [ref, "failed"])


def test_printed_environment_configures_the_command_for_the_emulator(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    with running_emulator(shell, "--rate", "100", "--fault", "kind=http_503,operation=list,nth=1") as process:
        done = shell.run("generate", *request_of("vidu"), *QUICK, "-o", "bird.mp4")
        assert (done.code, done.lines[1:]) == (0, ["bird.mp4"]), done
    done = ended(process)
    assert (done.code, done.out, "Traceback" in done.err) == (0, "", False), done


@pytest.mark.parametrize("options", [["--own-keys-only"], ["--key", KEY]])
def test_wrong_key_is_refused_and_logged_in_the_terminal(options: list[str], tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    with running_emulator(shell, "--rate", "100", "--log", *options) as process:
        assert (shell.variables["VIDU_API_KEY"] == KEY.removeprefix("vidu=")) == (KEY in options)
        assert shell.run("generate", *request_of("vidu"), "--no-wait").code == 0
        shell.variables.update(VIDU_API_KEY="another-key", COMFY_API_KEY="another-key")
        assert shell.run("generate", *request_of("vidu"), "--no-wait").code == 5
        other = shell.run("generate", *request_of("comfy"), "--no-wait", "--account", "comfy").code
        assert other == (5 if "--own-keys-only" in options else 0)
    done = ended(process)
    logged = [line.split(" ")[:3] for line in done.err.splitlines()]
    assert ["POST", "/ent/v2/text2video", "200"] in logged
    assert ["POST", "/ent/v2/text2video", "401"] in logged
    assert "another-key" not in done.err
    assert KEY.removeprefix("vidu=") not in done.err


def test_environment_of_the_emulator_unsets_accounts_with_labels_and_exempts_this_machine_from_proxies(tmp_path: Path) -> None:
    shell = Shell(
        tmp_path,
        variables={
            "VIDU_API_KEY__CN": "key-that-costs-money",
            "VIDU_BASE_URL__CN": "https://api.vidu.example",
            "NO_PROXY": "intranet.example",
        },
    )
    done = shell.run("emulator", "--print-env")
    assert done.code == 0, done
    assert {"unset VIDU_API_KEY__CN", "unset VIDU_BASE_URL__CN"} < set(done.lines)
    assert "export NO_PROXY=intranet.example,127.0.0.1,localhost,::1" in done.lines
    document = shell.run("emulator", "--print-env", "--json").document
    shell.variables.update({name: str(value) for name, value in document.items()})
    listed = shell.run("providers")
    assert listed.code == 0, listed
    assert "vidu-cn" not in listed.out
    assert "vidu.example" not in listed.out


@pytest.mark.parametrize(
    ("host", "origin"),
    [("::1", "http://[::1]:8400"), ("0.0.0.0", "http://127.0.0.1:8400"), ("::", "http://[::1]:8400")],  # noqa: S104
)
def test_printed_address_can_be_reached(host: str, origin: str, tmp_path: Path) -> None:
    done = Shell(tmp_path).run("emulator", "--print-env", "--host", host, "--json")
    assert str(done.document["ZENLAYER_BASE_URL"]).startswith(origin), done


def test_poll_interval_of_the_environment_is_checked_and_an_option_wins_over_it(tmp_path: Path) -> None:
    with EmulatorServer() as server:
        shell = Shell(tmp_path, variables={**server.env(), "VIDU_POLL_SECONDS": "often"})
        done = shell.run("generate", *request_of("vidu"))
        assert (done.code, "VIDU_POLL_SECONDS" in done.err, paid(server)) == (2, True, []), done
        assert shell.run("generate", *request_of("vidu"), *QUICK, "--no-wait").code == 0
