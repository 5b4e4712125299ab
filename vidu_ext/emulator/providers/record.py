"""The record of a provider. By default every operation is answered from its documented example.

A record adds answers that need more than the example, and the form of refusals and ids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeAlias

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.emulator.routes import Route
from vidu_ext.emulator.state.task_engine import EmulatedTask
from vidu_ext.values.tasks import Json, Object

from .context import ApiCall, State
from .examples import answer_at_once, answer_of_create, report
from .refusals import Refusal, json_reply, task_not_found

Answer: TypeAlias = "Callable[[ApiCall], ServerReply]"


class ProviderRecord:
    """One provider whose operations are answered from their examples. Paths, keys, limits and prices are in its spec."""

    reads_ids_first: ClassVar[bool] = False
    """Whether an id of a wrong form is refused before the key is checked."""
    answers: ClassVar[Mapping[str, Answer]] = {}
    """Answers that are more than the example, by operationId."""

    def answer(self, call: ApiCall) -> ServerReply:
        """Answer a call that passed the checks. Raises Refusal."""
        act = self.answers.get(call.operation)
        if act is not None:
            return act(call)
        if call.route.family == "status":
            return self.status(call)
        if call.route.belongs_to_tasks and call.task(call.id) is None:
            raise task_not_found()
        if call.route.poll is not None:
            return self.create(call)
        return json_reply(answer_at_once(call))

    def create(self, call: ApiCall) -> ServerReply:
        """Start a task."""
        return json_reply(answer_of_create(call, call.new_task()))

    def status(self, call: ApiCall) -> ServerReply:
        """Report the state of a task."""
        return json_reply(self.report(call.state, asked_task(call), call.route, origin=call.request.origin))

    def report(self, state: State, task: EmulatedTask, route: Route, *, origin: str) -> Object:
        """Return what a status operation answers about a task. A notice has the same members."""
        return report(route, task, state, origin=origin)

    def refusal(self, refusal: Refusal) -> ServerReply:
        """Return the reply of a refusal, by default in the form of Vidu."""
        code: Json = refusal.reason if refusal.status == 402 else refusal.status
        body: Object = {"code": code, "reason": refusal.reason, "message": refusal.message}
        return json_reply({**body, "metadata": {"trace_id": refusal.trace}}, status=refusal.status, headers=refusal.headers)


def asked_task(call: ApiCall) -> EmulatedTask:
    """Return the task of a status call and count the poll. Raises Refusal if this operation does not report it."""
    task = call.task(call.id)
    if task is None or call.operation not in task.route.links:
        raise task_not_found()
    task.polls += 1
    return task
