"""The subjects that are stored at an account are listed whole, and who stores none says so before anything is sent."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from playing import Way, both_ways
from vidu_clients.vidu.models import CreateSubjectRequest
from vidu_clients.vidu.models import Subject as StoredSubject

from vidu_ext import AsyncVidu, Settings, Vidu
from vidu_ext.client.account_choice import Keys
from vidu_ext.emulator import Clock, Emulator
from vidu_ext.testing import emulator_accounts, emulator_settings
from vidu_ext.values.errors import CallError, ConfigurationError, ResponseUnreadableError


def listed(way: Way, accounts: Keys, settings: Settings) -> list[StoredSubject]:

    async def awaited() -> list[StoredSubject]:
        async with AsyncVidu(accounts, settings=settings) as vidu:
            return [subject async for subject in vidu.subjects()]

    if way == "awaited":
        return asyncio.run(awaited())
    with Vidu(accounts, settings=settings) as vidu:
        return list(vidu.subjects())


def answering(*answers: object) -> Settings:
    given = iter(answers)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=next(given)))
    return Settings(transport=transport, async_transport=transport)


@both_ways
def test_every_page_is_read(way: Way) -> None:
    emulator = Emulator(clock=Clock(rate=0))
    accounts = [account for account in emulator_accounts(emulator) if account.provider == "vidu"]
    settings = emulator_settings(emulator)
    with Vidu(accounts, settings=settings) as vidu:
        made = [
            vidu.call(CreateSubjectRequest(name=f"bird-{number}", images=["https://example.com/a.png"])).id
            for number in range(101)
        ]

    assert [subject.id for subject in listed(way, accounts, settings)] == made


@both_ways
def test_account_of_a_provider_without_subjects_is_not_asked_for_them(way: Way) -> None:
    with pytest.raises(ConfigurationError, match=r"comfy, which stores no subjects\. They are stored at vidu"):
        listed(way, {"comfy": "key"}, answering())
    with pytest.raises(ConfigurationError, match="say which account"):
        listed(way, {"vidu": "key", "comfy": "key"}, answering())


@both_ways
def test_account_without_subjects_has_an_empty_list(way: Way) -> None:
    assert listed(way, {"vidu": "key"}, answering({"subjects": None, "next_page_token": ""})) == []
    assert listed(way, {"vidu": "key"}, answering({"subjects": []})) == []


@both_ways
@pytest.mark.parametrize("answer", [{}, [], {"tasks": []}, {"subjects": [{"name": "no id"}]}, {"subjects": "none"}])
def test_answer_that_is_not_a_list_of_subjects_is_an_error(way: Way, answer: object) -> None:
    with pytest.raises(ResponseUnreadableError):
        listed(way, {"vidu": "key"}, answering(answer))


@both_ways
def test_list_of_subjects_that_leads_back_to_itself_is_an_error(way: Way) -> None:
    around: list[object] = [{"subjects": [], "next_page_token": token} for token in ("a", "b", "a", "b")]
    with pytest.raises(CallError, match="leads back"):
        listed(way, {"vidu": "key"}, answering(*around))
