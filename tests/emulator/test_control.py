"""The control API: reports of tasks, requests and money, changes of faults, clock and tasks, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, cast

import pytest
from core_calls import documented_requests
from starlette.testclient import TestClient

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.control.api import is_control
from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.faults.rules import KINDS, FaultRule
from vidu_ext.emulator.http.app import asgi
from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.settings import PROVIDERS, EmulatorSettings
from vidu_ext.emulator.state import bounded
from vidu_ext.emulator.state.ledger import MOST_SHOWN, REMEMBERED_REQUESTS
from vidu_ext.spec.contract import contract_of
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object, TaskRef

ORIGIN: Final = "http://127.0.0.1:8080"
JSON: Final = {"content-type": "application/json"}
KEY: Final = "a-key-that-must-not-show"
PROMPT: Final = "A paper bird."


def new_emulator(*, keys: Mapping[str, str] = {"vidu": KEY}, **settings: Any) -> Emulator:  # read only
    return Emulator(
        EmulatorSettings(keys=keys, queue_seconds=1, processing_seconds=4, **settings), clock=Clock(rate=0, start=1e9)
    )


def send(
    emulator: Emulator, method: str, path: str, body: Json = None, *, query: str = "", headers: dict[str, str] | None = None
) -> ServerReply:
    data = b"" if body is None else json.dumps(body).encode()
    sent = {"host": "127.0.0.1:8080", **(JSON if body is not None else {}), **(headers or {})}
    if is_control(path):
        client = TestClient(asgi(emulator), base_url=ORIGIN)
        answer = client.request(method, path, params=query, headers=sent, content=data)
        return ServerReply(status=answer.status_code, headers=dict(answer.headers), body=answer.content)
    return emulator.handle(ServerRequest(method=method, path=path, query=query, headers=sent, body=data, origin=ORIGIN))


def value_of(reply: ServerReply, status: int = 200) -> Object:
    assert reply.status == status, reply.body
    assert reply.headers["content-type"] == "application/json"
    return cast("Object", json.loads(reply.body))


def read(emulator: Emulator, name: str, query: str = "") -> Object:
    return value_of(send(emulator, "GET", f"/_emulator/{name}", query=query))


def create(emulator: Emulator, prompt: str = PROMPT, **members: Json) -> ServerReply:
    body: Object = {"model": "viduq3-turbo", "prompt": prompt, **members}
    return send(emulator, "POST", "/ent/v2/text2video", body, headers={"authorization": f"Token {KEY}"})


def only_task(emulator: Emulator, query: str = "") -> Object:
    (task,) = as_list(read(emulator, "state", query)["tasks"])
    return as_object(task)


def example(provider: str, operation: str) -> Object:
    """Return the body of the first documented example of an operation."""
    return next(body for of, name, _, _, _, body in documented_requests() if (of, name) == (provider, operation))


@pytest.fixture
def emulator() -> Emulator:
    return new_emulator()


# -- snapshots --------------------------------------------------------------------------------------------------------------


def test_state_follows_a_task_from_its_start_to_its_files(emulator: Emulator) -> None:
    create(emulator)
    assert {"state": "waiting", "progress": 0, "files": []}.items() <= only_task(emulator).items()
    emulator.clock.step(3)
    assert {"state": "running", "progress": 50, "model": "viduq3-turbo", "prompt": PROMPT}.items() <= only_task(emulator).items()
    emulator.clock.step(3)
    task = only_task(emulator)
    assert (task["state"], task["progress"], task["provider"], task["operation"]) == ("succeeded", 100, "vidu", "textToVideo")
    files = [as_object(file) for file in as_list(task["files"])]
    assert [(file["kind"], file["content_type"]) for file in files] == [("film", "video/mp4"), ("cover", "image/jpeg")]


def test_files_can_be_downloaded_and_viewing_one_is_neither_a_download_nor_affected_by_faults(emulator: Emulator) -> None:
    create(emulator)
    emulator.clock.step(10)
    files = [as_object(file) for file in as_list(only_task(emulator)["files"])]
    addresses = [str(file["url"]).removeprefix(ORIGIN).partition("?") for file in files]
    downloads = [send(emulator, "GET", path, query=query) for path, _, query in addresses]
    ledger = emulator.ledger
    before = ledger.bytes_served, ledger.count("vidu", "download")
    emulator.faults.add(FaultRule(kind="expired_url", nth=1))
    for file, download in zip(files, downloads, strict=True):
        viewed = send(emulator, "GET", str(file["view"]))
        assert (download.status, viewed.status, viewed.body) == (200, 200, download.body)
        assert viewed.headers["content-type"] == file["content_type"]
    part = send(emulator, "GET", str(files[0]["view"]), headers={"range": "bytes=4-7"})
    assert (part.status, part.body) == (206, b"ftyp")
    assert (ledger.bytes_served, ledger.count("vidu", "download")) == before
    assert emulator.faults.active[0].calls == 0


@pytest.mark.parametrize("path", ["vidu/1/0.mp4", "comfy/{id}/0.mp4", "vidu/{id}", "vidu/{id}/0.mp4/x"])
def test_only_the_files_of_a_task_are_served(emulator: Emulator, path: str) -> None:
    create(emulator)
    task_id = str(only_task(emulator)["id"])
    assert send(emulator, "GET", f"/_emulator/files/vidu/{task_id}/0.mp4").status == 404, "not before its end"
    emulator.clock.step(10)
    assert send(emulator, "GET", "/_emulator/files/" + path.replace("{id}", task_id)).status == 404


def test_state_counts_and_shows_no_more_than_it_was_asked_for() -> None:
    emulator = new_emulator(concurrency=2, credits={"vidu": 1_000})
    for number in range(3):
        create(emulator, prompt=f"Bird {number}")
    emulator.clock.step(1)
    state = read(emulator, "state", "limit=2")
    assert [as_object(task)["prompt"] for task in as_list(state["tasks"])] == ["Bird 2", "Bird 1"]
    assert state["task_count"] == 3
    (account,) = map(as_object, as_list(state["accounts"]))
    price = emulator.ledger.paid[0].credits
    assert (account["provider"], account["running"], account["waiting"]) == ("vidu", 2, 1)
    assert account["credits"] == 1_000 - 3 * price


def test_failure_is_reported_when_it_has_happened_and_not_before(emulator: Emulator) -> None:
    emulator.faults.add(FaultRule(kind="task_moderated"))
    create(emulator)
    seen = [only_task(emulator)]
    emulator.clock.step(10)
    seen.append(only_task(emulator))
    assert [(task["state"], task["failure"]) for task in seen] == [("waiting", None), ("failed", "CreationPolicyViolation")]


def test_ledger_has_the_calls_of_clients_and_not_those_of_the_control_api(emulator: Emulator) -> None:
    for path in ("/", "/health", "/_emulator/state", "/_emulator/ledger"):
        send(emulator, "GET", path)
    create(emulator, payload="mark")
    create(emulator, payload="mark")
    send(emulator, "GET", "/ent/v2/tasks/1/creations", headers={"authorization": f"Token {KEY}"})
    ledger = read(emulator, "ledger")
    paid = [as_object(task) for task in as_list(ledger["paid"])]
    assert [(task["payload"], task["provider"], task["state"]) for task in paid] == [("mark", "vidu", "waiting")] * 2
    assert ledger["paid_twice"] == [[task["id"] for task in paid]]
    assert ledger["counts"] == [
        {"provider": "vidu", "operation": "textToVideo", "count": 2},
        {"provider": "vidu", "operation": "getCreations", "count": 1},
    ]
    requests = [as_object(request) for request in as_list(ledger["requests"])]
    calls = [(request["operation"], request["status"], request["account"]) for request in requests]
    assert calls == [("textToVideo", 200, 1), ("textToVideo", 200, 1), ("getCreations", 404, 1)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_spec_that_is_served_is_the_packaged_one(emulator: Emulator, provider: str) -> None:
    assert read(emulator, f"specs/{provider}") == contract_of(provider).spec.root


def test_log_has_what_each_request_sent_and_was_answered(emulator: Emulator) -> None:
    emulator.faults.add(FaultRule(kind="answer_lost", operation="status"))
    task_id = value_of(create(emulator))["task_id"]
    send(emulator, "GET", f"/ent/v2/tasks/{task_id}/creations", headers={"authorization": f"Token {KEY}"})
    send(emulator, "POST", "/ent/v2/text2video", {}, headers={"authorization": "Token a-wrong-one"})
    rows = [as_object(row) for row in as_list(read(emulator, "state")["requests"])]
    assert [(row["method"], row["path"], row["status"], row["fault"], row["says"]) for row in rows] == [
        ("POST", "/ent/v2/text2video", 401, None, "unauthorized"),
        ("GET", f"/ent/v2/tasks/{task_id}/creations", None, "answer_lost", "created"),
        ("POST", "/ent/v2/text2video", 200, None, "created"),
    ]
    whole = read(emulator, f"requests/{rows[-1]['number']}")
    assert json.loads(str(whole["body"])) == {"model": "viduq3-turbo", "prompt": PROMPT}
    assert json.loads(str(whole["reply"]))["task_id"] == task_id


def test_log_is_bounded_in_requests_and_in_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MOST_BYTES", most := 1_000_000)
    emulator = new_emulator()
    for number in range(REMEMBERED_REQUESTS + 3):
        send(emulator, "GET", f"/nothing/{number}")
    assert (len(emulator.ledger.log), min(emulator.ledger.log)) == (REMEMBERED_REQUESTS, 4)
    for _ in range(most // MOST_SHOWN + 3):
        send(emulator, "POST", "/nothing", "x" * 3 * MOST_SHOWN)
    held = sum(len(seen.body) + len(seen.reply) for seen in emulator.ledger.log.values())
    assert most - 3 * MOST_SHOWN < held <= most
    assert emulator.ledger.log[max(emulator.ledger.log)].body.endswith(f"… ({3 * MOST_SHOWN + 2:,} bytes)")


@pytest.mark.parametrize(
    ("query", "prompts", "statuses"),
    [
        ("search=BIRD+vidu", ["bird"], []),
        ("search=401+text2video", [], [401]),
        ("provider=comfy", [], []),
        ("state=canceled", [], [401, 200, 200]),
        ("state=waiting&search=ship", ["ship"], []),
        ("wrong=yes", ["ship", "bird"], [401]),
    ],
)
def test_tasks_and_requests_are_found_by_words(emulator: Emulator, query: str, prompts: list[str], statuses: list[int]) -> None:
    create(emulator, prompt="bird")
    create(emulator, prompt="ship")
    send(emulator, "POST", "/ent/v2/text2video", {}, headers={"authorization": "Token a-wrong-one"})
    state = read(emulator, "state", query)
    assert [as_object(task)["prompt"] for task in as_list(state["tasks"])] == prompts
    assert [as_object(request)["status"] for request in as_list(state["requests"])] == statuses


def test_task_is_shown_with_its_request_its_reference_and_the_requests_that_name_it(emulator: Emulator) -> None:
    create(emulator, callback_url="http://user:word@127.0.0.1:9/hook?token=x")
    emulator.clock.step(3)
    (callback,) = emulator.due_callbacks()
    emulator.callback_sent(callback, status=204, ms=3.0)
    create(emulator, prompt="another")
    task_id = str(only_task(emulator, f"search={PROMPT}")["id"])
    task = read(emulator, f"tasks/{task_id}")
    assert (task["ref"], as_object(task["body"])["prompt"]) == (str(TaskRef("vidu", task_id)), PROMPT)
    requests = [as_object(request) for request in as_list(task["requests"])]
    assert [(request["operation"], request["path"], request["status"]) for request in requests] == [
        ("notice", "http://127.0.0.1:9/hook", 204),
        ("textToVideo", "/ent/v2/text2video", 200),
    ]
    assert [seen.operation for seen in emulator.ledger.requests] == ["textToVideo"] * 2
    assert ("vidu", "notice") not in emulator.ledger.counts


@pytest.mark.parametrize(
    ("provider", "operation", "ref"),
    [
        ("vidu", "textToVideo", "vidu:{}"),
        ("vidu", "createMusicVideo", "vidu/getMusicVideo:{}"),
        ("vidu", "generateImages", ""),
        ("skills_video", "streamQ3Video", "skills_video:{}"),
    ],
)
def test_reference_names_the_operation_that_reports_the_task(emulator: Emulator, provider: str, operation: str, ref: str) -> None:
    body: Object = {"provider": provider, "operation": operation, "body": example(provider, operation)}
    value_of(send(emulator, "POST", "/_emulator/requests", body))
    task_id = only_task(emulator)["id"]
    assert read(emulator, f"tasks/{task_id}")["ref"] == ref.format(task_id)


# -- what is set -----------------------------------------------------------------------------------------------------------


def test_rule_set_from_outside_takes_effect_and_can_be_removed(emulator: Emulator) -> None:
    added = send(emulator, "POST", "/_emulator/faults", {"kind": "http_503", "provider": "vidu", "operation": "create"})
    number = value_of(added, 201)["number"]
    assert create(emulator).status == 503
    (active,) = as_list(read(emulator, "faults")["rules"])
    assert (as_object(active)["number"], as_object(active)["applied"]) == (number, 1)
    value_of(send(emulator, "DELETE", f"/_emulator/faults/{number}"))
    assert create(emulator).status == 200
    emulator.faults.add(FaultRule(kind="http_503"))
    value_of(send(emulator, "DELETE", "/_emulator/faults"))
    assert emulator.faults.rules == ()
    assert as_object(read(emulator, "faults")["kinds"]).keys() == KINDS.keys()


def test_task_is_cancelled_or_made_to_fail_refunded_and_gives_its_place_to_the_next() -> None:
    emulator = new_emulator(concurrency=1)
    first, second, _third = (value_of(create(emulator))["task_id"] for _ in range(3))

    def end(task: Json, action: str, status: int = 200) -> Object:
        return value_of(send(emulator, "POST", f"/_emulator/tasks/{task}", {"action": action}), status)

    end(first, "cancel")
    emulator.clock.step(3)
    assert "running" in str(end(second, "cancel", 409)["error"])
    end(second, "moderated")
    end(second, "fails", 409)
    assert [(task.state, task.failure) for task in emulator.ledger.paid] == [
        ("canceled", None),
        ("failed", "CreationPolicyViolation"),
        ("running", None),
    ]
    account = as_object(as_list(read(emulator, "state")["accounts"])[0])
    assert (account["credits"], account["spent"]) == (1_000_000 - emulator.ledger.paid[2].credits, 0)
    assert (account["running"], account["waiting"]) == (1, 0)


def test_faults_affect_requests_of_the_control_api(emulator: Emulator) -> None:
    emulator.faults.add(FaultRule(kind="html_502"))
    request: Object = {"provider": "vidu", "operation": "textToVideo", "body": example("vidu", "textToVideo")}
    seen = value_of(send(emulator, "POST", "/_emulator/requests", request))
    assert (seen["status"], seen["fault"]) == (502, "html_502")


def test_no_key_is_in_any_answer_and_in_the_log_wherever_a_client_put_it(emulator: Emulator) -> None:
    create(emulator)
    for path in ("/", *(f"/_emulator/{name}" for name in ("", "state", "ledger", "faults"))):
        assert KEY.encode() not in send(emulator, "GET", path).body, path
    create(emulator, payload=f"sent with {KEY}")
    create(emulator, prompt=(MOST_SHOWN - 60) * "é" + KEY)
    send(emulator, "POST", f"/nothing/{KEY}", KEY, headers={"x-api-key": KEY})
    for seen in emulator.ledger.log.values():
        assert KEY[:9] not in "".join((seen.path, seen.body, seen.reply, seen.line))


# -- bad input -------------------------------------------------------------------------------------------------------------

WRONG: Final[dict[str, tuple[str, str, Json, str, int]]] = {
    "an unknown kind": ("POST", "faults", {"kind": "plague"}, "", 400),
    "a rule that is no object": ("POST", "faults", [1], "", 400),
    "a rule that is not there": ("DELETE", "faults/7", None, "", 400),
    "a rule whose number is longer than any": ("DELETE", f"faults/{'9' * 5000}", None, "", 400),
    "a step back": ("POST", "clock", {"step": -1}, "", 400),
    "a step beyond all dates": ("POST", "clock", {"step": 1e300}, "", 400),
    "a step and more": ("POST", "clock", {"step": 1, "rate": 2}, "", 400),
    "a limit above the bound": ("GET", "state", None, "limit=99999", 400),
    "an unknown parameter": ("GET", "state", None, "limits=1", 400),
    "an unknown provider": ("GET", "specs/sora", None, "", 400),
    "a way out of the folder": ("GET", "page/..%2fcore.py", None, "", 404),
    "an unknown task": ("GET", "tasks/1", None, "", 404),
    "a request that was never made": ("GET", "requests/99", None, "", 404),
    "an unknown operation": ("POST", "requests", {"provider": "vidu", "operation": "imagine"}, "", 400),
    "a reference of no provider": ("GET", "api/sora", None, "", 400),
    "another method": ("PUT", "state", None, "", 405),
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_is_refused_with_one_line_and_changes_nothing(emulator: Emulator, case: str) -> None:
    method, path, body, query, status = WRONG[case]
    create(emulator)
    before = read(emulator, "state")
    reply = send(emulator, method, f"/_emulator/{path}", body, query=query)
    error = value_of(reply, status)["error"]
    assert isinstance(error, str)
    assert error
    assert "\n" not in error
    assert read(emulator, "state") == before
    assert not emulator.ledger.internal_errors
    assert status != 405 or reply.headers["allow"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"step": NaN}', b"\xff", b"[" * 60_000, b" " * 1_100_000])
def test_body_that_cannot_be_read_is_refused(emulator: Emulator, body: bytes) -> None:
    client = TestClient(asgi(emulator), base_url=ORIGIN)
    assert client.post("/_emulator/clock", headers=JSON, content=body).status_code in (400, 413)
    assert not emulator.ledger.internal_errors


# -- pages of others -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": ""}, 415),
        ({"origin": "https://example.com"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": ORIGIN, "sec-fetch-site": "same-origin"}, 200),
        ({"content-type": "application/json; charset=utf-8"}, 200),
    ],
)
def test_page_of_another_site_cannot_change_anything(emulator: Emulator, headers: dict[str, str], status: int) -> None:
    create(emulator)
    emulator.faults.add(FaultRule(kind="http_503"))
    if "content-type" not in headers:
        assert send(emulator, "DELETE", "/_emulator/faults", headers=headers).status == status
        assert len(emulator.faults.rules) == (0 if status == 200 else 1)
    assert send(emulator, "POST", "/_emulator/reset", {}, headers=headers).status == status
    assert len(emulator.ledger.paid) == (0 if status == 200 else 1)


@pytest.mark.parametrize("path", ["/", "/health", "/_emulator/page/page.js", "/_emulator/api/vidu", "/_emulator/nothing"])
def test_every_answer_forbids_browsers_to_run_and_load_anything_from_elsewhere(emulator: Emulator, path: str) -> None:
    headers = send(emulator, "GET", path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
