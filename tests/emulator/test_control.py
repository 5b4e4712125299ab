"""The control API reports what happened and sets what it is asked to, for callers of this machine only."""

from __future__ import annotations

import json

import pytest
from control_calls import KEY, ORIGIN, PROMPT, create, example, new_emulator, only_task, only_task_of, send, tell, value_of

from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.faults.rules import KINDS, FaultRule
from vidu_ext.emulator.settings import PROVIDERS
from vidu_ext.emulator.state import bounded
from vidu_ext.emulator.state.ledger import MOST_SHOWN, REMEMBERED_REQUESTS
from vidu_ext.spec.contract import contract_of
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object, TaskRef


@pytest.fixture
def emulator() -> Emulator:
    return new_emulator()


# -- snapshots --------------------------------------------------------------------------------------------------------------


def test_the_state_follows_a_task_from_its_start_to_its_files(emulator: Emulator) -> None:
    create(emulator)
    assert {"state": "waiting", "progress": 0, "files": []}.items() <= only_task(emulator).items()
    emulator.clock.step(3)
    assert {"state": "running", "progress": 50, "model": "viduq3-turbo", "prompt": PROMPT}.items() <= only_task(emulator).items()
    emulator.clock.step(3)
    task = only_task(emulator)
    assert (task["state"], task["progress"], task["provider"], task["operation"]) == ("succeeded", 100, "vidu", "textToVideo")
    files = [as_object(file) for file in as_list(task["files"])]
    assert [(file["kind"], file["content_type"]) for file in files] == [("film", "video/mp4"), ("cover", "image/jpeg")]


def test_the_addresses_of_the_state_work_and_viewing_a_file_is_no_download(emulator: Emulator) -> None:
    create(emulator)
    emulator.clock.step(10)
    files = [as_object(file) for file in as_list(only_task(emulator)["files"])]
    given = [send(emulator, "GET", path, query=query) for path, _, query in (_address(file) for file in files)]
    ledger = emulator.ledger
    before = ledger.bytes_served, ledger.count("vidu", "download")
    emulator.faults.add(FaultRule(kind="expired_url", nth=1))
    for file, download in zip(files, given, strict=True):
        viewed = send(emulator, "GET", str(file["view"]))
        assert (download.status, viewed.status, viewed.body) == (200, 200, download.body)
        assert viewed.headers["content-type"] == file["content_type"]
    part = send(emulator, "GET", str(files[0]["view"]), headers={"range": "bytes=4-7"})
    assert (part.status, part.body) == (206, b"ftyp")
    assert (ledger.bytes_served, ledger.count("vidu", "download")) == before
    assert emulator.faults.active[0].calls == 0


def _address(file: Object) -> tuple[str, str, str]:
    return str(file["url"]).removeprefix(ORIGIN).partition("?")


@pytest.mark.parametrize("path", ["vidu/1/0.mp4", "comfy/{id}/0.mp4", "vidu/{id}/1.mp4", "vidu/{id}", "vidu/{id}/0.mp4/x"])
def test_only_the_files_of_a_task_are_served(emulator: Emulator, path: str) -> None:
    create(emulator)
    task_id = str(only_task(emulator)["id"])
    assert send(emulator, "GET", f"/_emulator/files/vidu/{task_id}/0.mp4").status == 404, "not before its end"
    emulator.clock.step(10)
    assert send(emulator, "GET", "/_emulator/files/" + path.replace("{id}", task_id)).status == 404


def test_the_state_counts_and_shows_no_more_than_it_was_asked_for() -> None:
    emulator = new_emulator(concurrency=2, credits={"vidu": 1_000})
    for number in range(3):
        create(emulator, prompt=f"Bird {number}")
    emulator.clock.step(1)
    state = tell(emulator, "state", "limit=2")
    assert [as_object(task)["prompt"] for task in as_list(state["tasks"])] == ["Bird 2", "Bird 1"]
    assert state["task_count"] == 3
    (account,) = [as_object(one) for one in as_list(state["accounts"])]
    price = emulator.ledger.paid[0].credits
    assert (account["provider"], account["running"], account["waiting"]) == ("vidu", 2, 1)
    assert account["credits"] == 1_000 - 3 * price


