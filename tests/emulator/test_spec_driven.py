"""The emulator follows its specs: it answers every documented request, and what is added to a spec, as the services do."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterator
from typing import Final

import core_calls
import pytest
from core_calls import Calls, Provider, documented_requests, with_known_names

from vidu_ext.emulator import routes
from vidu_ext.emulator.routes import route_named
from vidu_ext.emulator.settings import PROVIDERS
from vidu_ext.spec import contract
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.values.json import as_object
from vidu_ext.values.tasks import Json, Object

Q1: Final[Object] = {"model": "viduq1", "prompt": "a"}
UNSET: Final[tuple[Object, ...]] = (
    {"model": "viduq2", "prompt": "a bird", "images": None},
    {"model": "viduq1", "prompt": "a", "style": ""},
    {**Q1, "callback_url": "", "payload": None, "resolution": None, "duration": None},
)


@pytest.fixture
def new_spec(monkeypatch: pytest.MonkeyPatch) -> Iterator[Object]:
    """The document of Vidu, to be changed before the first call."""
    root = copy.deepcopy(contract.contract_of("vidu").spec.root)

    def changed(provider: str) -> contract.Contract:
        return contract.Contract("vidu", root) if provider == "vidu" else contract.contract_of(provider)

    for user in (routes, core_calls):
        monkeypatch.setattr(user, "contract_of", changed)
    caches = (routes.routes, routes.route_named)
    for cache in caches:
        cache.cache_clear()
    yield root
    for cache in caches:
        cache.cache_clear()


def _operation(name: str, answer: Object, links: Object | None = None, *, has_body: bool = True) -> Object:
    content: Object = {"schema": {"type": "object"}, "examples": {"one": {"value": answer}}}
    taken: Object = {"type": "object", "properties": {"prompt": {"type": "string"}, "duration": {"type": "integer"}}}
    body: Object = {"requestBody": {"content": {"application/json": {"schema": taken}}}}
    done: Object = {"content": {"application/json": content}, **({"links": links} if links else {})}
    return {
        "operationId": name, "tags": ["video"], "security": [{"apiKey": []}], "responses": {"200": done},
        **(body if has_body else {}),
    }  # fmt: skip


def test_new_route_that_starts_a_task_runs_it_to_its_end(new_spec: Object) -> None:
    link: Object = {"creations": {"operationId": "getCreations", "parameters": {"id": "$response.body#/task_id"}}}
    example: Object = {"task_id": "1", "state": "created", "prompt": "of the example", "note": "kept"}
    as_object(new_spec["paths"])["/ent/v2/brand-new"] = {"post": _operation("brandNew", example, link)}
    calls = Calls()
    created = json.loads(_raw(calls, "POST", "/ent/v2/brand-new", {"prompt": "a bird"}))
    assert (created["prompt"], created["note"]) == ("a bird", "kept")
    calls.step(100.0)
    assert calls.word(created["task_id"]) == "success"
    assert calls.fetch(calls.creation(created["task_id"])["url"]).headers["content-type"] == "video/mp4"


def test_new_route_that_reports_states_of_its_own_is_followed(new_spec: Object) -> None:
    """No link says so: what was posted is got by its id, and has a status."""
    getter = _operation("getStory", {"id": "1", "status": "queued", "video_url": "https://example.com/a.mp4"}, has_body=False)
    getter["parameters"] = [{"name": "id", "in": "path", "schema": {"type": "string"}}]
    schema = as_object(as_object(as_object(as_object(getter["responses"])["200"])["content"])["application/json"])
    states: Json = ["queued", "running", "succeeded", "failed"]
    schema["schema"] = {"type": "object", "properties": {"id": {}, "status": {"enum": states}, "video_url": {}}}
    paths = as_object(new_spec["paths"])
    paths["/ent/v9/stories"] = {"post": _operation("createStory", {"id": "1"})}
    paths["/ent/v9/stories/{id}"] = {"get": getter}
    calls = Calls()
    story = json.loads(_raw(calls, "POST", "/ent/v9/stories", {"prompt": "a"}))["id"]
    words: list[str] = []
    for seconds in (0.0, 2.0, 100.0):
        calls.step(seconds)
        status = json.loads(_raw(calls, "GET", f"/ent/v9/stories/{story}"))
        words.append(status["status"])
    assert words == ["queued", "running", "succeeded"]
    assert calls.fetch(status["video_url"]).status == 200


def test_new_route_that_starts_no_task_returns_its_example_with_the_request(new_spec: Object) -> None:
    as_object(new_spec["paths"])["/ent/v2/words"] = {"put": _operation("putWords", {"prompt": "old", "count": 3})}
    assert json.loads(_raw(Calls(), "PUT", "/ent/v2/words", {"prompt": "new"})) == {"prompt": "new", "count": 3}


def _raw(calls: Calls, method: str, path: str, body: Json = None) -> bytes:
    answer = calls.ask("vidu", method, path, body)
    assert answer.status == 200, answer.reply.body
    return answer.reply.body


def test_mirror_of_a_provider_has_paths_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tasks were made at the provider that it mirrors, and paid there in the ledger."""
    mirror = contract.Contract("mirror", contract.contract_of("vidu").spec.root)

    def with_mirror(provider: str) -> contract.Contract:
        return mirror if provider == "mirror" else contract.contract_of(provider)

    monkeypatch.setattr(routes, "PROVIDERS", (*PROVIDERS, "mirror"))
    monkeypatch.setattr(routes, "contract_of", with_mirror)
    monkeypatch.setattr(routes, "routes", functools.cache(routes.routes.__wrapped__))
    matches = [routes.find_route("POST", path) for path in ("/ent/v2/text2video", "/mirror/ent/v2/text2video")]
    assert [match.route.provider for match in matches] == ["vidu", "mirror"]


@pytest.mark.parametrize("body", UNSET)
def test_null_and_empty_members_count_as_not_set(body: Object) -> None:
    without: Object = {name: value for name, value in body.items() if value not in (None, "")}
    answers = [Calls().ask("vidu", "POST", "/ent/v2/text2video", sent) for sent in (body, without)]
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json


def test_strict_emulator_checks_null_and_empty_members_against_the_spec() -> None:
    assert [Calls(is_strict=True).ask("vidu", "POST", "/ent/v2/text2video", body).status for body in UNSET] == [400] * 3


EXAMPLES = [pytest.param(*example, id="-".join(example[:3])) for example in documented_requests()]


@pytest.mark.parametrize(("provider", "operation", "name", "method", "path", "body"), EXAMPLES)
def test_documented_request_is_carried_out_and_each_state_is_reported_as_documented(
    provider: Provider, operation: str, name: str, method: str, path: str, body: Object
) -> None:
    calls = Calls()
    body = with_known_names(calls, provider, operation, body)
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
    path = route_named(provider, poll.operation).path.replace(f"{{{poll.parameter}}}", task)
    words: list[Json] = []
    for seconds in (0.0, 0.7, 62.0, 4.0):
        calls.step(seconds)
        status = calls.ask(provider, "GET", path)
        assert status.status == 200
        words.append(status.json.get("state", status.json.get("status")))
    assert words[-1] in ("success", "COMPLETED"), words
    assert len(set(words)) >= 2, words


def _check_stream(last: bytes, *, count: int) -> None:
    event = json.loads(last.removeprefix(b"data: "))
    assert (count, event["status"]) == (3, "COMPLETED")
    assert answer_drifts(contract_of("skills_video"), "getGeneration", 200, event) == ()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_task_that_fails_or_is_refused_by_moderation_says_so_as_documented(provider: Provider) -> None:
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
