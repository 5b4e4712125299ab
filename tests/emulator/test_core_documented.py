"""Every documented request of the four specs is answered as the specs say, from its create answer to its end."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from core_calls import IMAGE, PROVIDERS, STATUS, Calls, Provider, documented_requests, task_id

from vidu_ext.emulator.routes import routes
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

EXAMPLES = [pytest.param(*example, id="-".join(example[:3])) for example in documented_requests()]
FILMS: Object = {"images": [IMAGE], "duration": 15}


def _creation(calls: Calls) -> Object:
    return {"creation": calls.creation(calls.finished())["id"]}


def _subject(calls: Calls) -> Object:
    made = calls.ask("vidu", "POST", "/ent/v2/subjects", {"name": "robot", "videos": ["https://example.com/v.mp4"]})
    return {"id": made.json["id"]}


def _film(path: str) -> Callable[[Calls], Object]:
    def prepare(calls: Calls) -> Object:
        song: Object = {"images": [IMAGE], "audio_url": "https://example.com/a.mp3"}
        return {"id": task_id(calls.ask("vidu", "POST", f"/ent/v2/one-click/{path}", song if path == "mv" else FILMS).json)}

    return prepare


def _upload(calls: Calls) -> Object:
    made = calls.ask("vidu", "POST", "/tools/v2/files/uploads", {"scene": "vidu"}).json
    stored = calls.fetch(made["put_url"], method="PUT", headers={"content-type": "image/png"}, body=b"picture")
    return {"id": made["id"], "etag": stored.headers["etag"]}


def _finished_upload(calls: Calls) -> Json:
    made = _upload(calls)
    return calls.ask("vidu", "PUT", f"/tools/v2/files/uploads/{made['id']}/finish", {"etag": made["etag"]}).json["uri"]


def _waiting(calls: Calls) -> Object:
    return {"id": calls.create()}


PREPARED: dict[str, Callable[[Calls], Object]] = {
    "updateSubject": _subject,
    "editMusicVideo": _film("mv"),
    "composeMusicVideo": _film("mv"),
    "editGeneralFilm": _film("general_one_click"),
    "composeGeneralFilm": _film("general_one_click"),
    "finishUpload": _upload,
    "cancelTask": _waiting,
}
"""What an operation needs to exist before it is asked for; the ids in the documented examples name nothing here."""


def _with_known_names(calls: Calls, operation: str, body: Object) -> Object:
    body = dict(body)
    for member in ("video_creation_id", "creation_id"):
        if member in body:
            body[member] = _creation(calls)["creation"]
    subjects = [as_object(one) for one in as_list(body.get("subjects"))]
    if subjects:
        body["subjects"] = [one | ({"server_id": _subject(calls)["id"]} if "server_id" in one else {}) for one in subjects]
    if isinstance(body.get("images"), list):
        uris = [_finished_upload(calls) if str(one).startswith("ssupload:") else one for one in as_list(body["images"])]
        body["images"] = uris
    if operation in PREPARED:
        known = PREPARED[operation](calls)
        body |= {name: value for name, value in known.items() if name in body or name == "id"}
    return body


@pytest.mark.parametrize(("provider", "operation", "name", "method", "path", "body"), EXAMPLES)
def test_a_documented_request_is_carried_out_and_each_state_is_told_as_documented(
    provider: Provider, operation: str, name: str, method: str, path: str, body: Object
) -> None:
    calls = Calls()
    body = _with_known_names(calls, operation, body)
    if "{id}" in path:
        path = path.replace("{id}", str(body["id"]))
        if not contract_of(provider).operation(operation).properties.count("id"):
            del body["id"]
    answer = calls.ask(provider, method, path, body)
    assert answer.status == 200, (name, answer.reply)
    if answer.reply.pieces is not None:
        _check_stream(answer.reply.pieces[-1].data, count=len(answer.reply.pieces))
        return
    poll = contract_of(provider).operation(operation).poll
    if poll is None:
        return
    task = str(answer.json[poll.member])
    status_path = next(
        route.operation.path for route in routes() if route.provider == provider and route.operation.id == poll.operation
    )
    where = status_path.replace(f"{{{poll.parameter}}}", task) if provider != "skills_video" else STATUS[provider].format(task)
    words: list[Json] = []
    for seconds in (0.0, 0.7, 62.0, 4.0):
        calls.step(seconds)
        told = calls.ask(provider, "GET", where)
        assert told.status == 200
        words.append(told.json.get("state", told.json.get("status")))
    assert words[-1] in ("success", "COMPLETED"), words
    assert len(set(words)) >= 2, words


def _check_stream(last: bytes, *, count: int) -> None:
    event = json.loads(last.removeprefix(b"data: "))
    assert (count, event["status"]) == (3, "COMPLETED")
    route = next(one for one in routes() if one.operation.id == "getGeneration")
    assert answer_drifts(route.contract, "getGeneration", 200, event) == ()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_task_that_fails_or_is_refused_by_moderation_says_so_as_documented(provider: Provider) -> None:
    calls = Calls("kind=task_fails,operation=create,nth=1", "kind=task_moderated,operation=create,nth=1")
    failed, moderated = calls.finished(provider), calls.finished(provider)
    codes = [
        calls.status(task, provider).get("err_code") or calls.status(task, provider).get("code") for task in (failed, moderated)
    ]
    if provider == "skills_video":
        assert codes == ["VIDEO_GENERATION_FAILED", "VIDEO_GENERATION_CONTENT_REJECTED"]
        assert calls.status(failed, provider)["data"] is None
    else:
        assert codes == ["InternalServiceFailure", "CreationPolicyViolation"]
        assert calls.status(failed, provider)["creations"] == []
