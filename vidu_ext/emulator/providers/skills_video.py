"""skills.video: generations, the list of running ones, and event streams.

The results of films and the form of the balance are not documented; they follow the documented results of pictures and
the documented `usage`.
"""

from __future__ import annotations

from itertools import islice
from typing import ClassVar, Final

from vidu_ext.emulator.messages import Piece, ServerReply
from vidu_ext.emulator.routes import Route
from vidu_ext.emulator.state.outputs import content_type_of, number
from vidu_ext.emulator.state.task_engine import ENDED, MODERATED, EmulatedTask, Stage
from vidu_ext.values.json import as_list
from vidu_ext.values.tasks import Json, Object

from .context import ApiCall, State, result_names
from .examples import word_of_stage
from .record import ProviderRecord
from .refusals import Refusal, json_reply, queue_full

USUAL_COUNT: Final = 50
_PREFIX: Final = "gen_"
"""Begins the ids."""
_STATES: Final = ("IN_QUEUE", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELED")
_REJECTED: Final = ("CONTENT_REJECTED", "Content rejected.")
_FAILED: Final = ("FAILED", "Generation failed.")
_ENDINGS: Final = {
    400: ("INVALID_INPUT", "Invalid input."),
    402: ("INSUFFICIENT_CREDITS", "Insufficient credits for this generation."),
    429: ("RATE_LIMITED", "Rate limit exceeded. Please retry later."),
    503: ("PROVIDER_UNAVAILABLE", "The provider is unavailable. Please retry later."),
}
_PLAIN: Final = {401: "Unauthorized", 403: "Forbidden", 404: "Not found", 500: "Internal server error"}
"""Refusals without a documented code, in the oldest documented form: a message alone."""


def _family(tag: str) -> str:
    """Return the prefix of the codes of an operation."""
    return "IMAGE_GENERATION" if tag == "image" else "VIDEO_GENERATION"


def stream(call: ApiCall) -> ServerReply:
    """Start a generation and send its states as events of one open answer. Raises Refusal if all places are taken: the times of
    the events must be known at the start.
    """
    settings, account = call.state.settings, call.account
    if account.running + account.waiting >= settings.concurrency:
        raise queue_full()
    task = call.new_task(prefix=_PREFIX)
    last = Stage.SUCCEEDED if task.failure is None else Stage.FAILED
    stages = ((Stage.WAITING, 0.0), (Stage.RUNNING, settings.queue_seconds), (last, settings.processing_seconds))
    end = task.created + settings.queue_seconds + settings.processing_seconds
    events = [(_generation(call.state, task, stage, origin=call.request.origin, at=end), after) for stage, after in stages]
    pieces = [Piece(data=b"data: %b\n\n" % json_reply(event).body, after=after) for event, after in events]
    headers = {"content-type": "text/event-stream", "cache-control": "no-cache"}
    return ServerReply(headers=headers, pieces=pieces, began=task.created)


def list_running(call: ApiCall) -> ServerReply:
    """List the generations that wait or run, the newest first. Other workspaces than the key's own are empty."""
    count = int(number(call.query.get("limit"), USUAL_COUNT))
    newest = call.state.now - call.state.settings.listed_after
    live = (task for task in reversed(call.account.tasks.values()) if task.state not in ENDED and task.created <= newest)
    shown = islice(live, 0 if "workspace" in call.query else count)
    answers = [_generation(call.state, task, task.state, origin=call.request.origin) for task in shown]
    return json_reply([{name: answer[name] for name in ("id", "status", "usage", "input")} for answer in answers])


def get_credits(call: ApiCall) -> ServerReply:
    """Report the balance, in the form of `usage`."""
    return json_reply(_usage(call.account.credits))


def _generation(state: State, task: EmulatedTask, stage: Stage, *, origin: str, at: float | None = None) -> Object:
    """Return a task at a stage; the URLs of its files are fresh at a time, by default now."""
    is_lost = stage in (Stage.FAILED, Stage.CANCELED)
    answer: Object = {
        "id": task.id,
        "status": word_of_stage(stage, _STATES),
        "input": {"n": 1, **task.complete},
        "data": _data(state, task, origin, at) if stage is Stage.SUCCEEDED else None,
        "usage": _usage(0.0 if is_lost else task.credits),
    }
    if stage is Stage.FAILED:
        ending, message = _REJECTED if task.failure == MODERATED else _FAILED
        answer |= {"code": f"{_family(task.route.operation.tag)}_{ending}", "message": message}
    return answer


def _usage(total: float) -> Object:
    value = int(total) if total == int(total) else total
    return {"total": value, "subscription": value, "permanent": 0}


def _data(state: State, task: EmulatedTask, origin: str, at: float | None) -> Object:
    output, names = task.output, result_names(task)
    files: list[Json] = [
        {
            "url": state.file_address(task, name, origin=origin, at=at),
            "file_name": f"{task.id}-{name}",
            "content_type": content_type_of(name),
            "width": output.width,
            "height": output.height,
        }
        for name in names
    ]
    kind = "image" if output.form == "picture" else "video"
    return {
        "type": kind,
        "n": len(names),
        "actual_prompt": task.complete.get("prompt", ""),
        f"{kind}s": files,
        kind: as_list(files)[0],
    }


class EmulatedSkillsVideo(ProviderRecord):
    """Generations instead of tasks, and its own form of refusals."""

    answers: ClassVar = {
        "listRunningGenerations": list_running,
        "getCredits": get_credits,
        **dict.fromkeys(("streamQ2Image", "streamQ2Video", "streamQ3Video"), stream),
    }

    def create(self, call: ApiCall) -> ServerReply:
        """Start a generation."""
        answer = _generation(call.state, call.new_task(prefix=_PREFIX), Stage.WAITING, origin=call.request.origin)
        del answer["data"]
        return json_reply(answer)

    def report(self, state: State, task: EmulatedTask, route: Route, *, origin: str) -> Object:  # noqa: ARG002  # as the base class has it
        return _generation(state, task, task.state, origin=origin)

    def refusal(self, refusal: Refusal) -> ServerReply:
        if refusal.status not in _ENDINGS:
            plain: Object = {"message": _PLAIN.get(refusal.status, refusal.message)}
            return json_reply(plain, status=refusal.status, headers=refusal.headers)
        ending, message = _ENDINGS[refusal.status]
        code = f"{_family(refusal.tag)}_{ending}"
        text = " ".join((message, *refusal.details))
        body: Object = {"code": code, "message": text, "error": ending if refusal.status == 402 else code}
        return json_reply(body, status=refusal.status, headers=refusal.headers)
