"""Make answers from the documented examples of an operation, with values of the request and of this emulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vidu_ext.emulator.routes import Route, answer_members, example_of, required_members, states_of
from vidu_ext.emulator.state.task_engine import EmulatedTask, Stage
from vidu_ext.values.json import as_object
from vidu_ext.values.tasks import Json, Object
from vidu_ext.values.urls import ending

from .context import ApiCall, State, rfc3339, shown_credits

MADE_WITHOUT_TASK: Final = frozenset({"get", "put", "delete"})
_WORDS: Final = {
    Stage.WAITING: ("queueing", "queued", "created", "IN_QUEUE"),
    Stage.RUNNING: ("processing", "running", "IN_PROGRESS"),
    Stage.SUCCEEDED: ("success", "succeeded", "COMPLETED"),
    Stage.FAILED: ("failed", "FAILED"),
    Stage.CANCELED: ("canceled", "CANCELED", "failed"),
}
"""Names of the stages of a task; the first that a spec lists is used."""
_STATES: Final = ("state", "status")
_NEW: Final = "created"
_FILE_NAMES: Final = {"mp4": "0.mp4", "jpg": "0-cover.jpg", "jpeg": "0-cover.jpg", "png": "0.png", "mp3": "0.wav", "wav": "0.wav"}
"""Files of a task by the ending of the documented URL."""
_MOST_IN_ANSWER: Final = 2**53
"""Larger floats are not all whole numbers of their own."""


def answer_of_create(call: ApiCall, task: EmulatedTask, own: Object | None = None) -> Object:
    """Return the answer to a create call: its example with values of the request, and `own` members that the spec has."""
    poll, answer = call.route.poll, echo_request(call.route, example_of(call.route), task.complete)
    free = answer_members(call.route).difference(call.route.operation.properties)
    values: Object = {"state": _NEW, "credits": shown_credits(task), "created_at": rfc3339(task.created), **(own or {})}
    answer |= {name: value for name, value in values.items() if name in free}
    if poll is not None:
        answer[poll.member] = task.id
    return answer


def report(route: Route, task: EmulatedTask, state: State, *, origin: str) -> Object:
    """Return the answer of a status operation: the example of the task's state with its id and the URLs of its files."""
    member = next((name for name in _STATES if name in answer_members(route)), _STATES[0])
    word = word_of(task, states_of(route, member), state)
    example = example_of(route, **{member: word})
    answer = _filled(example, task, state, origin, {str(example.get(member)): word})
    failure = task.failure or "" if task.state is Stage.FAILED else ""
    answer |= {name: failure for name in ("err_code", "err_msg") if name in example}
    return {**answer, "id": task.id, member: word}


def answer_at_once(call: ApiCall) -> Object:
    """Return the answer of an operation whose task, if it has one, ends at once: its example with values of the request.
    Charges its price. Raises Refusal.
    """
    route, answer, own = call.route, example_of(call.route), dict[str, Json]()
    if route.operation.method not in MADE_WITHOUT_TASK:
        own["created_at"] = rfc3339(call.state.now)
        if route.operation.is_synchronous or call.has_price:
            task = call.new_task(is_ended=True)
            answer = _filled(answer, task, call.state, call.request.origin, {})
            own |= {"id": task.id, "task_id": task.id, "credits": shown_credits(task)}
    if call.id is not None:
        own["id"] = call.id
    answer = echo_request(route, answer, call.stored_body())
    return answer | {name: value for name, value in own.items() if name in answer}


def echo_request(route: Route, example: Object, body: Object) -> Object:
    """Return an example with the values of the request; members that the request does not set are dropped."""
    properties, members, required = route.operation.properties, answer_members(route), required_members(route)
    answer: Object = {}
    for name, value in example.items():
        if name not in properties:
            answer[name] = value
        elif name in required:
            answer[name] = type(value)() if isinstance(value, str | list) else value
    echoed = (name for name in properties if name in example or (name in members and name not in _STATES))
    return {**answer, **{name: _whole(body[name]) for name in echoed if name in body}}


def word_of(task: EmulatedTask, states: tuple[str, ...], state: State) -> str:
    """Return the word for the state of a task, among the states of a provider; it is new for half of the shortest wait."""
    is_new = task.state is Stage.WAITING and state.now < task.created + state.settings.queue_seconds / 2 and _NEW in states
    return _NEW if is_new else word_of_stage(task.state, states)


def word_of_stage(stage: Stage, states: tuple[str, ...]) -> str:
    """Return the word for a stage, among the states of a provider."""
    words = _WORDS[stage]
    return next((word for word in words if word in states), words[0])


def _filled(example: Object, task: EmulatedTask, state: State, origin: str, words: Mapping[str, str]) -> Object:
    """Return an example with the URLs of a task, and with these words in place of its states."""

    def fill(value: Json, name: str = "") -> Json:
        if isinstance(value, dict):
            return {key: fill(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [fill(one, name) for one in value]
        if not isinstance(value, str):
            return value
        if not value.startswith("https://"):
            return words.get(value, value) if name in _STATES else value
        file = _FILE_NAMES.get(ending(value) or "", f"0.{task.output.suffix}")
        return state.file_address(task, file, origin=origin) if task.state is Stage.SUCCEEDED else ""

    return as_object(fill(example))


def _whole(value: Json) -> Json:
    """Convert whole floats to int: a request may contain 5.0."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _MOST_IN_ANSWER else value
