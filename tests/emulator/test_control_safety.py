"""The control API refuses bad input and pages of other sites, and shows no key."""

from __future__ import annotations

from typing import Final

import pytest
from control_calls import JSON, KEY, ORIGIN, create, new_emulator, read, send, value_of
from starlette.testclient import TestClient

from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.faults.rules import FaultRule
from vidu_ext.emulator.http.app import asgi
from vidu_ext.emulator.state.ledger import MOST_SHOWN
from vidu_ext.values.tasks import Json


@pytest.fixture
def emulator() -> Emulator:
    return new_emulator()


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
