"""`vidu contract`: agreement ends with 0, a difference with 12 and its place. What asks servers sends only what is free, keeps
nothing private, and sends a key to its own server only.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

import pytest
from cli_running import Completed, Shell
from drifting_provider import DRIFTS, KEY, MISSING, STATUS, Answers, DriftingProvider, answers

from vidu_ext.contract import fuzz, installed
from vidu_ext.emulator import Clock, EmulatorSettings
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.values.tasks import Json, Object

DRIFT: Final = 12
Edit = Callable[[dict[str, Any]], object]


def edited(provider: str, edit: Edit) -> dict[str, Any]:
    spec = cast("dict[str, Any]", copy.deepcopy(contract_of(provider).spec.root))
    edit(spec)
    return spec


@pytest.mark.filterwarnings("error")
def test_check_compares_every_installed_spec(tmp_path: Path) -> None:
    done = Shell(tmp_path).run("contract", "check", "--json")
    assert (done.code, done.document["problems"]) == (0, [])
    assert set(cast("dict[str, Any]", done.document["providers"])) == set(PROVIDERS)


POLL: Final = ("paths", "/v1/vidu/tasks/{task_id}/creations")
CREATE: Final = ("paths", "/v1/vidu/text2video", "post")


def at(spec: dict[str, Any], *place: str) -> dict[str, Any]:
    for part in place:
        spec = spec[part]
    return spec


def move(spec: dict[str, Any]) -> None:
    spec["paths"]["/v1/vidu/text-to-video"] = spec["paths"].pop("/v1/vidu/text2video")


def body_of(spec: dict[str, Any]) -> Any:
    examples = at(spec, *CREATE, "requestBody", "content", "application/json", "examples")
    return next(iter(examples.values()))["value"]


WRONG: Final[dict[str, tuple[Edit, str]]] = {
    "an example breaks a limit": (lambda spec: body_of(spec).update(duration=99), "/requestBody/"),
    "the client has another path": (move, "calls post /v1/vidu/text2video"),
    "the client has no such operation": (lambda spec: at(spec, *CREATE).update(operationId="makeVideo"), "cannot be called"),
    "the client uses another method": (
        lambda spec: at(spec, *POLL).update(put=at(spec, *POLL).pop("get")),
        "calls get",
    ),
    "the client is of another spec": (lambda spec: spec["info"].update(version="1999-01-01"), "#/info/version"),
}


@pytest.mark.parametrize("name", WRONG)
def test_check_names_each_difference(name: str) -> None:
    edit, message = WRONG[name]
    problems = installed.check(Contract("zenlayer", edited("zenlayer", edit))).problems
    assert any(message in str(problem) for problem in problems)


def test_check_names_a_model_that_lost_a_member(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that is not declared survives a round trip as an additional property."""
    from vidu_clients.zenlayer.models import Creation

    read = Creation.from_dict

    def forgetful(members: dict[str, Any]) -> Creation:
        creation = read({name: value for name, value in members.items() if name != "url"})
        if "url" in members:
            creation.additional_properties["url"] = members["url"]
        return creation

    monkeypatch.setattr(Creation, "from_dict", forgetful)
    problems = installed.check(contract_of("zenlayer")).problems
    assert {problem.text for problem in problems} == {"the generated Creation does not know url"}


def test_diff_names_grade_and_operation(tmp_path: Path) -> None:
    new = edited("comfy", lambda spec: spec["paths"].pop("/proxy/vidu/extend"))
    (tmp_path / "new.json").write_text(json.dumps(new))
    done = Shell(tmp_path).run("contract", "diff", "comfy", "new.json", "--json")
    assert (done.code, done.document["breaking"]) == (DRIFT, 1)
    (change,) = cast("list[dict[str, Any]]", done.document["changes"])
    assert (change["grade"], change["operations"]) == ("breaking", ["extendVideo"])


