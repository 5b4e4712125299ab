"""A base URL with too much or too little of the path works, or the error names its setting."""

from __future__ import annotations

from typing import Final

import httpx
import pytest
from playing import PROVIDERS, Way, all_providers, both_ways, brief, call_client, request_for

from vidu_ext import Account, Settings, TaskRef, Vidu
from vidu_ext.spec.contract import contract_of
from vidu_ext.values.errors import CallError, ConfigurationError, RefusedError

SETTING: Final = {provider: f"{provider.upper()}_BASE_URL" for provider in PROVIDERS}
SPELLINGS: Final = [
    ("vidu", "https://api.vidu.com/ent/v2"),
    ("vidu", "https://api.vidu.com/ent/v2/ent/v2"),
    ("comfy", "https://api.comfy.org/proxy/vidu"),
    ("skills_video", "https://open.skills.video"),
    ("skills_video", "https://open.skills.video/api/v1/generation"),
]


def account(provider: str, base_url: str | None) -> Account:
    return Account(provider=provider, key="key-of-the-test-0123456789", base_url=base_url)


@pytest.mark.parametrize(("provider", "base_url"), SPELLINGS)
def test_calls_reach_the_documented_path_for_every_spelling_of_the_base_url(provider: str, base_url: str) -> None:
    called: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        called.append(str(request.url))
        return httpx.Response(200, json={"task_id": "1", "id": "1", "state": "created", "status": "starting"})

    documented = next(server for server in contract_of(provider).servers() if httpx.URL(server).host == httpx.URL(base_url).host)
    for url in (base_url, documented):
        with Vidu([account(provider, url)], settings=Settings(transport=httpx.MockTransport(answer))) as vidu:
            vidu.submit(request_for(provider)).status()
    assert called[:2] == called[2:]


@all_providers
def test_other_path_on_the_host_of_a_provider_is_refused_with_the_name_of_the_setting(provider: str) -> None:
    wrong = httpx.URL(contract_of(provider).server()).copy_with(path="/elsewhere/v9")
    with Vidu([account(provider, str(wrong))], settings=brief()) as vidu:
        with pytest.raises(ConfigurationError, match=SETTING[provider]) as refused:
            vidu.submit(request_for(provider))
        assert not hasattr(refused.value, "submission")
        with pytest.raises(ConfigurationError, match=SETTING[provider]):
            vidu.status(TaskRef(provider, "1"))


@both_ways
@all_providers
def test_error_for_a_404_without_an_api_names_the_path_and_the_setting(provider: str, way: Way) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(404, text="404 page not found"))
    settings = Settings(transport=transport, async_transport=transport)
    accounts = [account(provider, "https://gateway.example/some")]
    with pytest.raises(RefusedError, match=rf"POST /some/.*{SETTING[provider]}"):
        call_client(way, accounts, lambda vidu: vidu.submit(request_for(provider)), settings)
    with pytest.raises(CallError, match=rf"GET /some/.*{SETTING[provider]}"):
        call_client(way, accounts, lambda vidu: vidu.status(TaskRef(provider, "1")), settings)


def test_error_for_a_404_of_the_api_or_the_default_server_does_not_name_the_setting() -> None:
    known = httpx.MockTransport(lambda _: httpx.Response(404, json={"code": 404, "reason": "NotFound", "message": "no task"}))
    unknown = httpx.MockTransport(lambda _: httpx.Response(404, text="404 page not found"))
    for base_url, transport in (("https://gateway.example", known), (None, unknown)):
        with Vidu([account("vidu", base_url)], settings=Settings(transport=transport)) as vidu:
            with pytest.raises(CallError) as failure:
                vidu.status(TaskRef("vidu", "1"))
            assert "check the path of" not in str(failure.value)
