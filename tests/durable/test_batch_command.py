"""The command `vidu batch` against the emulator, in a process of its own if it is killed or interrupted."""

from __future__ import annotations

import csv
import io
import json
import signal
import socket
import sqlite3
import time
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pytest
from batch_provider import ProviderProcess
from cli_running import PATIENCE, Shell, ended

from vidu_ext.durable import Batches
from vidu_ext.durable.reports import every_job

pytest_plugins = ["batch_fixtures"]

QUICK: Final = ("--polling", "0.1", "--interval", "0.1", "--settle", "3")


@pytest.fixture
def shell(provider: ProviderProcess, tmp_path: Path) -> Shell:
    return Shell(tmp_path, variables=provider.environment)


def write_rows(shell: Shell, *rows: dict[str, Any]) -> None:
    """Write the manifest films.jsonl."""
    usual = {"model": "viduq3-turbo", "duration": 5, "account": "vidu"}
    text = "".join(json.dumps({**usual, **row}) + "\n" for row in rows)
    (shell.folder / "films.jsonl").write_text(text, encoding="utf-8")


def enqueue(shell: Shell, *rows: dict[str, Any]) -> None:
    write_rows(shell, *rows)
    assert shell.run("batch", "run", "films.jsonl", "--enqueue").code == 0


def exported(shell: Shell) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shell.run("batch", "export").lines]


