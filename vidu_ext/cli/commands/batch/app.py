"""`vidu batch`: many jobs from one file, as durable workflows. Needs the extra `durable`, which is imported when a command runs.

Reads options and shows what comes back; what a batch is and does is in vidu_ext.durable.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from vidu_ext.cli.exits import Exit
from vidu_ext.cli.options import command
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.values.errors import ConfigurationError

from .display import Display, cost_line, progress_document, run_again, show_progress
from .options import (
    BatchName,
    BudgetOption,
    DatabaseOption,
    Keys,
    ManifestOptions,
    WorkOptions,
    defaults,
    limits_of,
    price_of,
)

if TYPE_CHECKING:
    from types import FrameType

    from vidu_ext.cli.config import Configuration
    from vidu_ext.durable import Batches, Worker
    from vidu_ext.durable.reports import BatchProgress
    from vidu_ext.values.tasks import Json

app: Final = typer.Typer(
    name="batch",
    help="Videos by the thousand: batches that survive the process, pay for nothing twice, and keep to a budget.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

LOOK_SECONDS: Final = 0.5
"""Between two looks of `vidu batch worker` at whether it has still something to do."""


def _run(
    output: Printer,
    manifest: Annotated[Path, typer.Argument(metavar="MANIFEST", help="Rows of requests: .jsonl, .csv or .yaml.")],
    database: DatabaseOption,
    rows: ManifestOptions,
    budget: BudgetOption,
    work: WorkOptions,
    *,
    check: Annotated[bool, typer.Option("--check", help="Only find the faults of the manifest.")] = False,
    enqueue: Annotated[bool, typer.Option("--enqueue", help="Only put the jobs into their queues; workers do the rest.")] = False,
) -> int:
    """Run the rows of a manifest. Rows that are jobs already are not run again, so the same command goes on where it stopped."""
    from vidu_ext import durable
    from vidu_ext.cli.clients import configured

    configuration = configured(output)
    worker = _worker_of(configuration, database.database, work)
    name = rows.name or manifest.stem
    accounts = configuration.accounts()
    options = durable.BatchOptions(
        name=name,
        manifest=str(manifest),
        defaults=defaults(rows.default or ()),
        folder=Path(rows.output or f"{name}-files"),
        template=rows.template or "{key}",
        account=rows.account,
        ceilings=budget.ceilings(),
        limits=limits_of([account.name for account in accounts], rows.concurrency or (), rows.rate or ()),
        price=price_of(rows.price),
        spread=rows.spread,
        unlisted=rows.unlisted,
    )
    with durable.Batches(database.database, accounts, prefer=configuration.prefer or None) as batches:
        if check:
            number = batches.check(manifest, options)
            output.say(f"{number} rows, no fault found")
            output.document({"batch": name, "rows": number})
            return Exit.OK
        unwritten = f"interrupted before all rows were written. Go on with: {run_again(str(manifest), name)}"
        with _going_on(unwritten), Progress(output, doing="writing the jobs"):
            planned = batches.plan(manifest, options)
        output.say(f"batch {name}: {planned.new} new jobs, {planned.known} known ones{cost_line(planned)}")
        return _worked(output, batches, name, worker, waits=not enqueue)


def _resume(
    output: Printer, database: DatabaseOption, budget: BudgetOption, work: WorkOptions, *, batch: BatchName = None
) -> int:
    """Go on with a batch that was interrupted, or that a budget stopped."""
    from vidu_ext.durable import batch_commands

    with _opened(output, database) as (batches, configuration):
        worker = _worker_of(configuration, batches.url, work)
        name = _named(batches, batch)
        batch_commands.set_ceilings(batches, name, budget.ceilings())
        mended = batch_commands.mend(batches, name)
        if mended:
            output.say(f"{mended} jobs had no workflow any more and have one again")
        return _worked(output, batches, name, worker, waits=True)


def _status(output: Printer, database: DatabaseOption, *, batch: BatchName = None) -> int:
    """Show how a batch stands: jobs, money, throughput. Without a name, every batch of the database."""
    from vidu_ext.durable import reports

    with _asked(database) as batches:
        names = [_named(batches, batch)] if batch else reports.names(batches.store)
        code = Exit.OK
        for name in names:
            found = reports.progress(batches.store, name)
            code = code if found.planned is None else Exit.NOT_SENT
            output.document(progress_document(found))
            show_progress(output, found)
        if not names:
            output.say("this database has no batch")
            output.document({"batch": None, "jobs": 0, "open": 0})
        return code


def _retry(
    output: Printer,
    database: DatabaseOption,
    *,
    batch: BatchName = None,
    keys: Keys = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="All jobs that failed. What is paid is only downloaded again.")
    ] = False,
) -> int:
    """Put failed jobs into their queues again; --key takes cancelled ones too. Jobs that may be paid are not among them."""
    from vidu_ext.durable import batch_commands

    if not failed and not keys:
        raise ConfigurationError("say which jobs: --failed for all that failed, or --key.")
    with _opened(output, database) as (batches, _):
        name = _named(batches, batch)
        found = [job for job in batch_commands.chosen(batches, name, keys or ()) if job.state == "failed" or keys]
        number = batch_commands.retry(batches, found)
        output.say(f"{number} jobs are queued again; `vidu batch resume {name}` runs them")
        output.document({"batch": name, "retried": number})
        return Exit.OK


def _cancel(output: Printer, database: DatabaseOption, *, batch: BatchName = None, keys: Keys = None) -> int:
    """Cancel the open jobs of a batch, or some of them: here, and at the provider where it can."""
    from vidu_ext.client.vidu import Vidu
    from vidu_ext.durable import batch_commands

    with (
        _opened(output, database) as (batches, configuration),
        Vidu(configuration.accounts()) as vidu,
        Progress(output, doing="canceling"),
    ):
        name = _named(batches, batch)
        done = batch_commands.cancel(batches, batch_commands.chosen(batches, name, keys or ()), vidu)
        output.say(f"{done.before_sending} jobs cancelled before they were sent, {done.at_provider} at the provider")
        for line in done.goes_on:
            output.warn(line)
        document: dict[str, Json] = {"batch": name, "before_sending": done.before_sending, "at_provider": done.at_provider}
        output.document({**document, "goes_on": list(done.goes_on)})
        return Exit.NOT_TOLD if done.goes_on else Exit.OK


def _settle(
    output: Printer,
    database: DatabaseOption,
    *,
    key: Annotated[str, typer.Option("--key", "-k", metavar="KEY", help="The job that is unknown.")],
    batch: BatchName = None,
    reference: Annotated[str | None, typer.Option("--reference", help="Its task, found in the provider's console.")] = None,
    not_paid: Annotated[bool, typer.Option("--not-paid", help="There is certainly no task; it may be retried.")] = False,
) -> int:
    """Say what became of a job that is unknown: nobody but a person can."""
    from vidu_ext.durable import batch_commands

    if (reference is None) != not_paid:
        raise ConfigurationError("say either --reference REF or --not-paid.")
    with _opened(output, database) as (batches, _):
        name = _named(batches, batch)
        batch_commands.settle(batches, batch_commands.chosen(batches, name, [key])[0], reference=reference)
        how = "it is failed and may be retried" if not_paid else f"`vidu batch resume {name}` fetches it"
        output.say(f"job {key}: {how}")
        output.document({"batch": name, "key": key, "reference": reference, "state": "failed" if not_paid else "running"})
        return Exit.OK


def _export(
    output: Printer,
    database: DatabaseOption,
    *,
    batch: BatchName = None,
    form: Annotated[str, typer.Option("--format", "-f", help="jsonl or csv.")] = "jsonl",
    file: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Else stdout.")] = None,
) -> int:
    """Write every job as a line: row, reference, provider, state, cost, file, SHA-256, times."""
    from vidu_ext.durable import reports

    writers = {"jsonl": reports.export_jsonl, "csv": reports.export_csv}
    if form not in writers:
        raise ConfigurationError(f"--format is one of {', '.join(writers)}.")
    with _asked(database) as batches:
        name = _named(batches, batch)
        found = reports.every_job(batches.store, name)
        if file is None:
            with suppress(BrokenPipeError):  # somebody who reads the first lines only
                writers[form](found, sys.stdout)
                sys.stdout.flush()
            return Exit.OK
        try:
            with file.open("w", encoding="utf-8", newline="") as stream:
                number = writers[form](found, stream)
        except OSError as error:
            raise ConfigurationError(f"{file} cannot be written: {error.strerror or error}.") from error
        output.say(f"{number} jobs written to {file}")
        output.document({"batch": name, "jobs": number, "file": str(file)})
        return Exit.OK


def _worker(
    output: Printer,
    database: DatabaseOption,
    work: WorkOptions,
    *,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when no job of any batch is open.")] = False,
) -> int:
    """Work on the jobs of all batches of a database, until Ctrl-C. Start as many as you like, on any machine."""
    from vidu_ext.cli.clients import configured

    with _working(_worker_of(configured(output), database.database, work)) as worker:
        output.say(f"worker {worker.id} takes jobs; Ctrl-C ends it, and others go on with what it has in hand")
        told: set[str] = set()
        while worker.fault is None and not (until_idle and worker.is_idle()):
            _warn_of_keys(output, worker.without_key(), told)
            time.sleep(LOOK_SECONDS)
        if worker.fault is not None:
            raise worker.fault
        left = worker.without_key()
        _warn_of_keys(output, left, told)
    output.document({"worker": worker.id, "without_key": {**left}})
    return Exit.NOT_SENT if left else Exit.OK


for _name, _function in (
    ("run", _run), ("status", _status), ("resume", _resume), ("retry", _retry), ("cancel", _cancel),
    ("settle", _settle), ("export", _export), ("worker", _worker),
):  # fmt: skip
    command(app, _name)(_function)


# -- working --------------------------------------------------------------------------------------------------------------


def _worked(output: Printer, batches: Batches, name: str, worker: Worker, *, waits: bool) -> int:
    """The exit code after a batch was worked on until nothing of it can go on."""
    from vidu_ext.durable import reports

    if waits:
        later = f"interrupted; what was sent goes on and is known. Go on with: vidu batch resume {name}"
        with _going_on(later), Display(output) as display, _working(worker):
            _warn_of_keys(output, worker.without_key(name), set())
            for found in worker.follow(name):
                display.show(found)
    found = reports.progress(batches.store, name)
    output.document(progress_document(found))
    show_progress(output, found)
    return _code(found) if waits else Exit.OK


def _warn_of_keys(output: Printer, waiting: Mapping[str, int], told: set[str]) -> None:
    """Say once for each account that this process cannot work for it."""
    for account, number in waiting.items():
        if account not in told:
            told.add(account)
            wait = "1 job waits" if number == 1 else f"{number} jobs wait"
            output.warn(
                f"{wait} for account {account}, for which this process has no key: nothing of it goes on before a worker has it."
            )


def _code(found: BatchProgress) -> Exit:
    """What a batch ends in: the worst that is left of it."""
    if found.counts["unknown"]:
        return Exit.UNKNOWN
    if found.counts["failed"] or found.counts["canceled"]:
        return Exit.FAILED
    return Exit.NOT_SENT if found.open or found.planned is not None else Exit.OK


def _worker_of(configuration: Configuration, database: str | None, work: WorkOptions) -> Worker:
    """A worker that has not begun. Raises ConfigurationError where it could not."""
    from vidu_ext.cli.clients import settings_of
    from vidu_ext.durable import Worker

    settings = settings_of(configuration, interval=work.interval)
    return Worker(database, configuration.accounts(), settings=settings, options=work.options())


@contextmanager
def _working(worker: Worker) -> Generator[Worker]:
    """The worker at work; SIGTERM ends it as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        with worker:
            yield worker
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _going_on(note: str) -> Generator[None]:
    try:
        yield
    except KeyboardInterrupt as interrupt:
        interrupt.__notes__ = [note]
        raise


# -- batches --------------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(output: Printer, database: DatabaseOption) -> Generator[tuple[Batches, Configuration]]:
    """The batches of a database, with the accounts of this process."""
    from vidu_ext.cli.clients import configured
    from vidu_ext.durable import Batches

    configuration = configured(output)
    with Batches(database.database, configuration.accounts()) as batches:
        yield batches, configuration


@contextmanager
def _asked(database: DatabaseOption) -> Generator[Batches]:
    """The batches of a database for who only asks, which needs no account."""
    from vidu_ext.durable import Batches

    with Batches(database.database) as batches:
        yield batches


def _named(batches: Batches, batch: str | None) -> str:
    from vidu_ext.durable.reports import check_name

    return check_name(batches.store, batch)
