"""Whatever waits logs the reason, once for each cause. Once, a wrong base URL looked like a hang."""

from __future__ import annotations

import io
import logging
import socket
from collections.abc import Callable

import httpx
import pytest
from attrs import evolve
from playing import NEVER_COMES, Way, account, both_ways, brief, call_client, request_for
from provider_forms import Act
from server import Server

from vidu_ext import Account, DownloadOptions, NotSentError, RetryPolicy, Settings, TaskRef, TextToVideo, Vidu, WaitTimeoutError
from vidu_ext.client.interrupts import wait_note
from vidu_ext.flows import retry

OTHER = Account(provider="vidu", key="key")


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Return a function that gives the messages at WARNING, but for those about members that the server of these tests adds."""

    def lines() -> list[str]:
        ours = [record for record in caplog.records if record.levelno == logging.WARNING and record.name.startswith("vidu_ext")]
        return [line for line in (record.getMessage() for record in ours) if "differently from its spec" not in line]

    return lines


@pytest.fixture
def unreachable() -> Account:
    """An account at a port that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return Account(provider="vidu", key="key", base_url=f"http://127.0.0.1:{closed.getsockname()[1]}")


def submit(way: Way, used: Account, settings: Settings | None = None) -> None:
    call_client(way, [used], lambda vidu: vidu.submit(request_for(used.provider)), settings)


@both_ways
def test_refused_connection_is_logged_once_with_how_long_it_is_retried(
    way: Way, unreachable: Account, warnings: Callable[[], list[str]]
) -> None:
    with pytest.raises(NotSentError):
        submit(way, unreachable)
    (line,) = warnings()
    assert "textToVideo at vidu" in line
    assert "trying again for up to 1 s" in line


@both_ways
def test_client_without_any_answer_gives_up_a_wrong_address_soon(
    way: Way, unreachable: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, it tried for two minutes."""
    monkeypatch.setattr(retry, "UNREACHED_SECONDS", 0.05)
    patient = evolve(brief(), retry=RetryPolicy(first=0.01, ceiling=0.02, budget=NEVER_COMES))
    with pytest.raises(NotSentError, match=r"connection refused at http://127\.0\.0\.1"):
        submit(way, unreachable, patient)


def test_client_that_was_answered_before_retries_for_its_whole_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "UNREACHED_SECONDS", 0.0)
    down = [httpx.ConnectError("refused")] * 3

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and down:
            raise down.pop()
        return httpx.Response(200, json={"task_id": "7", "state": "created", "remains": []}, request=request)

    settings = evolve(brief(), transport=httpx.MockTransport(answer))
    with Vidu({"vidu": "key"}, settings=settings) as vidu:
        with pytest.raises(NotSentError):
            vidu.submit(request_for("vidu"))
        assert vidu.credits() == ()
        assert str(vidu.submit(request_for("vidu")).ref) == "vidu:7"
    assert not down


def test_failing_status_call_is_logged_once(warnings: Callable[[], list[str]]) -> None:
    with Server("zenlayer", plan={"status": [Act(status=500)] * 5}) as server, Vidu([account(server)], settings=brief()) as vidu:
        vidu.wait(f"zenlayer:{server.make({}).id}", timeout=60)
    (line,) = warnings()
    assert "cannot be read now: HTTP 500" in line
    assert "polled again until the wait ends" in line


def test_timeout_for_a_task_that_is_not_found_says_which_wait_is_long_enough() -> None:
    """Once, `vidu wait REF -t 20s` in a loop, each in a process of its own, never ended for a mistyped reference."""
    sure = r"never seen.* a wait of more than 60 s ends with a refusal if there is no such task\. If the task exists"
    with Server("vidu") as server, Vidu([account(server)], settings=brief()) as vidu, pytest.raises(WaitTimeoutError, match=sure):
        vidu.wait("vidu:99999", timeout=0.3)


def test_timeout_for_an_accepted_task_says_that_it_keeps_running_and_is_charged() -> None:
    failing = [Act(status=500)] * 999
    with Server("vidu", plan={"list": failing, "status": failing}) as server, Vidu([account(server)], settings=brief()) as vidu:
        task = vidu.submit(request_for("vidu"))
        with pytest.raises(WaitTimeoutError, match=r"HTTP 500.* The task keeps running and is charged") as caught:
            task.wait(timeout=0.3)
    assert 0.3 <= caught.value.elapsed < 30


def test_failing_download_is_logged_once_for_each_cause(warnings: Callable[[], list[str]]) -> None:
    broken = [Act(status=503), Act(status=503), Act(status=500)]
    with Server("vidu", plan={"film": broken}) as server, Vidu([account(server)], settings=brief()) as vidu:
        result = vidu.submit(request_for("vidu")).wait(timeout=60)
        result.download(io.BytesIO(), options=DownloadOptions(retry=brief().retry))
    assert ["HTTP 503" in line for line in warnings()] == [True, False]
    assert all("trying again for up to 1 s" in line for line in warnings())


def test_search_for_a_task_that_may_be_paid_is_logged(warnings: Callable[[], list[str]]) -> None:
    with Server("vidu", plan={"create": [Act(status=502)], "list": [Act(status=500)]}) as server:
        submit("blocking", account(server))
    assert "it may have been accepted (HTTP 502" in warnings()[0]
    assert "looking for its task" in warnings()[0]


def test_one_warning_names_the_provider_of_requests_without_account_and_model(warnings: Callable[[], list[str]]) -> None:
    with Server("skills_video") as server, Vidu([account(server), OTHER], settings=brief()) as vidu:
        for _ in range(2):
            assert vidu.submit(TextToVideo(prompt="a paper bird", duration=5)).ref.account == "skills_video"
    (line,) = warnings()
    assert "neither an account nor a model was named: this goes to skills_video" in line


@pytest.mark.parametrize(("others", "named"), [([OTHER], "skills_video"), ([], None)], ids=["account is named", "one account"])
def test_request_without_a_choice_of_accounts_causes_no_warning(
    others: list[Account], named: str | None, warnings: Callable[[], list[str]]
) -> None:
    with Server("skills_video") as server, Vidu([account(server), *others], settings=brief()) as vidu:
        vidu.submit(TextToVideo(prompt="a paper bird", duration=5), account=named)
    assert warnings() == []


def test_note_on_a_task_that_no_answer_mentioned_does_not_call_it_paid() -> None:
    one, other = TaskRef("vidu", "1"), TaskRef("vidu", "2")
    assert wait_note([one], {one: "no such task"}).summary == (
        "No answer has mentioned vidu:1 so far: no such task. If it exists, it keeps running and is charged."
    )
    assert wait_note([one, other], {one: "no such task"}).summary.endswith(" 1 other keeps running.")
    assert wait_note([one, other], {}).summary == "2 tasks keep running and are charged."