def test_a_failure_is_reported_when_it_has_happened_and_not_before(emulator: Emulator) -> None:
    emulator.faults.add(FaultRule(kind="task_moderated"))
    create(emulator)
    seen = [only_task(emulator)]
    emulator.clock.step(10)
    seen.append(only_task(emulator))
    assert [(one["state"], one["failure"]) for one in seen] == [("waiting", None), ("failed", "CreationPolicyViolation")]


def test_another_process_can_read_the_ledger_which_has_no_requests_for_it(emulator: Emulator) -> None:
    for path in ("/", "/health", "/_emulator/state", "/_emulator/ledger"):
        send(emulator, "GET", path)
    create(emulator, payload="mark")
    create(emulator, payload="mark")
    send(emulator, "GET", "/ent/v2/tasks/1/creations", headers={"authorization": f"Token {KEY}"})
    ledger = tell(emulator, "ledger")
    paid = [as_object(one) for one in as_list(ledger["paid"])]
    assert [(one["payload"], one["provider"], one["state"]) for one in paid] == [("mark", "vidu", "waiting")] * 2
    assert ledger["paid_twice"] == [[one["id"] for one in paid]]
    requests = [as_object(one) for one in as_list(ledger["requests"])]
    assert ledger["counts"] == [
        {"provider": "vidu", "operation": "textToVideo", "count": 2},
        {"provider": "vidu", "operation": "getCreations", "count": 1},
    ]
    told = [(one["operation"], one["status"], one["account"]) for one in requests]
    assert told == [("textToVideo", 200, 1), ("textToVideo", 200, 1), ("getCreations", 404, 1)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_spec_that_is_served_is_the_packaged_one(emulator: Emulator, provider: str) -> None:
    assert tell(emulator, f"specs/{provider}") == contract_of(provider).spec.root


def test_the_log_has_what_each_request_sent_and_was_answered(emulator: Emulator) -> None:
    emulator.faults.add(FaultRule(kind="answer_lost", operation="status"))
    task_id = value_of(create(emulator))["task_id"]
    send(emulator, "GET", f"/ent/v2/tasks/{task_id}/creations", headers={"authorization": f"Token {KEY}"})
    send(emulator, "POST", "/ent/v2/text2video", {}, headers={"authorization": "Token a-wrong-one"})
    rows = [as_object(one) for one in as_list(tell(emulator, "state")["requests"])]
    told = [(one["method"], one["path"], one["status"], one["fault"], one["says"]) for one in rows]
    assert told == [
        ("POST", "/ent/v2/text2video", 401, None, "unauthorized"),
        ("GET", f"/ent/v2/tasks/{task_id}/creations", None, "answer_lost", "created"),
        ("POST", "/ent/v2/text2video", 200, None, "created"),
    ]
    whole = tell(emulator, f"requests/{rows[-1]['number']}")
    assert json.loads(str(whole["body"])) == {"model": "viduq3-turbo", "prompt": PROMPT}
    assert json.loads(str(whole["reply"]))["task_id"] == task_id


def test_the_log_is_bounded_in_requests_and_in_characters(monkeypatch: pytest.MonkeyPatch) -> None:
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
    state = tell(emulator, "state", query)
    assert [as_object(one)["prompt"] for one in as_list(state["tasks"])] == prompts
    assert [as_object(one)["status"] for one in as_list(state["requests"])] == statuses


def test_a_task_is_shown_with_its_request_its_reference_and_the_requests_that_name_it(emulator: Emulator) -> None:
    create(emulator, callback_url="http://user:word@127.0.0.1:9/hook?token=x")
    emulator.clock.step(3)
    (callback,) = emulator.due_callbacks()
    emulator.callback_sent(callback, status=204, ms=3.0)
    create(emulator, prompt="another")
    task_id = str(only_task_of(emulator, PROMPT)["id"])
    task = tell(emulator, f"tasks/{task_id}")
    assert (task["ref"], as_object(task["body"])["prompt"]) == (str(TaskRef("vidu", task_id)), PROMPT)
    named = [as_object(one) for one in as_list(task["requests"])]
    assert [(one["operation"], one["path"], one["status"]) for one in named] == [
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
def test_a_reference_names_the_operation_that_reports_the_task(
    emulator: Emulator, provider: str, operation: str, ref: str
) -> None:
    body: Object = {"provider": provider, "operation": operation, "body": example(provider, operation)}
    value_of(send(emulator, "POST", "/_emulator/requests", body))
    task_id = only_task(emulator)["id"]
    assert tell(emulator, f"tasks/{task_id}")["ref"] == ref.format(task_id)


# -- what is set -----------------------------------------------------------------------------------------------------------


def test_a_rule_set_from_outside_takes_effect_and_can_be_removed(emulator: Emulator) -> None:
    added = send(emulator, "POST", "/_emulator/faults", {"kind": "http_503", "provider": "vidu", "operation": "create"})
    number = value_of(added, 201)["number"]
    assert create(emulator).status == 503
    (active,) = as_list(tell(emulator, "faults")["rules"])
    assert (as_object(active)["number"], as_object(active)["applied"]) == (number, 1)
    value_of(send(emulator, "DELETE", f"/_emulator/faults/{number}"))
    assert create(emulator).status == 200
    emulator.faults.add(FaultRule(kind="http_503"))
    value_of(send(emulator, "DELETE", "/_emulator/faults"))
    assert emulator.faults.rules == ()
    assert as_object(tell(emulator, "faults")["kinds"]).keys() == KINDS.keys()


def test_a_step_of_the_clock_lets_time_pass(emulator: Emulator) -> None:
    create(emulator)
    clock = value_of(send(emulator, "POST", "/_emulator/clock", {"step": 60}))
    assert clock == {"now": 1e9 + 60, "time": "2001-09-09T01:47:40.000000Z", "rate": 0}
    assert only_task(emulator)["state"] == "succeeded"


def test_a_task_is_cancelled_or_made_to_fail_refunded_and_gives_its_place_to_the_next() -> None:
    emulator = new_emulator(concurrency=1)
    first, second, _third = (value_of(create(emulator))["task_id"] for _ in range(3))

    def end(task: Json, action: str, status: int = 200) -> Object:
        return value_of(send(emulator, "POST", f"/_emulator/tasks/{task}", {"action": action}), status)

    end(first, "cancel")
    emulator.clock.step(3)
    assert "running" in str(end(second, "cancel", 409)["error"])
    end(second, "moderated")
    end(second, "fails", 409)
    states = [(one.state, one.failure) for one in emulator.ledger.paid]
    assert states == [("canceled", None), ("failed", "CreationPolicyViolation"), ("running", None)]
    account = as_object(as_list(tell(emulator, "state")["accounts"])[0])
    assert (account["credits"], account["spent"]) == (1_000_000 - emulator.ledger.paid[2].credits, 0)
    assert (account["running"], account["waiting"]) == (1, 0)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_operation_that_makes_something_accepts_its_documented_example(provider: str) -> None:
    """Those that continue a film of theirs say that there is none. Faults affect these requests as they do others."""
    emulator = new_emulator(keys={provider: KEY})
    asked: list[Object] = []
    for operation in as_list(as_object(tell(emulator, "")["creates"])[provider]):
        body: Object = {"provider": provider, "operation": operation, "body": example(provider, str(operation))}
        asked.append({**body, "id": "q3-lite" if operation == "contentToImage" else "1"})
        seen = value_of(send(emulator, "POST", "/_emulator/requests", asked[-1]))
        assert seen["status"] in (200, 404), (operation, seen["reply"])
    assert emulator.ledger.paid
    emulator.faults.add(FaultRule(kind="html_502", operation=str(asked[0]["operation"])))
    seen = value_of(send(emulator, "POST", "/_emulator/requests", asked[0]))
    assert (seen["status"], seen["fault"]) == (502, "html_502")


def test_a_reset_forgets_tasks_rules_and_ledger(emulator: Emulator) -> None:
    create(emulator)
    emulator.faults.add(FaultRule(kind="http_503"))
    value_of(send(emulator, "POST", "/_emulator/reset", {}))
    state = tell(emulator, "state")
    assert (state["tasks"], state["accounts"], state["faults"], state["requests"]) == ([], [], [], [])
