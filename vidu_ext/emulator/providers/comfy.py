"""Comfy: Vidu's answers with estimates and counts in headers, other refusals, balance and storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from attrs import evolve

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.emulator.state.files import Upload
from vidu_ext.emulator.state.task_engine import MODERATED, EmulatedAccount, Stage
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Object

from .context import ApiCall
from .dialect_vidu import ViduDialect, create_answer, status_answer
from .idempotency import IDEMPOTENCY_KEY, RETRY_AFTER
from .record import asked_task
from .refusals import Refusal, json_reply, queue_full

MICROS_OF_A_CREDIT: Final = 1_000_000 / 211
"""Price of a credit of Comfy, in millionths of a dollar."""
_CREATION: Final = ("id", "url", "cover_url", "watermarked_url", "moderation_url")


def _refusal_body(refusal: Refusal) -> Object:
    if refusal.error_type is not None:
        return {"error_type": refusal.error_type, "message": refusal.message}
    if refusal.status == 401:
        return {"detail": "invalid token"}
    if refusal.status == 429:
        return {"message": "concurrency limit exceeded"}
    if refusal.details:
        return {"message": "invalid request", "details": list(refusal.details)}
    return {"message": refusal.message}


def _current(account: EmulatedAccount, settings: EmulatorSettings) -> int:
    """Return the number of tasks that count: the running ones, and the waiting ones if Comfy does not queue."""
    return account.running + (account.waiting if settings.comfy_refuses else 0)


def _concurrency_headers(account: EmulatedAccount, settings: EmulatorSettings) -> Mapping[str, str]:
    """Return the limit, the current number, and how many more tasks may start."""
    current = _current(account, settings)
    return {
        "x-concurrency-limit": str(settings.concurrency),
        "x-concurrency-current": str(current),
        "x-concurrency-remaining": str(max(0, settings.concurrency - current)),
    }


def create_storage(call: ApiCall) -> ServerReply:
    """Reserve an address for one file, to put it and to fetch it; a file that is stored already needs none."""
    digest, account = call.text("file_hash"), call.account.number
    uploads = [one for one in call.state.uploads.values() if digest and (one.digest, one.account) == (digest, account)]
    if known := next((one for one in uploads if one.content is not None), None):
        return json_reply({**call.upload_answer(known, "download_url"), "existing_file": True})
    upload = Upload(call.state.new_id()[1], call.account.number, content_type=call.text("content_type"), digest=digest)
    return json_reply(call.upload_answer(upload, "download_url", "upload_url"))


def get_balance(call: ApiCall) -> ServerReply:
    """Report the balance in millionths of a dollar; what is reserved for running tasks is a separate member."""
    left, held = (round(one * MICROS_OF_A_CREDIT) for one in (call.account.credits, call.account.reserved))
    return json_reply(
        {
            "amount_micros": left + held,
            "currency": "usd",
            "prepaid_balance_micros": left + held,
            "cloud_credit_balance_micros": 0,
            "pending_charges_micros": held,
            "effective_balance_micros": left,
        }
    )


def get_concurrency(call: ApiCall) -> ServerReply:
    """Report how many tasks the account may have at once."""
    return json_reply({"limit": call.state.settings.concurrency, "reason": "spend_ladder"})


class EmulatedComfy(ViduDialect):
    """Charges credits of its own, which the headers show; `credits` in answers are Vidu's."""

    answers: ClassVar = {"createStorage": create_storage, "getBalance": get_balance, "getConcurrency": get_concurrency}

    def answer(self, call: ApiCall) -> ServerReply:
        try:
            return super().answer(call)
        except Refusal as refusal:
            if refusal.status != 429:
                raise
            headers = {**_concurrency_headers(call.account, call.state.settings), "retry-after": RETRY_AFTER}
            raise evolve(refusal, headers=headers) from None

    def create(self, call: ApiCall) -> ServerReply:
        """Start a task; the headers show its price, its expected duration, and how many more may run."""
        settings = call.state.settings
        if settings.comfy_refuses and _current(call.account, settings) >= settings.concurrency:
            raise queue_full()
        task = self.start(call)
        task.idempotency_key = call.request.headers.get(IDEMPOTENCY_KEY)
        usual = settings.queue_seconds + settings.processing_seconds
        headers = {
            "x-comfy-credits-used": f"{task.credits:.10g}",
            "x-comfy-estimated-duration-seconds": str(round(usual)),
            "x-comfy-estimated-duration-p90-seconds": str(round(2 * usual)),
            "x-comfy-estimate-source": "history",
            **_concurrency_headers(call.account, settings),
        }
        return json_reply(create_answer(call, task), headers=headers)

    def status(self, call: ApiCall) -> ServerReply:
        task = asked_task(call)
        answer = status_answer(call.state, task, origin=call.request.origin)
        answer["creations"] = [{name: as_object(one)[name] for name in _CREATION} for one in as_list(answer["creations"])]
        if answer["err_code"] == MODERATED:
            answer["blocked_resources"] = [{"content_type": "image", "index": 0}] if task.body.get("images") else []
        used = {"x-comfy-credits-used": f"{task.credits:.10g}"} if task.state is Stage.SUCCEEDED else {}
        return json_reply(answer, headers=used)

    def refusal(self, refusal: Refusal) -> ServerReply:
        headers = dict(refusal.headers)
        if refusal.error_type is not None:
            headers["x-comfy-error-type"] = refusal.error_type
        return json_reply(_refusal_body(refusal), status=refusal.status, headers=headers)
