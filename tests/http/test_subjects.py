"""All subjects of an account are listed. A provider that stores none is an error before anything is sent."""

from __future__ import annotations

import httpx
import pytest
from playing import Way, both_ways, client
from vidu_clients.vidu.models import CreateSubjectRequest
from vidu_clients.vidu.models import Subject as StoredSubject

from vidu_ext import Settings, Vidu
from vidu_ext.client.account_choice import Keys
from vidu_ext.emulator import Clock, Emulator
from vidu_ext.testing import emulator_accounts, emulator_settings
from vidu_ext.values.errors import ConfigurationError, ResponseUnreadableError


def listed(way: Way, accounts: Keys, settings: Settings) -> list[StoredSubject]:
    with client(way, accounts, settings) as vidu:
        return list(vidu.subjects())


def answering(*answers: object) -> Settings:
    rest = iter(answers)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=next(rest)))
    return Settings(transport=transport, async_transport=transport)


@both_ways
def test_subjects_of_every_page_are_listed(way: Way) -> None:
    emulator = Emulator(clock=Clock(rate=0))
    accounts = [account for account in emulator_accounts(emulator) if account.provider == "vidu"]
    settings = emulator_settings(emulator)
    with Vidu(accounts, settings=settings) as vidu:
        created = [
            vidu.call(CreateSubjectRequest(name=f"bird-{number}", images=["https://example.com/a.png"])).id
            for number in range(101)
        ]

    assert [subject.id for subject in listed(way, accounts, settings)] == created


@both_ways
@pytest.mark.parametrize(
    ("providers", "message"),
    [(["comfy"], r"comfy, which stores no subjects\. They are stored at vidu"), (["vidu", "comfy"], "say which account")],
)
def test_accounts_that_leave_no_clear_store_are_refused_before_anything_is_sent(
    providers: list[str], message: str, way: Way
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        listed(way, dict.fromkeys(providers, "key"), answering())


@both_ways
@pytest.mark.parametrize("answer", [{"subjects": None, "next_page_token": ""}, {"subjects": []}])
def test_account_without_subjects_has_an_empty_list(way: Way, answer: object) -> None:
    assert listed(way, {"vidu": "key"}, answering(answer)) == []


@both_ways
@pytest.mark.parametrize("answer", [{}, [], {"tasks": []}, {"subjects": [{"name": "no id"}]}, {"subjects": "none"}])
def test_answer_that_is_not_a_list_of_subjects_is_an_error(way: Way, answer: object) -> None:
    with pytest.raises(ResponseUnreadableError):
        listed(way, {"vidu": "key"}, answering(answer))
