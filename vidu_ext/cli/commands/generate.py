"""`vidu generate`, `submit` and `call`: order a video, or any operation of a provider, and take what comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from vidu_ext.cli.clients import client, load_configuration
from vidu_ext.cli.config import Configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.failures import report_error
from vidu_ext.cli.files import FileOptions
from vidu_ext.cli.formats import print_accepted
from vidu_ext.cli.options import option
from vidu_ext.cli.order_recorder import OrderRecorder
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.cli.request_options import (
    ChoiceOptions,
    OperationOptions,
    RequestOptions,
    SendOptions,
    ceiling_of,
    operation_of,
    preference_of,
    request_of,
)
from vidu_ext.client.vidu import Task
from vidu_ext.flows.policy import Timeouts
from vidu_ext.flows.retry import duration
from vidu_ext.values.errors import ConfigurationError, ViduError
from vidu_ext.values.requests import OperationRequest, Request

from .route import print_route
from .wait import WaitOptions, wait_and_deliver


@dataclass(kw_only=True, eq=False, repr=False)
class TaskOptions(SendOptions, WaitOptions, FileOptions):
    """How a request for a task is sent, and what is done with its result."""

    wait: bool = option(True, "--wait/--no-wait", help="Wait and download, or only print the reference.")
    number: int = option(1, "--number", "-n", min=1, max=100, help="Number of results, each a paid task, saved in a folder.")
    idempotency_key: str | None = option(
        None, metavar="TEXT", help="Your own idempotency key, unique to this job. Only at Comfy is the same key paid once."
    )


def run_generate(output: Printer, asked: RequestOptions, sending: TaskOptions) -> int:
    """Make a video: submit, wait, download.

    Prints the reference of the task as soon as it is accepted, then the path of the file. Pays for one task at most, or for as
    many as -n says.
    """
    configuration = load_configuration(output)
    request = request_of(asked, model=configuration.defaults.model)
    return _submit_and_wait(output, configuration, asked, request, sending)


def run_submit(output: Printer, asked: OperationOptions, sending: TaskOptions) -> int:
    """Submit to any operation of a provider that starts a task, wait, download: vidu submit vidu lipSync --set text=Hello.

    `vidu spec PROVIDER` lists the operations, `vidu spec PROVIDER OPERATION` the members. Else as `vidu generate`.
    """
    asked, request = operation_of(asked, is_task=True)
    return _submit_and_wait(output, load_configuration(output), asked, request, sending)


def run_call(output: Printer, asked: OperationOptions, sending: SendOptions) -> int:
    """Call any operation of a provider that answers at once, and print its answer: vidu call vidu getCredits.

    Speech, voice, subject and image operations cost credits. A call whose answer is lost may be paid; it is not sent again.
    """
    configuration = load_configuration(output)
    asked, request = operation_of(asked, is_task=False)
    if sending.dry_run:
        return print_route(output, asked, request, configuration)
    prefer = preference_of(asked, configuration.prefer)
    progress = Progress(output, doing="asking")
    with client(configuration, prefer=prefer, retry_for=sending.retry_for) as vidu, progress, OrderRecorder() as recorder:
        answer = vidu.call(
            request, account=asked.account, check=asked.check, unlisted=asked.unlisted, at_most=ceiling_of(asked.at_most),
            once=sending.once, again=sending.again, on_submission=recorder.record_submission,
        )  # fmt: skip
        text = answer if isinstance(answer, str) else json.dumps(answer, indent=2, ensure_ascii=False)
        recorder.record_end(answer=text)
    output.text(text)
    output.document({"answer": answer, "is_new": recorder.is_sent})
    if sending.once is not None and not recorder.is_sent:
        output.say(f"This is the stored answer to {sending.once!r}: nothing is paid now. Use --again to send a new call.")
    return Exit.OK


def _submit_and_wait(
    output: Printer, configuration: Configuration, asked: ChoiceOptions, request: Request | OperationRequest, sending: TaskOptions
) -> int:
    """Submit a request; unless --no-wait, wait for its tasks and download their results. Returns the exit code."""
    timeout, once = sending.seconds(configuration), sending.once
    _check_combination(sending)
    files = sending.checked(configuration, tasks=sending.number) if sending.wait else None
    if sending.dry_run:
        return print_route(output, asked, request, configuration)
    prefer = preference_of(asked, configuration.prefer)
    doing = f"submitting, no answer yet; it is waited for up to {duration(Timeouts().create_read)}"
    with client(configuration, prefer=prefer, interval=sending.interval, retry_for=sending.retry_for) as vidu:

        def submit() -> Task:
            with Progress(output, doing=doing), OrderRecorder(lambda ref: print_accepted(output, ref, once=once)) as recorder:
                return vidu.submit(
                    request, account=asked.account, check=asked.check, unlisted=asked.unlisted,
                    at_most=ceiling_of(asked.at_most), once=once, again=sending.again, idempotency_key=sending.idempotency_key,
                    on_submission=recorder.record_submission, on_accepted=recorder.record_task,
                )  # fmt: skip

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
