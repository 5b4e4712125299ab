"""The fixture `vidu_contract` fails exactly those tests whose clients got an undocumented answer."""

from __future__ import annotations

import json
from textwrap import dedent, indent
from typing import Final

import httpx
import pytest
from drifting_provider import DRIFTS, STATUS  # in tests/cli

# Imported for the suite, because pytester unloads the modules that a run imports first
from vidu_clients.vidu.api.tasks import get_creations as get_creations

from vidu_ext import AsyncVidu as AsyncVidu
from vidu_ext import Vidu as Vidu
from vidu_ext.contract.observed import observing

pytest_plugins = ["pytester", "user_suite"]

CLIENT_CODE: Final = {
    "the client": """
        with Vidu([ACCOUNT], settings=Settings(transport=TRANSPORT)) as vidu:
            vidu.status("vidu:1")
    """,
    "the async client": """
        async def ask():
            async with AsyncVidu([ACCOUNT], settings=Settings(async_transport=TRANSPORT)) as vidu:
                await vidu.status("vidu:1")
        asyncio.run(ask())
    """,
    "a generated client": """
        httpx_args = {"transport": TRANSPORT}
        with AuthenticatedClient("https://mirror.example", token="k", prefix="Token", httpx_args=httpx_args) as client:
            get_creations.sync_detailed("1", client=client)
    """,
    "a plain httpx client": """
        with httpx.Client(transport=TRANSPORT, headers={"Authorization": "Token k"}) as client:
            client.get("https://api.vidu.com/ent/v2/tasks/1/creations")
            with client.stream("GET", "https://api.vidu.com/ent/v2/tasks/1/creations") as response:
                response.read()
    """,
}
TEST_TEMPLATE: Final = """
    import asyncio
    import contextlib
    import json
    import httpx
    from vidu_clients.vidu import AuthenticatedClient
    from vidu_clients.vidu.api.tasks import get_creations
    from vidu_clients.vidu.errors import ResponseDecodeError
    from vidu_ext import Account, AsyncVidu, Settings, Vidu, ViduError

    ACCOUNT = Account(provider="vidu", key="k")
    ANSWER = json.loads({answer!r})

    class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self):
            yield json.dumps(ANSWER).encode()

        async def __aiter__(self):
            yield json.dumps(ANSWER).encode()

    TRANSPORT = httpx.MockTransport(lambda request: httpx.Response(200, stream=Body()))

    def test_asks(vidu_contract):
        with contextlib.suppress(ViduError, ResponseDecodeError):
{client_code}
        {last_line}
"""


def run_suite(
    suite: pytest.Pytester, answer: object, client: str = "the client", *, last_line: str = "assert vidu_contract.answers"
) -> pytest.RunResult:
    client_code = indent(dedent(CLIENT_CODE[client]), " " * 12)
    suite.makepyfile(TEST_TEMPLATE.format(answer=json.dumps(answer), client_code=client_code, last_line=last_line))
    return suite.runpytest()


@pytest.mark.parametrize("client", CLIENT_CODE)
def test_drift_in_an_answer_to_any_httpx_client_fails_the_test_and_is_named(client: str, suite: pytest.Pytester) -> None:
    result = run_suite(suite, DRIFTS["a new member"][0], client)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*new, getCreations, HTTP 200: *mood*"])


@pytest.mark.parametrize(
    ("answer", "last_line"),
    [
        (STATUS, "assert vidu_contract.answers"),
        (DRIFTS["a new member"][0], "assert vidu_contract.drifts.pop().grade == 'new'"),
    ],
)
def test_test_passes_if_its_answers_are_as_documented_or_it_removes_their_drifts(
    answer: object, last_line: str, suite: pytest.Pytester
) -> None:
    run_suite(suite, answer, last_line=last_line).assert_outcomes(passed=1)


def test_fixture_ignores_other_traffic_and_observes_no_client_after_its_test(suite: pytest.Pytester) -> None:
    suite.makepyfile("""
        import httpx

        def test_asks(vidu_contract):
            transport = httpx.MockTransport(lambda request: httpx.Response(200, text="hello"))
            with httpx.Client(transport=transport) as client:
                client.get("https://other.example/credits")
            assert vidu_contract.answers == 0
            assert httpx.Client.send.__name__ == "observed"

        def test_is_not_observed_any_more():
            assert httpx.Client.send.__name__ == "send"
    """)
    suite.runpytest().assert_outcomes(passed=2)


def test_answer_after_a_redirect_is_compared_with_the_operation_that_it_answers() -> None:
    """Once, the answer of the last hop was compared with the operation of the first request."""

    def answer(request: httpx.Request) -> httpx.Response:
        is_moved = request.url.path == "/ent/v2/credits"
        headers = {"Location": "https://api.vidu.com/ent/v2/tasks/1/creations"}
        return httpx.Response(302, headers=headers) if is_moved else httpx.Response(200, json=STATUS)

    observed: list[tuple[str, object]] = []
    with (
        observing(lambda operation, drifts: observed.append((operation, drifts))),
        httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as client,
    ):
        client.get("https://api.vidu.com/ent/v2/credits", headers={"Authorization": "Token k"})

    assert observed == [("getCreations", ())]