def test_diff_without_a_breaking_change_ends_with_0(tmp_path: Path) -> None:
    new = edited("comfy", lambda spec: spec["servers"].append({"url": "https://two.example"}))
    (tmp_path / "new.yaml").write_text(json.dumps(new))
    done = Shell(tmp_path).run("contract", "diff", "comfy", "new.yaml")
    assert (done.code, done.lines) == (0, ["additive\tdocument\tservers https://two.example is new"])


# -- live, record and replay ------------------------------------------------------------------------------------------


def live(folder: Path, provider: DriftingProvider, *further: str) -> Completed:
    return Shell(folder, [provider]).run("contract", "live", *further)


def record(folder: Path, provider: DriftingProvider, *further: str) -> tuple[Completed, list[Path]]:
    done = Shell(folder, [provider]).run("contract", "record", "-o", "kept", *further)
    return done, sorted((folder / "kept").glob("*.json")) if (folder / "kept").exists() else []


def replay(folder: Path, *files: object) -> Completed:
    return Shell(folder, variables={"VIDU_API_KEY": KEY}).run("contract", "replay", *map(str, files), "--json")


def recordings_of(done: Completed) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", done.document["recordings"])


@pytest.mark.parametrize("name", DRIFTS)
def test_live_and_replay_report_a_changed_status_with_its_grade(name: str, tmp_path: Path) -> None:
    status, grade, place = DRIFTS[name]
    with DriftingProvider(answers(status)) as provider:
        done = live(tmp_path, provider, "--json")
        _, files = record(tmp_path, provider)
    replayed = replay(tmp_path, *files)
    accounts = cast("list[dict[str, Any]]", done.document["accounts"])
    seen = [answer["drifts"] for account in accounts for answer in account["answers"]]
    for command, reported in ((done, seen), (replayed, [recording["drifts"] for recording in recordings_of(replayed)])):
        assert command.code == 12
        assert (grade, True) in [(drift["grade"], drift["place"].endswith(place)) for drifts in reported for drift in drifts]
        assert command.document[grade]


def test_live_reports_nothing_of_answers_as_documented(tmp_path: Path) -> None:
    with DriftingProvider(answers(STATUS)) as provider:
        done = live(tmp_path, provider)
    assert (done.code, done.out) == (0, "")
    assert ("GET", "/ent/v2/tasks/1/creations") in provider.requests, "the task that is listed was not asked for"
    assert {method for method, _ in provider.requests} == {"GET"}


def test_live_prints_neither_keys_nor_values(tmp_path: Path) -> None:
    status: Json = {**STATUS, "secret": "a value of the user", "prompt_text": KEY}
    with DriftingProvider(answers(status)) as provider:
        done = live(tmp_path, provider)
    assert done.code == 12
    assert KEY not in done.out + done.err
    assert "a value" not in done.out + done.err


REFUSED: Final[Answers] = {path: (401, {"code": 401, "reason": "Unauthorized", "message": "no"}) for path in answers(STATUS)}
ENDS: Final[dict[str, tuple[Answers, str | None, int, str]]] = {
    "a refused key": (REFUSED, None, 5, "key"),
    "another server": ({}, "<h1>Welcome</h1>", 13, "base URL"),
    "one object for all": ({}, '{"status": "ok"}', 13, "is the base URL right?"),
}
"""Answers, the exit code, and the message.

Once, any answer passed for the list of drama tasks, whose members are not documented.
"""


@pytest.mark.parametrize("name", ENDS)
def test_live_of_another_server_or_with_a_refused_key_has_an_exit_code_of_its_own(name: str, tmp_path: Path) -> None:
    answers_of_server, content, code, message = ENDS[name]
    with DriftingProvider(answers_of_server, content=content, otherwise=(200, MISSING)) as provider:
        done = live(tmp_path, provider)
    assert (done.code, message in done.err, len(done.err.splitlines())) == (code, True, 1), done


