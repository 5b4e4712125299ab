"""`vidu batch`: the commands on batches. The extra `durable`, which they need, is imported when a command runs."""

from __future__ import annotations

import signal
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from vidu_ext.cli.exits import Exit
from vidu_ext.cli.files import check_place
from vidu_ext.cli.options import command
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.values.errors import ConfigurationError

from .display import Display, cost_line, print_progress, run_again
from .options import BatchName, Budget, Database, Keys, ManifestOptions, WorkOptions, ceilings_of, defaults, limits_of, price_of

if TYPE_CHECKING:
    from types import FrameType

    from vidu_ext.cli.config import Configuration
    from vidu_ext.durable import Batches, Worker
    from vidu_ext.durable.database.job_store import JobStore
    from vidu_ext.durable.reports import BatchProgress

app: Final = typer.Typer(
    name="batch",
    help="Run batches of thousands of jobs that survive the process, never pay twice, and keep to a budget.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

IDLE_CHECK_SECONDS: Final = 0.5
"""Seconds between two checks of `vidu batch worker` whether jobs are left."""


def _run(
    output: Printer,
    *,
    manifest: Path = typer.Argument(..., metavar="MANIFEST", help="Rows of requests: .jsonl, .csv or .yaml."),
    database: Database = None,
    rows: ManifestOptions,
    budget: Budget = None,
    work: WorkOptions,
    check: bool = typer.Option(False, "--check", help="Only report the errors of the manifest."),
    enqueue: bool = typer.Option(False, "--enqueue", help="Only queue the jobs, for workers to run."),
) -> int:
    """Run the rows of a manifest. Rows that already are jobs are not run again: repeat the command to continue."""
    from vidu_ext import durable
    from vidu_ext.cli.clients import load_configuration

    configuration = load_configuration(output)
    worker = _worker_of(configuration, database, work)
    name = rows.name or manifest.stem
    folder, accounts = rows.output or f"{name}-files", configuration.accounts()
    if not enqueue:  # whose jobs other machines run
        check_place(f"{folder}/", overwrite=True)
    options = durable.BatchOptions(
        name=name,
        manifest=str(manifest),
        defaults=defaults(rows.default or ()),
        folder=Path(folder),
        template=rows.template or "{key}",
        account=rows.account,
        ceilings=ceilings_of(budget or ()),
        limits=limits_of([account.name for account in accounts], rows.concurrency or (), rows.rate or ()),
        price=price_of(rows.price),
        spread=rows.spread,
        unlisted=rows.unlisted,
    )
    with _opened(output, durable.Batches(database, accounts, prefer=configuration.prefer or None)) as batches:
        if check:
            checked_rows = batches.check(manifest, options)
            output.say(f"{checked_rows} rows, no errors")
            output.document({"batch": name, "rows": checked_rows})
            return Exit.OK
        incomplete = f"interrupted before all rows were recorded. Continue with: {run_again(str(manifest), name)}"
        with _interrupt_note(incomplete), Progress(output, doing="writing the jobs"):
            planned = batches.plan(manifest, options)
        output.say(f"batch {name}: {planned.new} new jobs, {planned.known} existing ones{cost_line(planned)}")
        if enqueue:
            _report(output, batches, name)
            return Exit.OK
        return _run_batch(output, batches, name, worker)


def _resume(
    output: Printer, *, database: Database = None, budget: Budget = None, work: WorkOptions, batch: BatchName = None
) -> int:
    """Continue a batch that was interrupted, or that a budget stopped."""
    from vidu_ext.durable import batch_commands

    with _open_batch(output, database, batch) as (batches, name, configuration):
        worker = _worker_of(configuration, batches.url, work)
        batch_commands.set_ceilings(batches, name, ceilings_of(budget or ()))
        requeued = batch_commands.requeue_lost(batches, name)
        if requeued:
            output.say(f"{requeued} jobs had lost their workflow and are queued again")
        return _run_batch(output, batches, name, worker)


def _status(output: Printer, *, database: Database = None, batch: BatchName = None) -> int:
    """Show the progress of a batch: jobs, credits, throughput. Without a name, of all batches in the database."""
    from vidu_ext.durable import Batches, reports

    with _opened(output, Batches(database)) as batches:
        names = [reports.resolve_name(batches.store, batch)] if batch else reports.names(batches.store)
        code = Exit.OK
        for name in names:
            progress = _report(output, batches, name)
            code = code if progress.planned is None else Exit.NOT_SENT
        if not names:
            output.say("this database has no batches")
            output.document({"batch": None, "jobs": 0, "open": 0})
        return code


def _retry(
    output: Printer,
    *,
    database: Database = None,
    batch: BatchName = None,
    keys: Keys = None,
    failed: bool = typer.Option(False, "--failed", help="All failed jobs. Results that are paid are only downloaded again."),
) -> int:
    """Queue failed jobs again; --key also accepts cancelled ones. Unknown jobs, which may be paid, are not retried."""
    from vidu_ext.durable import batch_commands

    if not failed and not keys:
        raise ConfigurationError("choose the jobs: --failed for all failed ones, or --key.")
    with _open_batch(output, database, batch) as (batches, name, _):
        jobs = [job for job in batch_commands.select_jobs(batches, name, keys or ()) if job.state == "failed" or keys]
        for job in jobs:
            if job.state not in batch_commands.RETRIED:
                why = ", because it may be paid: settle it first" if job.state == "unknown" else ""
                output.warn(f"job {job.key!r} is {job.state} and is not queued again{why}.")
        number = batch_commands.retry(batches, jobs)
        output.say(f"{number} jobs are queued again; `vidu batch resume {name}` runs them")
        output.document({"batch": name, "retried": number})
        return Exit.OK


def _cancel(output: Printer, *, database: Database = None, batch: BatchName = None, keys: Keys = None) -> int:
    """Cancel the open jobs of a batch, or some of them: in the queue, and at the provider if it allows that."""
    from attrs import asdict

    from vidu_ext.client.vidu import Vidu
    from vidu_ext.durable import batch_commands

    with (
        _open_batch(output, database, batch) as (batches, name, configuration),
        Vidu(configuration.accounts()) as vidu,
        Progress(output, doing="canceling"),
    ):
        canceled = batch_commands.cancel(batches, batch_commands.select_jobs(batches, name, keys or ()), vidu)
        output.say(f"{canceled.before_sending} jobs cancelled before they were sent, {canceled.at_provider} at the provider")
        for refusal in canceled.not_canceled:
            output.warn(refusal)
        output.document({"batch": name, **asdict(canceled)})
        return Exit.NOT_ANSWERED if canceled.not_canceled else Exit.OK


def _settle(
    output: Printer,
    *,
    database: Database = None,
    key: str = typer.Option(..., "--key", "-k", metavar="KEY", help="The unknown job."),
    batch: BatchName = None,
    reference: str | None = typer.Option(None, help="Its task, from the provider's console."),
    not_paid: bool = typer.Option(False, "--not-paid", help="It certainly has no task, and may be retried."),
) -> int:
    """Settle an unknown job after you have checked the provider's console: give its task, or --not-paid."""
    from vidu_ext.durable import batch_commands

    if (reference is None) != not_paid:
        raise ConfigurationError("give either --reference REF or --not-paid.")
    with _open_batch(output, database, batch) as (batches, name, _):
        [job] = batch_commands.select_jobs(batches, name, [key])
        batch_commands.settle(batches, job, reference=reference)
        does = "asks the provider to cancel its task, as you wanted" if job.cancel else "downloads its result"
        next_step = "it has failed and may be retried" if not_paid else f"`vidu batch resume {name}` {does}"
        output.say(f"job {key}: {next_step}")
        output.document({"batch": name, "key": key, "reference": reference, "state": "failed" if not_paid else "running"})
        return Exit.OK


def _export(
    output: Printer,
    *,
    database: Database = None,
    batch: BatchName = None,
    form: str = typer.Option("jsonl", "--format", "-f", help="jsonl or csv."),
    file: Path | None = typer.Option(None, "--output", "-o", metavar="FILE", help="Default: stdout."),
) -> int:
    """Export one line per job: row, reference, provider, state, cost, file, SHA-256, times."""
    from vidu_ext.durable import Batches, reports

    if form not in reports.FORMS:
        raise ConfigurationError(f"--format must be one of {', '.join(reports.FORMS)}.")
    if form != "jsonl" and file is None and output.as_json:
        raise ConfigurationError(f"--format {form} is no JSON: leave out --json, or name a file with --output.")
    with _opened(output, Batches(database)) as batches:
        name = reports.resolve_name(batches.store, batch)
        jobs = reports.every_job(batches.store, name)
        if file is None:
            with suppress(BrokenPipeError):  # as in `vidu batch export | head`
                reports.export(jobs, output, form=form)
            return Exit.OK
        try:
            with file.open("w", encoding="utf-8", newline="") as stream:
                number = reports.export(jobs, stream, form=form)
        except OSError as error:
            raise ConfigurationError(f"{file} cannot be written: {error.strerror or error}.") from error
        output.say(f"{number} jobs written to {file}")
        output.document({"batch": name, "jobs": number, "file": str(file)})
        return Exit.OK


def _worker(
    output: Printer,
    *,
    database: Database = None,
    work: WorkOptions,
    until_idle: bool = typer.Option(False, "--until-idle", help="Stop when no open job of any batch can continue."),
) -> int:
    """Run the jobs of all batches in a database until Ctrl-C. Any number of workers may run, on any machines."""
    from vidu_ext.cli.clients import load_configuration
    from vidu_ext.durable.workers.worker import STUCK_READINGS

    created = _worker_of(load_configuration(output), database, work)
    _show_opening(output, created.store)
    with _working(created) as worker:
        output.say(f"worker {worker.id} runs jobs; Ctrl-C stops it, and other workers take over its jobs")
        warned: set[str] = set()
        idle = 0
        while worker.fault is None and idle < STUCK_READINGS:
            _warn_of_keys(output, worker.without_key(), warned)
            time.sleep(IDLE_CHECK_SECONDS)
            idle = idle + 1 if until_idle and worker.is_idle() else 0
        if worker.fault is not None:
            raise worker.fault
        without_key, left = worker.without_key(), sum(worker.store.open_jobs().values())
        _warn_of_keys(output, without_key, warned)
    if left:
        output.warn(f"{left} open jobs cannot continue now; `vidu batch status` says why.")
    output.document({"worker": worker.id, "without_key": {**without_key}})
    return Exit.NOT_SENT if left else Exit.OK


for _command in (_run, _status, _resume, _retry, _cancel, _settle, _export, _worker):
    command(app, _command.__name__.removeprefix("_"), _command)


# -- running a worker -----------------------------------------------------------------------------------------------------


def _run_batch(output: Printer, batches: Batches, name: str, worker: Worker) -> int:
    """Run the worker until no job of the batch can continue. Print the progress and return the exit code."""
    from vidu_ext.durable.database.tables import database_url

    elsewhere = "" if batches.url == database_url(None) else ", with the same --database"
    note = f"interrupted; tasks that were sent continue and are recorded. Continue with: vidu batch resume {name}{elsewhere}"
    with _interrupt_note(note), Display(output) as display, _working(worker):
        _warn_of_keys(output, worker.without_key(name), set())
        for progress in worker.follow(name):
            display.show(progress)
    return _code(_report(output, batches, name))


def _report(output: Printer, batches: Batches, name: str) -> BatchProgress:
    from vidu_ext.durable import reports

    progress = reports.progress(batches.store, name)
    print_progress(output, progress)
    return progress


def _warn_of_keys(output: Printer, waiting: Mapping[str, int], warned: set[str]) -> None:
    """Warn once per account whose jobs this process cannot run."""
    for account, number in waiting.items():
        if account not in warned:
            warned.add(account)
            wait = "1 job waits" if number == 1 else f"{number} jobs wait"
            output.warn(f"{wait} for account {account}, for which this process has no key. Start a worker that has it.")


def _code(progress: BatchProgress) -> Exit:
    """Return the exit code for the worst state among the jobs."""
    if progress.counts["unknown"]:
        return Exit.UNKNOWN
    if progress.counts["failed"] or progress.counts["canceled"]:
        return Exit.FAILED
    return Exit.NOT_SENT if progress.open or progress.planned is not None else Exit.OK


def _worker_of(configuration: Configuration, database: str | None, work: WorkOptions) -> Worker:
    """Create a worker without starting it. Raises ConfigurationError for options that make no sense."""
    from vidu_ext.cli.clients import settings_of
    from vidu_ext.durable import Worker

    settings = settings_of(configuration, interval=work.interval)
    return Worker(database, configuration.accounts(), settings=settings, options=work.options())


@contextmanager
def _working(worker: Worker) -> Generator[Worker]:
    """Run the worker; SIGTERM stops it like Ctrl-C."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        with worker:
            yield worker
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _interrupt_note(note: str) -> Generator[None]:
    """Add a note for the user to a KeyboardInterrupt."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        interrupt.__notes__ = [note]
        raise


# -- batches --------------------------------------------------------------------------------------------------------------


@contextmanager
def _open_batch(output: Printer, database: str | None, batch: str | None) -> Generator[tuple[Batches, str, Configuration]]:
    """Open a batch with the accounts of this process. None means the only batch of the database."""
    from vidu_ext.cli.clients import load_configuration
    from vidu_ext.durable import Batches, reports

    configuration = load_configuration(output)
    with _opened(output, Batches(database, configuration.accounts())) as batches:
        name = reports.resolve_name(batches.store, batch)
        batches.store.create()  # a newer DBOS may have more tables
        yield batches, name, configuration


@contextmanager
def _opened(output: Printer, batches: Batches) -> Generator[Batches]:
    """Open the database, show that it is waited for, and report its errors."""
    with batches, batches.store.reporting():
        _show_opening(output, batches.store)
        yield batches


def _show_opening(output: Printer, store: JobStore) -> None:
    with Progress(output, doing="opening the database, no answer yet"):
        store.has_tables()  # which, unlike to create them, leaves a missing file missing
