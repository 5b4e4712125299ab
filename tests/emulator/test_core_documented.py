"""Every documented request of the four specs is answered as the specs say, from its create answer to its end."""

from __future__ import annotations

import json

import pytest
from core_calls import PROVIDERS, Calls, Provider, documented_requests, with_known_names

from vidu_ext.emulator.routes import route_named
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.values.tasks import Json, Object

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