def test_live_of_a_server_that_is_not_reached_ends_with_6(tmp_path: Path) -> None:
    done = Shell(tmp_path, variables={"VIDU_API_KEY": KEY, "VIDU_BASE_URL": "http://127.0.0.1:9"}).run("contract", "live")
    assert (done.code, len(done.err.splitlines())) == (6, 1)


def test_live_asks_for_tasks_that_are_named(tmp_path: Path) -> None:
    with DriftingProvider({**answers(STATUS), "/ent/v2/tasks/77/creations": (200, {})}) as provider:
        done = live(tmp_path, provider, "--task", "vidu:77", "--newest", "0", "--json")
    assert (done.code, done.document["broken"]) == (12, 1)


PRIVATE: Final[Object] = {"prompt": "my daughter on a swing", "payload": "order 66 of Ada", "note": f"called with {KEY}"}
"""More of them are in tests/unit/test_redaction.py."""


def test_record_keeps_nothing_private(tmp_path: Path) -> None:
    with DriftingProvider(answers({**STATUS, **PRIVATE, "deep": [PRIVATE]})) as provider:
        done, files = record(tmp_path, provider)
    text = "".join(path.read_text() for path in files)
    assert (done.code, "getCreations" in text) == (0, True)
    assert not [secret for secret in ("daughter", "order 66", KEY) if secret in text]


def test_recording_becomes_an_example_of_its_day(tmp_path: Path) -> None:
    with DriftingProvider(answers(STATUS)) as provider:
        _, files = record(tmp_path, provider)
    done = replay(tmp_path, *files)
    assert done.code == 0
    of_status = next(
        recording for recording in recordings_of(done) if (recording["operation"], recording["status"]) == ("getCreations", 200)
    )
    (name,) = of_status["example"]
    assert name.startswith("seen-20")
    assert of_status["place"].endswith(f"/responses/200/content/application~1json/examples/{name}")


def test_record_overwrites_no_file(tmp_path: Path) -> None:
    with DriftingProvider(answers(STATUS)) as provider:
        _, first = record(tmp_path, provider)
        before = {path: path.read_bytes() for path in first}
        _, both = record(tmp_path, provider)
    assert len(both) == 2 * len(first)
    assert {path: path.read_bytes() for path in first} == before


@pytest.mark.parametrize("is_escaped", [False, True])
def test_replay_refuses_a_recording_with_a_key_and_does_not_show_it(is_escaped: bool, tmp_path: Path) -> None:
    head = {"provider": "vidu", "operation": "getCreations", "status": 200, "date": "2026-11-28"}
    text = json.dumps({**head, "answer": {"list": [{"note": KEY}]}})
    (tmp_path / "a.json").write_text(text.replace("a", "\\u0061") if is_escaped else text)
    done = replay(tmp_path, "a.json")
    assert (done.code, KEY in done.out + done.err) == (2, False)
    assert "looks like a key" in str(done.error["message"])


# -- fuzz --------------------------------------------------------------------------------------------------------------

BRIEF: Final = ("--phases", "examples", "--examples", "1", "--seed", "1")


def fuzzed(shell: Shell, url: str, *further: str, provider: str = "vidu") -> Completed:
    return shell.run("contract", "fuzz", "--url", url, "--provider", provider, *further)


def test_fuzz_of_an_emulator_finds_nothing(tmp_path: Path) -> None:
    settings = EmulatorSettings(keys={"zenlayer": KEY}, is_strict=True, queue_seconds=0.1, processing_seconds=0.1)
    with EmulatorServer(settings=settings, clock=Clock(rate=1000)) as server:
        done = fuzzed(Shell(tmp_path, variables=server.env()), server.urls["zenlayer"], *BRIEF, "--json", provider="zenlayer")
        paid = len(server.emulator.ledger.paid)
    assert (done.code, done.document["held"], done.document["seed"], done.document["failures"]) == (0, True, 1, [])
    assert paid > 0, "an emulator is asked to create tasks too"


