"""Vidu: list, cancel, credits, the three steps of an upload, the library of subjects, and notices."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import ClassVar, Final

from attrs import evolve

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.emulator.ranges import whole_number
from vidu_ext.emulator.routes import example_of
from vidu_ext.emulator.state.files import Upload
from vidu_ext.emulator.state.outputs import number
from vidu_ext.emulator.state.task_engine import EmulatedTask, Stage
from vidu_ext.values.json import as_list, as_object, as_texts
from vidu_ext.values.tasks import Json, Object

from .context import UPLOAD_MARK, ApiCall, parse_rfc3339, rfc3339
from .dialect_vidu import POLL, ViduDialect, creations, state_word, status_answer
from .refusals import Refusal, json_reply, not_found, task_not_found

LOOKS_BACK: Final = 7 * 86_400.0
"""Seconds of the list if the request gives no start."""

USUAL_PAGE: Final = 10
LONGEST_PAGE: Final = 100
USUAL_SUBJECTS: Final = 20
"""Default length of a page."""
_SYSTEM_SUBJECTS: Final[tuple[Object, ...]] = ({"id": "1", "name": "host", "images": [], "videos": [], "voice_id": ""},)
_ROW: Final = ("id", "state", "type", "template", "model", "duration", "resolution", "aspect_ratio", "credits")
"""Members of the status answer that a row has too."""
_FILTERS: Final = {"templates": "template", "resolutions": "resolution", "model_versions": "model"}
"""Members of a task by the parameters that filter by them."""
_SERIES: Final = {"vidu2.0": "2.0"}

# -- task list --------------------------------------------------------------------------------------------------------


def list_tasks(call: ApiCall) -> ServerReply:
    """Return one page of the tasks of the account, the newest first. An unreadable time is ignored, since its form is not
    documented. The page token is the number of the last task of the page before.
    """
    query = call.query
    # an older page of the documents writes `paper` for `pager`
    size = int(number(query.get("pager.pagesz", query.get("paper.pagesz")), USUAL_PAGE))
    size = min(size, LONGEST_PAGE) if size > 0 else USUAL_PAGE
    token = query.get("pager.page_token")
    page = 0 if token else int(number(query.get("pager.page", query.get("paper.page")), 0))
    page = min(page, call.state.settings.max_tasks)  # later pages are empty
    matching = _matching(call, str(token or ""))
    shown = list(islice(matching, page * size, (page + 1) * size))
    has_more = next(matching, None) is not None
    rows: list[Json] = [_row(call, task) for task in shown]
    return json_reply({"next_page_token": str(shown[-1].number) if has_more else "", "tasks": rows})


def _matching(call: ApiCall, token: str) -> Iterator[EmulatedTask]:
    """Yield the tasks that are asked for and old enough to be listed, the newest first, after that of the token."""
    query, state, tasks = call.query, call.state, call.account.tasks
    below = (whole_number(token) or 0) if token else math.inf  # nothing is below an unknown token
    source: Iterable[EmulatedTask] = reversed(tasks.values())
    least, most = state.now - LOOKS_BACK, state.now - state.settings.listed_after
    if "task_ids" in query:  # a task is found by its id whatever its age
        named = (tasks[name] for name in set(as_texts(query["task_ids"])) if name in tasks)
        source, least = sorted(named, key=lambda task: task.number, reverse=True), -math.inf
    start, end = (parse_rfc3339(str(query.get(f"created_at.{name}", ""))) for name in ("from", "to"))
    least, most = least if start is None else start, most if end is None else min(most, end)
    for task in source:
        if POLL in task.route.links and task.number < below and least <= task.created <= most and _fits(call, task):
            yield task


def _fits(call: ApiCall, task: EmulatedTask) -> bool:
    """Return whether a task has one of the values of each filter."""
    query = call.query
    if "states" in query and state_word(task, call.state) not in as_texts(query["states"]):
        return False
    return all(_value(task, member) in as_texts(query[name]) for name, member in _FILTERS.items() if name in query)


def _value(task: EmulatedTask, member: str) -> str:
    """Return the value of a member by which tasks are filtered; of a model, its version."""
    value = str(task.complete.get(member) or "")
    return _SERIES.get(value, value.removeprefix("vidu")) if member == "model" else value


def _row(call: ApiCall, task: EmulatedTask) -> Object:
    origin = call.request.origin
    status = status_answer(call.state, task, origin=origin)
    return {
        **{name: status[name] for name in _ROW},
        "key_id": str(task.owner.number),
        "prompt": task.complete.get("prompt", ""),
        "images": as_list(task.complete.get("images")),
        "creations": creations(call.state, task, origin=origin, is_listed=True),
        "created_at": rfc3339(task.created),
    }


# -- cancel and credits -----------------------------------------------------------------------------------------------


def cancel_task(call: ApiCall) -> ServerReply:
    """Cancel a waiting task; again has no effect. The id in the body is ignored, but must be that of the path if `is_strict`."""
    task = call.task(call.id)
    if task is None or (call.state.settings.is_strict and call.text("id") != task.id):
        raise task_not_found()
    if task.state is not Stage.CANCELED and not call.state.cancel(task):
        state = "scheduled" if task.state is Stage.RUNNING else state_word(task, call.state)
        raise Refusal(400, "BadRequest", f"task state is {state}, can not cancel")
    return json_reply({})


def get_credits(call: ApiCall) -> ServerReply:
    """Report the balance, and the number of running and waiting tasks."""
    account = call.account
    metered: Object = {
        "type": "metered",
        "credit_remain": int(account.credits),
        "concurrency_limit": call.state.settings.concurrency,
        "current_concurrency": account.running,
        "queue_count": account.waiting,
    }
    answer: Object = {"remains": [metered]}
    if call.query.get("show_detail") is True:
        answer["packages"] = example_of(call.route, packages=None)["packages"]
    return json_reply(answer)


# -- uploads ----------------------------------------------------------------------------------------------------------


def create_upload(call: ApiCall) -> ServerReply:
    """Reserve an upload for one picture."""
    upload = Upload(call.state.new_id()[1], call.account.number, most_bytes=call.route.operation.max_upload_bytes)
    return json_reply({"id": upload.id, **call.upload_answer(upload, "put_url")})


def finish_upload(call: ApiCall) -> ServerReply:
    """Finish an upload whose bytes have arrived. The ETag may have its quotes or not."""
    uploads = call.state.uploads
    upload = uploads.get(call.id or "")
    if upload is None or upload.account != call.account.number:
        raise not_found()
    if upload.content is None or upload.content.etag.strip('"') != call.text("etag").strip('"'):
        raise Refusal(409, "Conflict", "resource conflict")
    uploads.put(upload.id, evolve(upload, is_finished=True))
    return json_reply({"uri": f"{UPLOAD_MARK}{upload.id}"})


# -- library ----------------------------------------------------------------------------------------------------------


def create_subject(call: ApiCall) -> ServerReply:
    """Store a subject; the service adds style and description."""
    call.state.charge(call.account, call.price)
    made, subjects = example_of(call.route), call.account.subjects
    unset: Object = {"images": [], "videos": [], "voice_id": ""}
    subject = {**unset, **call.stored_body(), **{name: made[name] for name in ("style", "description")}}
    subject["id"] = subject_id = call.state.new_id()[1]
    subjects.put(subject_id, subject)
    return json_reply({**subject, "credits": int(call.price)})


def list_subjects(call: ApiCall) -> ServerReply:
    """Return one page of subjects, the oldest first; the page token is the index of the next one."""
    query = call.query
    is_system = query.get("ownership") == "system"
    subjects = list(_SYSTEM_SUBJECTS if is_system else call.account.subjects.values())
    if "subject_ids" in query:
        wanted = frozenset(as_texts(query["subject_ids"]))
        subjects = [subject for subject in subjects if subject["id"] in wanted]
    count = int(number(query.get("count"), USUAL_SUBJECTS))
    count = count if count > 0 else USUAL_SUBJECTS
    first = whole_number(str(query.get("next_page_token") or "0"))
    first = len(subjects) if first is None else first  # an unknown token
    page: list[Json] = list(subjects[first : first + count])
    following = str(first + count) if first + count < len(subjects) else ""
    return json_reply({"subjects": page, "next_page_token": following, "count": count})


def update_subject(call: ApiCall) -> ServerReply:
    """Change a subject; the answer does not repeat its media."""
    subject = call.account.subjects.get(call.id or "")
    if subject is None:
        raise not_found()
    changes = {name: value for name, value in call.stored_body().items() if name != "id"}
    if not subject["videos"]:
        changes.pop("videos", None)
    subject.update(changes)
    return json_reply({name: subject[name] for name in ("id", "name", "style", "description", "voice_id")})


class EmulatedVidu(ViduDialect):
    """Vidu itself."""

    reads_ids_first = True
    answers: ClassVar = {
        "listTasks": list_tasks,
        "cancelTask": cancel_task,
        "getCredits": get_credits,
        "createUpload": create_upload,
        "finishUpload": finish_upload,
        "createSubject": create_subject,
        "listSubjects": list_subjects,
        "updateSubject": update_subject,
    }

    def start(self, call: ApiCall) -> EmulatedTask:
        """Start a task. Raises Refusal if its creation or a subject does not exist."""
        for member in {"video_creation_id", "creation_id"} & set(call.body):
            task = call.task(str((whole_number(call.text(member)) or 0) - 1))  # an id of a creation follows that of its task
            if task is None or task.state is not Stage.SUCCEEDED:
                raise Refusal(404, "CreationNotFound", "creation not found")
        names = [str(as_object(one).get("server_id") or "") for one in as_list(call.body.get("subjects"))]
        if any(name and name not in call.account.subjects for name in names):
            raise not_found()
        return super().start(call)
