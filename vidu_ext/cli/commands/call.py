"""`vidu call`: any operation of a provider that answers at once."""

from __future__ import annotations

import json

from vidu_ext.cli.clients import client, load_configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.order_recorder import OrderRecorder
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.cli.request_options import OperationOptions, SendOptions, ceiling_of, operation_of, preference_of

from .route import print_route


def run(output: Printer, asked: OperationOptions, sending: SendOptions) -> int:
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
            request,
            account=asked.account,
            check=asked.check,
            unlisted=asked.unlisted,
            at_most=ceiling_of(asked.at_most),
            once=sending.once,
            again=sending.again,
            on_submission=recorder.record_submission,
        )
        text = answer if isinstance(answer, str) else json.dumps(answer, indent=2, ensure_ascii=False)
        recorder.record_end(answer=text)
    output.text(text)
    output.document({"answer": answer, "is_new": recorder.is_sent})
    if sending.once is not None and not recorder.is_sent:
        output.say(f"This is the stored answer to {sending.once!r}: nothing is paid now. Use --again to send a new call.")
    return Exit.OK
