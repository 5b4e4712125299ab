"""The exit code says what happened to the money, and whether the command may be run again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from attrs import field, frozen
from cli_running import QUICK, Completed, Shell, request_of
from provider_forms import Act, Route
from provider_tasks import usual_film_url
from server import Server

from vidu_ext.cli.formats import error_document
from vidu_ext.values.errors import CallError
from vidu_ext.values.exchange import ErrorReading

pytest_plugins = ["cli_fixtures"]


@frozen(kw_only=True)
class Case:
    """What a provider does to a command, and how that must end."""

    code: int
    kind: str
    """Type of the error in the JSON document."""
    says: str
    paid: int = 0
    provider: str = "vidu"
    life: tuple[str, ...] = ("done",)
    plan: Mapping[Route, list[Act]] = field(factory=dict[Route, "list[Act]"])
    film_url: Callable[[str, str], str] = usual_film_url
    further: tuple[str, ...] = ()


def refusal(status: int, reason: str = "") -> Mapping[Route, list[Act]]:
    body = b'{"code": %d, "reason": "%s", "message": "no"}' % (status, reason.encode())
    return {"create": [Act(accepts=False, status=status, body=body)]}


LOST: Mapping[Route, list[Act]] = {"create": [Act(ends="closed")]}
CASES: Mapping[str, Case] = {
    "the key is refused": Case(code=5, kind="KeyRefusedError", says="Nothing is paid", plan=refusal(401, "Unauthorized")),
    "credits are used up": Case(
        code=5, kind="InsufficientCreditsError", says="Nothing is paid", plan=refusal(400, "CreditInsufficient")
    ),
    "the provider is busy": Case(code=6, kind="BusyError", says="Nothing is paid", plan=refusal(429)),
    "the answer is lost": Case(code=7, kind="SubmissionUnknownError", says="may be paid", paid=1, plan=LOST, provider="zenlayer"),
    "the task fails": Case(code=8, kind="TaskFailedError", says="ended as failed", paid=1, life=("failed",)),
    "the task is cancelled": Case(code=8, kind="TaskCanceledError", says="ended as", paid=1, life=("canceled",)),
    "the task takes too long": Case(
        code=9, kind="WaitTimeoutError", says="`vidu wait vidu:", paid=1, life=("running",), further=("--timeout", "0.1")
    ),
    "the address of the file is not trusted": Case(
        code=10,
        kind="DownloadRefusedError",
        says="`vidu download vidu:",
        paid=1,
        film_url=lambda origin, name: f"file:///{origin}/{name}",
    ),
    "the spec refuses": Case(code=3, kind="InvalidRequestError", says="#/duration: 99 is more than ", further=("-d", "99")),
    "no account can": Case(
        code=4,
        kind="NoProviderError",
        says="zenlayer cannot serve it",
        provider="zenlayer",
        further=("--extend", "https://example.com/v.mp4"),
    ),
}


def generated(case: Case, folder: Path, *further: str) -> tuple[Completed, int]:
    """Return how the command ended, and how many tasks are paid."""
    *request, option, account = request_of(case.provider)
    with Server(case.provider, life=case.life, plan=case.plan, film_url=case.film_url) as server, Server("skills_video") as other:
        shell = Shell(folder, [server, other] if case.code == 4 else [server])
        of_account = (option, account) if case.code != 4 else ()
        done = shell.run("generate", *request, *of_account, *QUICK, "--retry-for", "0", *case.further, *further)
        return done, len(server.paid) + len(other.paid)


@pytest.mark.parametrize("name", CASES)
def test_each_failure_has_its_documented_exit_code_and_document(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    has_task = case.code in (8, 9, 10)
    done, paid = generated(case, tmp_path)
    assert (done.code, paid) == (case.code, case.paid), done
    assert case.says in done.err
    assert "error: " in done.err
    assert "Traceback" not in done.err
    assert len(done.lines) == int(has_task), "the reference of an accepted task, and nothing else"
    as_json, _ = generated(case, tmp_path, "--json")
    assert (as_json.code, as_json.error["type"], as_json.error["exit_code"]) == (case.code, case.kind, case.code)
    assert case.says in str(as_json.error["message"])
    assert str(as_json.document.get("reference")).startswith("vidu:") == has_task


def test_provider_that_is_not_reached_ends_with_the_exit_code_of_the_command(tmp_path: Path) -> None:
    with Server(listens=False) as server:
        shell = Shell(tmp_path, [server])
        shell.write_config("[defaults]\nretry_for = 0")
        done, status = shell.run("generate", *request_of("vidu")), shell.run("status", "vidu:1")
    assert (done.code, status.code) == (6, 11), (done, status)
    assert "submit again later" in done.err


def test_unknown_task_ends_with_11_and_other_tasks_are_reported(vidu: Shell, server: Server) -> None:
    done = vidu.run("status", "vidu:404", f"vidu:{server.make({}).id}")
    assert (done.code, len(done.lines)) == (11, 1)
    assert done.err.startswith("error: vidu:404: getCreations at vidu failed"), "the message of the library names no task"
    assert vidu.run("cancel", "vidu:404").code == 11


@pytest.mark.parametrize(("state", "code", "advice"), [("running", 9, "vidu wait vidu:"), ("failed", 8, "")])
def test_task_without_a_result_is_not_downloaded(state: str, code: int, advice: str, tmp_path: Path) -> None:
    with Server(life=(state,)) as server:
        done = Shell(tmp_path, [server]).run("download", f"vidu:{server.make({}).id}")
    assert (done.code, done.out) == (code, "")
    assert advice in done.err


def test_document_of_an_error_names_what_the_provider_said() -> None:
    error = CallError("vidu", "getCreations", "no such task", status=404)
    error.reading = ErrorReading("TaskNotFound", "no such task", "invalid", 404, "req-1")
    document = error_document(error, str(error), code=6)
    said = {"code": "TaskNotFound", "message": "no such task", "category": "invalid", "status": 404, "request_id": "req-1"}
    assert document["error"]["reading"] == said