def test_fuzz_of_a_server_that_answers_wrongly_ends_with_12_and_creates_nothing(tmp_path: Path) -> None:
    with DriftingProvider({**answers(STATUS), "/ent/v2/tasks": (200, {"tasks": "none"})}) as provider:
        done = fuzzed(Shell(tmp_path, [provider]), provider.url, *BRIEF)
    assert done.code == 12
    assert "No issues found" not in done.out
    assert "Seed: 1" in done.out
    assert not re.search(r"result\.json|schemathesis\.toml", done.out), "a file in a folder that was removed"
    assert {method for method, _ in provider.requests} == {"GET"}
    assert KEY not in done.out + done.err


FUZZ_REFUSED: Final[dict[str, tuple[str, tuple[str, ...], int, str]]] = {
    "the provider itself": ("https://api.vidu.com", ("--key-env", "VIDU_API_KEY", "--may-spend"), 2, "nothing was sent"),
    "a server without an account": ("http://127.0.0.1:9", (), 2, "--key-env"),
    "a server that is not reached": ("http://127.0.0.1:9", ("--key-env", "VIDU_API_KEY"), 6, "is not reached"),
    "an emulator that takes any key": ("{emulator}", (), 2, "--own-keys-only"),
    "an emulator that refuses the key": ("{strict}", ("--key-env", "STRANGE_KEY"), 5, "refuses the key"),
}
"""The URL and the options, the exit code, and the reason."""


@pytest.mark.parametrize("name", FUZZ_REFUSED)
def test_fuzz_is_refused_in_one_line_before_a_request_is_generated(name: str, tmp_path: Path) -> None:
    url, further, code, reason = FUZZ_REFUSED[name]
    strict = EmulatorSettings(keys={"vidu": "the-only-key-it-takes"})
    with EmulatorServer() as server, EmulatorServer(settings=strict) as other:
        url = url.format(emulator=server.urls["vidu"], strict=other.urls["vidu"])
        shell = Shell(tmp_path, variables={**server.env(), "STRANGE_KEY": KEY})
        done = fuzzed(shell, url, *further)
        assert server.emulator.ledger.paid == other.emulator.ledger.paid == ()
    assert (done.code, done.out) == (code, "")
    (line,) = (line for line in done.err.splitlines() if not line.startswith("asking "))  # progress, on a slow machine
    assert reason in line


@pytest.mark.parametrize("content", ["<h1>Welcome</h1>", '{"status": "ok"}', None])
def test_fuzz_of_a_server_that_is_not_the_provider_ends_with_13(content: str | None, tmp_path: Path) -> None:
    """A server without these routes answers each with a 404, which any provider might send."""
    with DriftingProvider({}, content=content, otherwise=(404 if content is None else 200, MISSING)) as provider:
        done = fuzzed(Shell(tmp_path, [provider]), provider.url)
    assert (done.code, "does not answer as vidu" in done.err) == (13, True)


def test_fuzz_that_takes_too_long_ends_with_11_and_says_how_to_repeat_it(tmp_path: Path) -> None:
    with DriftingProvider(answers(DRIFTS["a new member"][0])) as provider:
        done = fuzzed(Shell(tmp_path, [provider]), provider.url, "--seconds", "1")
    assert (done.code, "Seed" in done.err, "--seconds" in done.err) == (11, True, True)


def test_key_is_in_no_argument_and_no_file_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """All users of a machine can see the arguments of programs."""
    seen: list[str] = []

    def run_nothing(command: list[str], environment: dict[str, str], folder: str, *_: object) -> tuple[str, int]:
        seen.extend([*command, *(path.read_text() for path in Path(folder).iterdir())])
        Path(folder, "result.json").write_text('{"complete": true}')
        assert environment[fuzz.KEY_VARIABLE] == KEY
        return "", 0

    monkeypatch.setattr(fuzz, "_run_program", run_nothing)
    assert fuzz.run("vidu", "http://127.0.0.1:9", KEY, fuzz.Budget(), creates=True).is_clean
    assert seen != []
    assert not [text for text in seen if KEY in text]
