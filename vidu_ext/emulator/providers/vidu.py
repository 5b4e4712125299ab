"""Vidu's answers about tasks, account and uploads: list, cancel, credits, the three steps of an upload."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Final

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.emulator.state.files import Upload
from vidu_ext.emulator.state.outputs import settled
from vidu_ext.emulator.state.task_engine import EmulatedTask, Stage
from vidu_ext.spec.contract import contract_of
from vidu_ext.values.json import as_list, as_texts
from vidu_ext.values.tasks import Json, Object

from .context import UPLOAD_MARK, ApiCall, read_moment, written
from .dialect_vidu import TYPES, WORKFLOWS, creations, credits_of, word_of
from .refusals import conflict, json_reply, not_found, refused, task_not_found

LOOKS_BACK: Final = 7 * 86_400.0
"""Seconds that the list looks back where no start is asked for."""

USUAL_PAGE: Final = 10
LONGEST_PAGE: Final = 100
LARGEST_UPLOAD: Final = contract_of("vidu").operation("createUpload").max_upload_bytes or 0
_SERIES: Final = {"vidu2.0": "2.0"}

Test = Callable[[EmulatedTask], bool]


# -- task list --------------------------------------------------------------------------------------------------------


def list_tasks(call: ApiCall) -> ServerReply:
    """One page of the tasks of the account, the newest first. A moment that cannot be read is passed over: its form is not
    documented. A token is the number of the last task of the page before.
    """
    query = call.query
    size = _whole(query.get("pager.pagesz", query.get("paper.pagesz")), USUAL_PAGE)
    size = min(size, LONGEST_PAGE) if size > 0 else USUAL_PAGE
    token = query.get("pager.page_token")
    page = 0 if token else _whole(query.get("pager.page", query.get("paper.page")), 0)
    tests = list(_tests(call))
    matching = (task for task in _candidates(call, str(token or "")) if all(test(task) for test in tests))
    found = list(islice(matching, page * size, (page + 1) * size + 1))
    shown = found[:size]
    rows: list[Json] = [_row(call, task) for task in shown]
    return json_reply({"next_page_token": str(shown[-1].number) if len(found) > size else "", "tasks": rows})


def _candidates(call: ApiCall, token: str) -> Iterator[EmulatedTask]:
    """The tasks of the account that are old enough to be listed, the newest first, after the one that the token names."""
    newest = call.now - call.state.settings.listed_after
    below = int(token) if token.isascii() and token.isdigit() and len(token) < 18 else 0
    if token and not below:
        return
    wanted = call.query.get("task_ids")
    if wanted is None:
        source = call.state.task_engine.newest(call.account)
    else:
        known = {task.id: task for name in as_texts(wanted) if (task := call.account.tasks.get(name)) is not None}
        source = iter(sorted(known.values(), key=lambda task: -task.number))
    for task in source:
        if task.operation not in WORKFLOWS and task.created <= newest and (not below or task.number < below):
            yield task


def _tests(call: ApiCall) -> Iterator[Test]:
    query, state, now = call.query, call.state, call.now
    start = read_moment(str(query.get("created_at.from", "")))
    end = read_moment(str(query.get("created_at.to", "")))
    # A task that is asked for by its id is found however old it is.
    least = start if start is not None else -math.inf if "task_ids" in query else now - LOOKS_BACK
    most = end if end is not None else math.inf
    yield lambda task: least <= task.created <= most
    if "states" in query:
        states = frozenset(as_texts(query["states"]))
        yield lambda task: word_of(task, state, now) in states
    for name, member in (("templates", "template"), ("resolutions", "resolution"), ("model_versions", "model")):
        if name in query:
            yield partial(_has_one_of, member, frozenset(as_texts(query[name])))


def _has_one_of(member: str, values: frozenset[str], task: EmulatedTask) -> bool:
    return _member(task, member) in values


def _member(task: EmulatedTask, name: str) -> str:
    value = str(settled(task.route, task.body).get(name) or "")
    return _SERIES.get(value, value.removeprefix("vidu")) if name == "model" else value


def _row(call: ApiCall, task: EmulatedTask) -> Object:
    body = settled(task.route, task.body)
    return {
        "id": task.id,
        "key_id": str(task.account.number),
        "type": TYPES.get(task.operation, "unspecified"),
        "template": body.get("template", ""),
        "model": body.get("model", ""),
        "prompt": body.get("prompt", ""),
        "images": as_list(body.get("images")),
        "duration": int(task.output.seconds),
        "resolution": body.get("resolution", ""),
        "aspect_ratio": body.get("aspect_ratio", ""),
        "state": word_of(task, call.state, call.now),
        "creations": creations(call.state, task, origin=call.request.origin, now=call.now, is_listed=True),
        "created_at": written(task.created),
        "credits": credits_of(task),
    }


def _whole(value: Json, usual: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else usual


# -- cancel and credits -----------------------------------------------------------------------------------------------


def cancel_task(call: ApiCall) -> ServerReply:
    """End a task that waits. The id of the body is passed over; the one of the path counts."""
    task = call.task(call.id)
    if task is None or task.leader is not None:
        raise task_not_found()
    if not call.state.task_engine.cancel(task, now=call.now):
        state = "scheduled" if task.stage is Stage.RUNNING else word_of(task, call.state, call.now)
        raise refused(400, "BadRequest", f"task state is {state}, can not cancel")
    return json_reply({})


def get_credits(call: ApiCall) -> ServerReply:
    """The balance, with what runs and waits."""
    account, settings = call.account, call.state.settings
    remain = int(account.balance)
    answer: Object = {
        "remains": [
            {
                "type": "metered",
                "credit_remain": remain,
                "concurrency_limit": settings.concurrency,
                "current_concurrency": account.running,
                "queue_count": account.queued,
            }
        ]
    }
    if call.query.get("show_detail") is True:
        bought = written(call.now - 86_400.0)
        answer["packages"] = [
            {
                "id": str(account.number),
                "name": "basic",
                "type": "metered",
                "concurrency": settings.concurrency,
                "credit_amount": int(account.balance + account.reserved + account.spent),
                "credit_remain": remain,
                "created_at": bought,
                "purchase_at": bought,
                "valid_from": bought,
                "valid_to": written(call.now + 365 * 86_400.0),
            }
        ]
    return json_reply(answer)


# -- uploads ----------------------------------------------------------------------------------------------------------


def create_upload(call: ApiCall) -> ServerReply:
    """A place for one picture."""
    state = call.state
    upload = Upload(state.task_engine.number()[1], call.account.number)
    state.storage.reserve(upload, most=state.settings.max_tasks)
    address = state.upload_address(upload, "vidu", origin=call.request.origin, now=call.now)
    expires = written(call.now + state.settings.url_seconds)
    return json_reply({"id": upload.id, "put_url": address, "expires_at": expires})


def finish_upload(call: ApiCall) -> ServerReply:
    """Close an upload whose bytes have arrived. The tag is taken with or without its quotes."""
    upload = call.state.storage.uploads.get(call.id or "")
    if upload is None or upload.account != call.account.number:
        raise not_found()
    if upload.etag is None or upload.etag.strip('"') != call.text("etag").strip('"'):
        raise conflict()
    upload.is_finished = True
    return json_reply({"uri": f"{UPLOAD_MARK}{upload.id}"})
