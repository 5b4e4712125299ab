"""`vidu generate`: submit, wait, download."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vidu_ext.cli.clients import client, load_configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.failures import report_error
from vidu_ext.cli.formats import print_accepted
from vidu_ext.cli.order_recorder import OrderRecorder
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.cli.request_options import ChoiceOptions, RequestOptions, TaskOptions, ceiling_of, preference_of, request_of
from vidu_ext.cli.waits import wait_and_deliver
from vidu_ext.values.errors import ConfigurationError, ViduError

if TYPE_CHECKING:
    from vidu_ext.cli.config import Configuration
    from vidu_ext.client.vidu import Task
    from vidu_ext.values.requests import OperationRequest, Request


def run(output: Printer, asked: RequestOptions, sending: TaskOptions) -> int:
    """Make a video: submit, wait, download.

    Prints the reference of the task as soon as it is accepted, then the path of the file. Pays for one task at most, or for as
    many as -n says.
    """
    configuration = load_configuration(output)
    request = request_of(asked, model=configuration.defaults.model)
    return submit_and_wait(output, configuration, asked, request, sending)


def submit_and_wait(
    output: Printer,
    configuration: Configuration,
    asked: ChoiceOptions,
    request: Request | OperationRequest,
    sending: TaskOptions,
) -> int:
    """Submit a request; unless --no-wait, wait for its tasks and download their results. Returns the exit code."""
    from vidu_ext.flows.policy import Timeouts
    from vidu_ext.flows.retry import duration

    timeout, once = sending.seconds(configuration), sending.once
    _check_combination(sending)
    files = sending.checked(configuration, tasks=sending.number) if sending.wait else None
    if sending.dry_run:
        from .route import print_route

        return print_route(output, asked, request, configuration)
    prefer = preference_of(asked, configuration.prefer)
    doing = f"submitting, no answer yet; it is waited for up to {duration(Timeouts().create_read)}"
    with client(configuration, prefer=prefer, interval=sending.interval, retry_for=sending.retry_for) as vidu:

        def submit() -> Task:
            with Progress(output, doing=doing), OrderRecorder(lambda ref: print_accepted(output, ref, once=once)) as recorder:
                return vidu.submit(
                    request,
                    account=asked.account,
                    check=asked.check,
                    unlisted=asked.unlisted,
                    at_most=ceiling_of(asked.at_most),
                    once=once,
                    again=sending.again,
                    idempotency_key=sending.idempotency_key,
                    on_submission=recorder.record_submission,
                    on_accepted=recorder.record_task,
                )

        tasks, code = _submit_all(output, submit, sending.number)
        if once is not None and not tasks[0].is_new:
            output.say(f"{tasks[0].ref} was ordered before as {once!r}: nothing is paid now. --again orders another.")
        if sending.wait:
            return wait_and_deliver(output, vidu, tasks, timeout=timeout, files=files) or code
        for task in tasks:
            output.document({"reference": str(task.ref), "estimate": task.estimate, "is_new": task.is_new})
        return code


def _check_combination(sending: TaskOptions) -> None:
    """Raise ConfigurationError for options that exclude each other."""
    if not sending.wait and sending.is_wanted:
        raise ConfigurationError(
            "--no-wait downloads nothing: leave out --output, --kind and --all-files, and fetch the file later with `vidu wait`."
        )
    if sending.number > 1 and (sending.once is not None or sending.idempotency_key is not None):
        raise ConfigurationError("-n orders several tasks, --once and --idempotency-key identify a single task: choose.")


def _submit_all(output: Printer, submit: Callable[[], Task], number: int) -> tuple[list[Task], int]:
    """Submit `number` times, until an error. Returns the tasks and the exit code; raises the error if there is no task."""
    tasks: list[Task] = []
    try:
        while len(tasks) < number:
            tasks.append(submit())
    except (ViduError, KeyboardInterrupt) as error:
        if not tasks:
            raise
        refs = " ".join(str(task.ref) for task in tasks)
        error.add_note(f"{len(tasks)} of {number} were accepted before, keep running and are charged: vidu wait {refs}")
        if isinstance(error, KeyboardInterrupt):
            raise
        return tasks, report_error(error, output)
    return tasks, Exit.OK
