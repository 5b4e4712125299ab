"""The command `vidu batch` against the emulator, mostly in processes of its own."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from batch_provider import ProviderProcess
from printed_documents import check
from typer.main import get_command
from typer.testing import CliRunner

from vidu_ext.cli.main import Commands, app
from vidu_ext.durable import Batches
from vidu_ext.durable.reports import every_job
from vidu_ext.values.installed import install_command

pytest_plugins = ["batch_fixtures"]

COMMAND: Final = (sys.executable, "-m", "vidu_ext.cli", "batch")
QUICK: Final = ("--polling", "0.1", "--interval", "0.1", "--settle", "3")
PATIENCE: Final = 60.0
MOUNT: Final = shutil.which("mount") or "mount"
UNMOUNT: Final = shutil.which("umount") or "umount"


class Shell:
    """The environment and the working folder of `vidu batch`."""

    def __init__(self, provider: ProviderProcess, folder: Path) -> None:
        self.provider: Final = provider
        self.folder: Final = folder
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
        self.environment: Final = {**kept, **provider.environment, "VIDU_CONFIG": "", "XDG_CONFIG_HOME": str(folder / "config")}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command in this process, which is much faster."""
        isolated = CliRunner().isolation(env={**self.environment})
        with contextlib.chdir(self.folder), isolated as (out, err, _):
            with pytest.raises(SystemExit) as end:
                group().main(["batch", *words])
            code = end.value.code if isinstance(end.value.code, int) else -1
            check(["batch", *words], out.getvalue().decode())
            return subprocess.CompletedProcess(words, code, out.getvalue().decode(), err.getvalue().decode())

    def run_process(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the command in a process of its own, to its end."""
        done = subprocess.run(
            [*COMMAND, *words],
            cwd=self.folder,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        check(["batch", *words], done.stdout)
        return done

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, *words], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def write_rows(self, name: str, *rows: dict[str, Any]) -> None:
        usual = {"model": "viduq3-turbo", "duration": 5, "account": "vidu"}
        lines = "".join(json.dumps({**usual, **row}) + "\n" for row in rows)
        (self.folder / name).write_text(lines, encoding="utf-8")


@cache
def group() -> Commands:
    made = get_command(app)
    assert isinstance(made, Commands)
    return made


@pytest.fixture
def shell(provider: ProviderProcess, tmp_path: Path) -> Shell:
    return Shell(provider, tmp_path)


def test_killed_batch_can_be_resumed_to_its_end_and_is_paid_once(shell: Shell) -> None:
    """Run, kill -9, status, resume up to a budget, raise it, resume, export, run again."""
    shell.write_rows("films.jsonl", *({"key": f"k{row}", "prompt": f"a bird, {row}"} for row in range(8)))
    words = ("films.jsonl", "--template", "{row:03}-{key}", "--concurrency", "vidu=3", *QUICK)
    run = shell.start("run", *words)
    deadline = time.monotonic() + PATIENCE
    while len(shell.provider.ledger()["paid"]) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    run.kill()
    run.communicate()
    status = json.loads(shell.run("status", "--json").stdout)
    assert (status["jobs"], 0 < status["open"] <= 8) == (8, True)
    stopped = shell.run_process("resume", "--budget", "400", "--json", *QUICK)
    document = json.loads(stopped.stdout)
    assert stopped.returncode == 6, stopped.stderr
    assert (document["states"]["done"], document["states"]["queued"], document["credits"]["all"]["spent"]) == (7, 1, 385.0)
    assert document["held"] == {"vidu": "the budget is reached"}
    assert "the budget is reached: 1 jobs stay queued" in stopped.stderr
    resumed = shell.run_process("resume", "films", "--budget", "500", *QUICK)
    assert (resumed.returncode, "8 of 8 ended" in resumed.stderr) == (0, True), resumed.stderr
    rows = list(csv.DictReader(io.StringIO(shell.run("export", "--format", "csv").stdout)))
    assert [row["state"] for row in rows] == ["done"] * 8
    assert [Path(row["file"]).name for row in rows[:2]] == ["001-k0.mp4", "002-k1.mp4"]
    again = shell.run("run", *words[:-6], "--enqueue")
    assert (again.returncode, "0 new jobs, 8 existing ones" in again.stderr) == (0, True), again.stderr
    assert len(shell.provider.ledger()["paid"]) == 8


def test_ctrl_c_prints_the_command_that_continues(shell: Shell) -> None:
    shell.write_rows("films.jsonl", {"prompt": "a bird"})
    run = shell.start("run", "films.jsonl", "--polling", "0.1", "--interval", "30", "--database", "sqlite:///other.sqlite")
    deadline = time.monotonic() + PATIENCE
    while not shell.provider.ledger()["paid"] and time.monotonic() < deadline:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130
    assert "Continue with: vidu batch resume films, with the same --database" in said
    assert "Traceback" not in said
    assert "Error" not in said
    assert len(shell.provider.ledger()["paid"]) == 1


def test_command_that_records_the_remaining_rows_is_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write_rows("films.jsonl", {"prompt": "a bird"})
    assert shell.run("run", "films.jsonl", "--enqueue").returncode == 0
    assert shell.run("cancel", "films").returncode == 0
    with sqlite3.connect(shell.folder / "vidu-batches.sqlite") as connection:
        connection.execute("UPDATE vidu_batches SET planned = 3")
    connection.close()
    assert shell.run("status", "films").stdout.startswith("films\tvidu\t")
    status = shell.run("status", "films", "--json")
    assert (status.returncode, json.loads(status.stdout)["planned"]) == (6, 3)
    assert "only 1 of 3 rows were recorded" in status.stderr
    assert "vidu batch run films.jsonl --name films ..." in status.stderr

    def is_interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vidu_ext.durable.batches.Batches.plan", is_interrupted)
    run = shell.run("run", "films.jsonl")
    assert (run.returncode, "Continue with: vidu batch run films.jsonl --name films ..." in run.stderr) == (130, True), run.stderr


def test_enqueued_jobs_are_run_by_a_worker_only(shell: Shell) -> None:
    shell.write_rows("films.jsonl", {"prompt": "a bird"}, {"prompt": "a fish"})
    assert shell.run("run", "films.jsonl", "--enqueue").returncode == 0
    assert shell.provider.ledger()["paid"] == []
    assert shell.run("cancel", "films", "--json").stdout.count('"before_sending": 2') == 1
    keys = [json.loads(line)["key"] for line in shell.run("export").stdout.splitlines()]
    assert shell.run("retry", "films", "--key", keys[0]).returncode == 0
    done = shell.run_process("worker", "--until-idle", *QUICK)
    assert done.returncode == 0, done.stderr
    states = [json.loads(line)["state"] for line in shell.run("export").stdout.splitlines()]
    assert sorted(states) == ["canceled", "done"]


def test_run_ends_and_names_the_unknown_job_that_keeps_the_budget_reserved(shell: Shell) -> None:
    """Once, the answer to the job that was sent to learn the cost was lost, and the run waited for its cost without end."""
    shell.provider.set_rules([{"kind": "answer_lost", "provider": "zenlayer", "operation": "create", "nth": 1}])
    shell.write_rows(
        "films.jsonl",
        *({"key": f"k{row}", "prompt": f"a bird, {row}", "account": "zenlayer", "model": "viduq2-pro"} for row in range(6)),
    )
    run = shell.run_process("run", "films.jsonl", "--budget", "1000", "--json", *QUICK)
    document = json.loads(run.stdout)
    (unknown,) = document["unsettled"]
    assert (run.returncode, document["states"]["unknown"], document["states"]["queued"]) == (7, 1, 5)
    assert f"keep credits reserved until they are settled: {unknown}." in run.stderr


def test_jobs_of_an_account_without_a_key_are_named_once_and_not_waited_for(shell: Shell) -> None:
    shell.write_rows("films.jsonl", {"prompt": "a bird"}, {"prompt": "a fish", "account": "comfy"})
    assert shell.run("run", "films.jsonl", "--enqueue").returncode == 0
    said = "1 job waits for account comfy, for which this process has no key"
    resumed = shell.run_process("resume", "--json", *QUICK, COMFY_API_KEY="")
    states = json.loads(resumed.stdout)["states"]
    assert (resumed.returncode, resumed.stderr.count(said)) == (6, 1), resumed.stderr
    assert (states["done"], states["queued"]) == (1, 1)
    worker = shell.run_process("worker", "--until-idle", *QUICK, COMFY_API_KEY="")
    assert (worker.returncode, worker.stderr.count(said)) == (6, 1), worker.stderr


def test_every_command_prints_one_json_document_with_json(shell: Shell) -> None:
    shell.write_rows("films.jsonl", {"key": "a", "prompt": "a bird"})

    def document(*words: str) -> Any:
        done = shell.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        (line,) = done.stdout.splitlines()
        return json.loads(line)

    assert document("status") == {"batch": None, "jobs": 0, "open": 0}
    assert document("run", "films.jsonl", "--check") == {"batch": "films", "rows": 1}
    assert document("run", "films.jsonl", "--enqueue")["states"]["queued"] == 1
    assert document("export", "-o", "jobs.jsonl") == {"batch": "films", "jobs": 1, "file": "jobs.jsonl"}
    with Batches(f"sqlite:///{shell.folder}/vidu-batches.sqlite") as batches:
        (job,) = every_job(batches.store, "films")
        batches.store.begin(job, "x")
        batches.store.mark_unknown(job, "no answer")
    settled = {"batch": "films", "key": "a", "reference": None, "state": "failed"}
    assert document("settle", "films", "--key", "a", "--not-paid") == settled
    worker = shell.run_process("worker", "--until-idle", "--json", *QUICK)
    assert json.loads(worker.stdout)["without_key"] == {}, worker


def test_bad_input_is_one_error_and_nothing_is_sent(shell: Shell) -> None:
    (shell.folder / "bad.jsonl").write_text(
        '{"prompt": "a", "model": "viduq3-turbo", "account": "vidu", "duration": 99}\n{"modl": 1}\n', encoding="utf-8"
    )
    bad = shell.run("run", "bad.jsonl")
    assert bad.returncode == 2
    assert "2 error(s) in 2 row(s)" in bad.stderr
    assert list(shell.folder.glob("*.sqlite*")) == []
    shell.write_rows("good.jsonl", {"prompt": "a"})
    wrong = {
        ("--database", "postgresql://vidu@127.0.0.1:1/none"): "cannot be used",
        ("--database", "sqlite:////nowhere/at/all.sqlite"): "cannot be used",
        ("--budget", "vido=5", "--price", "nothing"): "is not a provider",
    }
    for words, said in wrong.items():
        done = shell.run("run", "good.jsonl", *words)
        assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (2, True, False), (words, done.stderr)
    assert shell.provider.ledger()["counts"] == {}


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--settle", "nan", "Invalid value for '--settle'"),
        ("--lease", "10", "error: --lease must be longer than the 15 s"),
        ("--polling", "0", "error: --polling must be"),
        ("--interval", "0", "--interval must be a finite number of seconds"),
    ],
)
def test_invalid_worker_option_is_refused_before_rows_are_queued(shell: Shell, option: str, value: str, said: str) -> None:
    shell.write_rows("films.jsonl", {"prompt": "a bird"})
    done = shell.run("run", "films.jsonl", option, value)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert list(shell.folder.glob("*.sqlite*")) == []


def test_variable_that_makes_dbos_use_another_database_is_refused(shell: Shell) -> None:
    """DBOS Cloud sets it. Once, the command ended with an internal error."""
    shell.write_rows("films.jsonl", {"prompt": "a bird"})
    done = shell.run_process("run", "films.jsonl", *QUICK, DBOS__CLOUD="true")
    assert done.returncode == 2, done
    assert [line for line in done.stderr.splitlines() if line.startswith("error: DBOS__CLOUD is set")], done
    assert "Traceback" not in done.stderr
    assert shell.provider.ledger()["counts"] == {}


def test_missing_extra_is_one_line_with_the_install_command(shell: Shell) -> None:
    hidden = shell.folder / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['dbos'] = None\n", encoding="utf-8")
    path = os.pathsep.join([str(hidden), os.environ.get("PYTHONPATH", "")])
    done = shell.run_process("status", PYTHONPATH=path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert install_command("durable") in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for eight kilobytes. Skips if this user may not mount one."""
    folder = tmp_path / "films-files"
    folder.mkdir()
    if subprocess.run([MOUNT, "-t", "tmpfs", "-o", "size=8k", "none", folder], check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk: a full disk was NOT tested")
    yield folder
    subprocess.run([UNMOUNT, folder], check=False, capture_output=True)


def test_full_disk_ends_the_run_and_resume_downloads_the_paid_result(shell: Shell, small_disk: Path) -> None:
    """The disk of the files is full: one message, and `resume` downloads the result when there is room."""
    shell.write_rows("films.jsonl", {"prompt": "a bird"})
    full = shell.run_process("run", "films.jsonl", *QUICK)
    assert full.returncode == 10
    assert full.stderr.count("Free disk space, then continue with `vidu batch resume`") == 1
    assert "Traceback" not in full.stderr
    subprocess.run([UNMOUNT, small_disk], check=True)
    assert shell.run_process("resume", *QUICK).returncode == 0
    assert len(shell.provider.ledger()["paid"]) == 1
