"""The fixture `vidu_contract` fails a test whose clients were answered otherwise than documented, and no other test."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Final

import pytest
from drifting_provider import DRIFTS, STATUS

pytest_plugins = ["pytester"]

ASKING: Final = {
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
        given = {"transport": TRANSPORT}
        with AuthenticatedClient("https://mirror.example", token="k", prefix="Token", httpx_args=given) as client:
            get_creations.sync_detailed("1", client=client)
    """,
    "a client of one's own": """
        with httpx.Client(transport=TRANSPORT, headers={"Authorization": "Token k"}) as client:
            client.get("https://api.vidu.com/ent/v2/tasks/1/creations")
            with client.stream("GET", "https://api.vidu.com/ent/v2/tasks/1/creations") as response:
                response.read()
    """,
}
TEST: Final = """
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
{asking}
        assert vidu_contract.answers
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A test suite of a user, with this plugin alone. What it imports is loaded before, as pytester forgets it afterwards."""
    for name in (
        "vidu_ext.client.async_vidu",
        "vidu_ext.client.vidu",
        "vidu_ext.contract.observed",
        "vidu_clients.vidu.api.tasks.get_creations",
    ):
        import_module(name)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\naddopts = -p vidu_ext.testing --strict-markers\n")
    return pytester


def written(suite: pytest.Pytester, answer: object, asking: str) -> pytest.RunResult:
    lines = "\n".join("            " + line[8:] for line in asking.strip("\n").splitlines())
    suite.makepyfile(TEST.format(answer=json.dumps(answer), asking=lines))
    return suite.runpytest()


@pytest.mark.parametrize("name", DRIFTS)
def test_fixture_fails_a_test_with_the_drift_it_saw(name: str, suite: pytest.Pytester) -> None:
    answer, grade, place = DRIFTS[name]
    result = written(suite, answer, ASKING["the client"])
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*{grade}, getCreations, HTTP 200: *{place.removeprefix('#')}*"])


@pytest.mark.parametrize("client", ASKING)
def test_fixture_sees_the_answers_of_every_httpx_client(client: str, suite: pytest.Pytester) -> None:
    written(suite, DRIFTS["a new member"][0], ASKING[client]).assert_outcomes(failed=1)


@pytest.mark.parametrize("client", ASKING)
def test_fixture_passes_a_test_whose_answers_are_as_documented(client: str, suite: pytest.Pytester) -> None:
    written(suite, STATUS, ASKING[client]).assert_outcomes(passed=1)


def test_fixture_ignores_other_traffic(suite: pytest.Pytester) -> None:
    suite.makepyfile("""
        import httpx

        def test_asks(vidu_contract):
            transport = httpx.MockTransport(lambda request: httpx.Response(200, text="hello"))
            with httpx.Client(transport=transport) as client:
                client.get("https://other.example/credits")
            assert vidu_contract.answers == 0

        def test_is_not_observed_any_more():
            assert httpx.Client.send.__name__ == "send"
    """)
    suite.runpytest().assert_outcomes(passed=2)


def test_expected_differences_can_be_removed(suite: pytest.Pytester) -> None:
    asking = f"{ASKING['the client'].rstrip()}\n            assert vidu_contract.drifts.pop().grade == 'new'\n"
    written(suite, DRIFTS["a new member"][0], asking).assert_outcomes(passed=1)