def wait_until_paid(provider: ProviderProcess, number: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(provider.ledger()["paid"]) < number and time.monotonic() < deadline:
        time.sleep(0.05)


def test_killed_batch_can_be_resumed_to_its_end_and_is_paid_once(shell: Shell, provider: ProviderProcess) -> None:
    """Run, kill -9, status, resume up to a budget, raise it, resume, export, run again."""
    write_rows(shell, *({"key": f"k{row}", "prompt": f"a bird, {row}"} for row in range(8)))
    words = ("films.jsonl", "--template", "{row:03}-{key}", "--concurrency", "vidu=3")
    run = shell.start("batch", "run", *words, *QUICK)
    wait_until_paid(provider, 3)
    run.kill()
    ended(run)
    status: dict[str, Any] = shell.run("batch", "status", "--json").document
    assert (status["jobs"], 0 < status["open"] <= 8) == (8, True)
    stopped = shell.run("batch", "resume", "--budget", "400", "--json", *QUICK)
    document: dict[str, Any] = stopped.document
    assert stopped.code == 6, stopped
    assert (document["states"]["done"], document["states"]["queued"], document["credits"]["all"]["spent"]) == (7, 1, 385.0)
    assert document["held"] == {"vidu": "the budget is reached"}
    assert "the budget is reached: 1 jobs stay queued" in stopped.err
    resumed = shell.run("batch", "resume", "films", "--budget", "500", *QUICK)
    assert (resumed.code, "8 of 8 ended" in resumed.err) == (0, True), resumed
    rows = list(csv.DictReader(io.StringIO(shell.run("batch", "export", "--format", "csv").out)))
    assert [row["state"] for row in rows] == ["done"] * 8
    assert [Path(row["file"]).name for row in rows[:2]] == ["001-k0.mp4", "002-k1.mp4"]
    again = shell.run("batch", "run", *words, "--enqueue")
    assert (again.code, "0 new jobs, 8 existing ones" in again.err) == (0, True), again
    assert len(provider.ledger()["paid"]) == 8


def test_export_in_two_forms_is_refused(shell: Shell) -> None:
    """Once, --json was followed by CSV."""
    enqueue(shell, {"prompt": "a bird"})
    assert "csv is no JSON" in str(shell.run("batch", "export", "--format", "csv", "--json").error["message"])


def test_ctrl_c_prints_the_command_that_continues(shell: Shell, provider: ProviderProcess) -> None:
    provider.set_rules([{"kind": "http_503", "operation": "download"}])  # so that the run does not end by itself
    write_rows(shell, {"prompt": "a bird"})
    database = ("--database", "sqlite:///other.sqlite")
    run = shell.start("batch", "run", "films.jsonl", "--polling", "0.1", "--interval", "30", *database)
    wait_until_paid(provider, 1)
    run.send_signal(signal.SIGINT)
    interrupted = ended(run)
    assert interrupted.code == 130, interrupted
    assert "Continue with: vidu batch resume films, with the same --database" in interrupted.err
    assert "Traceback" not in interrupted.err
    assert "Error" not in interrupted.err
    assert len(provider.ledger()["paid"]) == 1


def test_ctrl_c_ends_a_run_whose_database_is_not_reached(shell: Shell, provider: ProviderProcess) -> None:
    """Once, only a second Ctrl-C did: Python waited for the threads of the jobs, which tried again for ever."""
    provider.set_rules([{"kind": "http_503", "operation": "status"}])
    write_rows(shell, *({"prompt": f"a bird, {row}"} for row in range(4)))
    run = shell.start("batch", "run", "films.jsonl", *QUICK)
    wait_until_paid(provider, 4)
    with closing(sqlite3.connect(shell.folder / "vidu-batches.sqlite", timeout=PATIENCE)) as connection:
        connection.execute("ALTER TABLE vidu_jobs RENAME TO away")
    provider.set_rules([])
    assert run.stderr is not None
    retries = (line for line in run.stderr if "unreachable, retrying" in line)
    assert len(list(islice(retries, 8))) == 8
    run.send_signal(signal.SIGINT)
    interrupted = ended(run)
    assert (interrupted.code, "vidu batch resume films" in interrupted.err) == (130, True), interrupted


def test_status_of_a_batch_whose_rows_are_not_all_recorded_names_the_command_that_records_them(shell: Shell) -> None:
    enqueue(shell, {"prompt": "a bird"})
    assert shell.run("batch", "cancel", "films").code == 0
    with sqlite3.connect(shell.folder / "vidu-batches.sqlite") as connection:
        connection.execute("UPDATE vidu_batches SET planned = 3")
    connection.close()
    assert shell.run("batch", "status", "films").out.startswith("films\tvidu\t")
    status = shell.run("batch", "status", "films", "--json")
    assert (status.code, status.document["planned"]) == (6, 3)
    assert "only 1 of 3 rows were recorded" in status.err
    assert "vidu batch run films.jsonl --name films ..." in status.err


def test_interrupted_planning_names_the_command_that_records_the_remaining_rows(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_rows(shell, {"prompt": "a bird"})

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vidu_ext.durable.batches.Batches.plan", interrupted)
    run = shell.run("batch", "run", "films.jsonl")
    assert (run.code, "Continue with: vidu batch run films.jsonl --name films ..." in run.err) == (130, True), run


def test_enqueued_jobs_are_run_by_a_worker_only(shell: Shell, provider: ProviderProcess) -> None:
    enqueue(shell, {"prompt": "a bird"}, {"prompt": "a fish"})
    assert provider.ledger()["paid"] == []
    assert shell.run("batch", "cancel", "films", "--json").document["before_sending"] == 2
    assert shell.run("batch", "retry", "films", "--key", exported(shell)[0]["key"]).code == 0
    worker = shell.run("batch", "worker", "--until-idle", *QUICK)
    assert worker.code == 0, worker
    assert sorted(row["state"] for row in exported(shell)) == ["canceled", "done"]


def test_run_ends_and_names_the_unknown_job_that_keeps_the_budget_reserved(shell: Shell, provider: ProviderProcess) -> None:
    """Once, the answer to the job that was sent to learn the cost was lost, and the run waited for its cost without end."""
    provider.set_rules([{"kind": "answer_lost", "provider": "zenlayer", "operation": "create", "nth": 1}])
    write_rows(shell, *({"prompt": f"a bird, {row}", "account": "zenlayer", "model": "viduq2-pro"} for row in range(6)))
    run = shell.run("batch", "run", "films.jsonl", "--budget", "1000", "--json", *QUICK)
    document: dict[str, Any] = run.document
    (unknown,) = document["unsettled"]
    assert (run.code, document["states"]["unknown"], document["states"]["queued"]) == (7, 1, 5)
    assert f"keep credits reserved until they are settled: {unknown}." in run.err


def test_retry_names_a_job_that_is_not_queued_again(shell: Shell) -> None:
    """Once, `retry --key` of an unknown job, which may be paid, said only that 0 jobs are queued again."""
    enqueue(shell, {"prompt": "a bird", "key": "one"})
    assert "job 'one' is queued and is not queued again." in shell.run("batch", "retry", "--key", "one").err


def test_jobs_of_an_account_without_a_key_are_named_once_and_not_waited_for(shell: Shell) -> None:
    enqueue(shell, {"prompt": "a bird"}, {"prompt": "a fish", "account": "comfy"})
    shell.variables["COMFY_API_KEY"] = ""
    warning = "1 job waits for account comfy, for which this process has no key"
    resumed = shell.run("batch", "resume", "--json", *QUICK)
    document: dict[str, Any] = resumed.document
    assert (resumed.code, resumed.err.count(warning)) == (6, 1), resumed
    assert (document["states"]["done"], document["states"]["queued"]) == (1, 1)
    worker = shell.run("batch", "worker", "--until-idle", "--json", *QUICK)
    assert (worker.code, worker.err.count(warning)) == (6, 1), worker
    assert worker.document["without_key"] == {"comfy": 1}


def test_worker_until_idle_ends_with_a_warning_if_a_budget_holds_what_is_left(shell: Shell) -> None:
    """Once, it waited for ever and said nothing."""
    enqueue(shell, {"prompt": "a bird", "price": 55})
    run = shell.run("batch", "run", "films.jsonl", "--enqueue", "--budget", "5")
    assert run.code == 0, run
    worker = shell.run("batch", "worker", "--until-idle", *QUICK)
    assert (worker.code, "1 open jobs cannot continue now" in worker.err) == (6, True), worker


def test_every_command_prints_one_json_document_with_json(shell: Shell) -> None:
    write_rows(shell, {"key": "a", "prompt": "a bird"})

    def document(*words: str) -> Any:
        done = shell.run("batch", *words, "--json")
        assert done.code == 0, done
        return done.document

    assert document("status") == {"batch": None, "jobs": 0, "open": 0}
    assert document("run", "films.jsonl", "--check") == {"batch": "films", "rows": 1}
    assert document("run", "films.jsonl", "--enqueue")["states"]["queued"] == 1
    assert document("export", "-o", "jobs.jsonl") == {"batch": "films", "jobs": 1, "file": "jobs.jsonl"}
    with Batches(f"sqlite:///{shell.folder}/vidu-batches.sqlite") as batches:
        (job,) = every_job(batches.store, "films")
        batches.store.begin(job, "x")
        batches.store.mark_unknown(batches.store.job(job.id), "no answer")
    settled = {"batch": "films", "key": "a", "reference": None, "state": "failed"}
    assert document("settle", "films", "--key", "a", "--not-paid") == settled


def test_bad_input_is_one_error_and_nothing_is_sent(shell: Shell, provider: ProviderProcess) -> None:
    write_rows(shell, {"prompt": "a", "duration": 99}, {"modl": 1})
    bad = shell.run("batch", "run", "films.jsonl")
    assert bad.code == 2
    assert "2 error(s) in 2 row(s)" in bad.err
    assert list(shell.folder.glob("*.sqlite*")) == []
    write_rows(shell, {"prompt": "a"})
    wrong = {
        ("--database", "postgresql://vidu@127.0.0.1:1/none"): "cannot be used",
        ("--database", "sqlite:////nowhere/at/all.sqlite"): "cannot be used",
        ("--budget", "vido=5"): "is not a provider",
        ("--output", "films.jsonl"): "films.jsonl is not a folder",
        ("--output", "f" * 300): "is too long",
    }
    for words, reason in wrong.items():
        refused = shell.run("batch", "run", "films.jsonl", *words)
        assert (refused.code, reason in refused.err, "Traceback" in refused.err) == (2, True, False), (words, refused)
    assert provider.ledger()["counts"] == {}


@pytest.mark.parametrize("words", [("status",), ("resume",), ("worker",), ("run", "films.jsonl", "--check")])
def test_wait_for_a_database_that_does_not_answer_is_shown(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Once, nothing was printed for the ten seconds that a connection may take."""
    monkeypatch.setattr("vidu_ext.durable.database.tables.CONNECT_SECONDS", 2)  # the least that psycopg takes
    write_rows(shell, {"prompt": "a bird"})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://vidu@127.0.0.1:{silent.getsockname()[1]}/films"
        refused = shell.run("batch", *words, "--database", url)
    assert (refused.code, refused.err.startswith("opening the database, no answer yet  0:01")) == (2, True), refused


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--settle", "nan", "Invalid value for '--settle'"),
        ("--lease", "10", "error: --lease must be longer than 18.75 s"),
        ("--polling", "0", "error: --polling must be"),
        ("--interval", "0", "--interval must be a finite number of seconds"),
    ],
)
def test_invalid_worker_option_is_refused_before_rows_are_queued(shell: Shell, option: str, value: str, reason: str) -> None:
    write_rows(shell, {"prompt": "a bird"})
    refused = shell.run("batch", "run", "films.jsonl", option, value)
    assert (refused.code, reason in refused.err) == (2, True), refused
    assert list(shell.folder.glob("*.sqlite*")) == []


@pytest.mark.parametrize("words", [("cancel",), ("resume",), ("worker",)])
def test_error_of_the_database_that_dbos_meets_is_reported_as_one(shell: Shell, words: tuple[str, ...]) -> None:
    """Once, a statement of SQL with its values was printed, as a bug of this package."""
    enqueue(shell, {"prompt": "a bird"})
    with closing(sqlite3.connect(shell.folder / "vidu-batches.sqlite")) as connection:
        connection.execute("DROP TABLE workflow_status")
    refused = shell.run("batch", *words)
    assert (refused.code, "cannot be used: no such table: main.workflow_status." in refused.err) == (2, True), refused


def test_variable_that_makes_dbos_use_another_database_is_refused(
    shell: Shell, provider: ProviderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DBOS Cloud sets it. Once, the command ended with an internal error."""
    write_rows(shell, {"prompt": "a bird"})
    monkeypatch.setenv("DBOS__CLOUD", "true")
    refused = shell.run("batch", "run", "films.jsonl", *QUICK)
    assert refused.code == 2, refused
    assert [line for line in refused.err.splitlines() if line.startswith("error: DBOS__CLOUD is set")], refused
    assert "Traceback" not in refused.err
    assert provider.ledger()["counts"] == {}
