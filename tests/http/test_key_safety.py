"""A key goes to its provider and never to another host, a log, a message, a repr or a file. Signed addresses stay unchanged.

One server plays the provider, others play every other host, and their ledgers show every byte that came.
"""

from __future__ import annotations

import gc
import json
import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, cycle, repeat
from pathlib import Path
from typing import Final

import httpx
import pytest
from playing import (
    PROVIDERS,
    RETRY,
    WAYS,
    Way,
    account,
    all_providers,
    body_for,
    both_ways,
    brief,
    call_client,
    client,
    crossed,
    request_for,
    run,
)
from provider_forms import Act, Route, Seen, form_of
from provider_tasks import SIGNATURE, film_of
from server import Server
from signed_files import KEY, elsewhere, fetch, few_tries, session_of, upload

from vidu_ext import Settings, Submission, TaskRef, Vidu
from vidu_ext.flows import poll
from vidu_ext.transport.endpoint import Endpoint
from vidu_ext.transport.part_file import part_of
from vidu_ext.values.errors import (
    DownloadError,
    KeyRefusedError,
    RefusedError,
    ResultExpiredError,
    SubmissionUnknownError,
    TaskFailedError,
    ViduError,
    WaitRefusedError,
)

HEADERS: Final = {
    "vidu": ("authorization", f"Token {KEY}"),
    "comfy": ("x-api-key", KEY),
    "zenlayer": ("authorization", f"Bearer {KEY}"),
    "skills_video": ("authorization", f"Bearer {KEY}"),
}


def bytes_of(seen: Seen) -> str:
    """Return a request as it came, as one text."""
    return f"{seen.method} {seen.target} {dict(seen.headers)} {seen.body!r}"


def assert_keyless(servers: Iterable[Server]) -> None:
    for server in servers:
        for seen in server.seen:
            assert KEY not in bytes_of(seen)
            assert not {"authorization", "x-api-key", "cookie"} & set(seen.headers)


# -- which requests carry it -----------------------------------------------------------------------------------------------


@all_providers
@both_ways
def test_key_goes_to_its_provider_and_to_no_other_host(provider: str, way: Way, log: Callable[[], str]) -> None:
    plan: Mapping[Route, Iterable[Act]] = {"create": [Act(ends="closed")], "status": [Act(status=500)], "list": [Act(status=500)]}
    with Server() as other_host:
        with Server(
            provider, key=KEY, plan=plan, film_url=lambda _, name: f"{elsewhere(other_host)}/films/{name}.mp4?s=1"
        ) as server:
            ended = run(way, [server])
        header, word = form_of(provider).key
        assert HEADERS.get(provider, (header, word + KEY)) == (header, word + KEY)
        assert server.seen
        for seen in server.seen:
            assert seen.headers[header] == word + KEY
            assert KEY not in bytes_of(seen).replace(word + KEY, "", 1)
        assert (len(other_host.calls("film")) == 1) == (ended.error is None)
        assert_keyless([other_host])
    assert provider.split("_")[0] in log()
    assert KEY not in log()


@all_providers
@both_ways
def test_file_at_the_address_of_the_api_gets_the_key_as_the_spec_says(provider: str, way: Way) -> None:
    """The key is sent there only over https, after it was asked for, and if the spec says so."""
    with Server(provider, key=KEY, plan={"film": [Act(status=401), Act(status=403)]}) as server:
        ended = run(way, [server])
    assert ended.error is None
    assert len(server.calls("film")) == 3
    for seen in server.calls("film"):
        assert KEY not in bytes_of(seen)


@crossed("status", [401, 407])
def test_file_host_that_asks_for_a_key_gets_none(status: int, provider: str, way: Way) -> None:
    ask = Act(status=status, headers={"www-authenticate": "Bearer", "proxy-authenticate": "Basic"})
    with Server(plan={"film": repeat(ask)}) as other_host:
        with Server(provider, key=KEY, film_url=lambda _, name: f"{elsewhere(other_host)}/films/{name}.mp4") as server:
            ended = run(way, [server])
        assert isinstance(ended.error, ResultExpiredError)
        assert other_host.calls("film")
        assert_keyless([other_host])


@crossed("status", [302, 303, 308])
def test_redirect_of_a_create_or_status_is_not_followed(status: int, provider: str, way: Way) -> None:
    """Neither the key nor the request is sent to the other host."""
    with Server() as other_host:
        away = Act(accepts=False, status=status, headers={"location": f"{elsewhere(other_host)}/ent/v2/text2video"})
        with Server(provider, key=KEY, plan={"create": repeat(away)}) as server:
            ended = run(way, [server])
            assert ended.error is not None
            assert server.paid == []
            server.plan["status"] = server.plan["list"] = repeat(away)
            ref = TaskRef(provider, server.make(body_for(provider)).id)
            with Vidu([account(server)], settings=brief()) as vidu, pytest.raises(ViduError):
                vidu.status(ref)
        assert other_host.seen == []


@all_providers
@both_ways
def test_file_redirected_from_host_to_host_is_fetched_without_the_key(provider: str, way: Way) -> None:
    plan: Mapping[Route, Iterable[Act | None]] = {"film": repeat(None)}
    with Server(provider, key=KEY, plan=plan, life=("done",)) as server, Server() as first, Server() as second:
        name = server.make(body_for(provider)).id
        first.plan["film"] = iter([Act(status=302, headers={"location": f"{second.origin}/films/{name}?x=1"})])
        second.plan["film"] = iter([Act(status=307, headers={"location": f"{server.origin}/films/{name}.mp4"})])
        film = fetch(way, server, f"{elsewhere(first)}/films/{name}.mp4")
        assert film == film_of(name)
        assert [len(one.calls("film")) for one in (first, second, server)] == [1, 1, 1]
        for one in (first, second, server):
            assert KEY not in "".join(map(bytes_of, one.calls("film")))


@both_ways
@pytest.mark.parametrize("provider", ["vidu", "comfy"])
def test_upload_to_a_signed_address_sends_no_key_and_keeps_the_signature(provider: str, way: Way, log: Callable[[], str]) -> None:
    """Without the key, and with every percent escape of the signature as it was."""
    target = f"/bucket/a%2Fb/..;c+d?X-Amz-Signature=e%2f%3D&{SIGNATURE}"
    with Server() as other_host, Server(provider, key=KEY) as server:
        other_host.plan["other"] = iter([Act(status=500), Act(status=200, headers={"etag": '"e"'})])
        place = {
            "id": "7",
            "put_url": elsewhere(other_host) + target,
            "upload_url": elsewhere(other_host) + target,
            "download_url": "u",
        }
        server.plan["other"] = iter([Act(status=200, body=json.dumps(place).encode()), Act(status=200, body=b'{"uri": "u"}')])
        assert upload(way, server, brief()) == "u"
        assert [(seen.method, seen.target, seen.body) for seen in other_host.seen] == [("PUT", target, b"PNG")] * 2
        assert_keyless([other_host])
    assert f"PUT {elsewhere(other_host)}" in log()
    assert "Signature" not in log()
    assert KEY not in log()


# -- where it is written ---------------------------------------------------------------------------------------------------

QUOTED: Final = f"invalid key {KEY}, sent as 'Bearer {KEY}'"


FAILED: Final = {"state": "failed", "status": "FAILED", "err_code": "X", "err_msg": QUOTED, "message": QUOTED}


def quoting(status: int, **members: object) -> Act:
    """Return an answer that quotes the key, as some gateways do."""
    body = {"code": status, "reason": "Unauthorized", "message": QUOTED, "error": QUOTED, **members}
    return Act(accepts=False, status=status, body=json.dumps(body).encode())


QUOTES: Final[Mapping[str, tuple[Route, Act, type[ViduError]]]] = {
    "create is refused": ("create", quoting(401), KeyRefusedError),
    "create is unknown": ("create", quoting(500), SubmissionUnknownError),
    "create is answered with nonsense": ("create", Act(accepts=False, status=200, body=QUOTED.encode()), SubmissionUnknownError),
    "create breaks off": (
        "create",
        Act(accepts=False, status=401, body=QUOTED.encode(), ends="closed", sends=lambda body: body[:-1]),
        KeyRefusedError,
    ),
    "status is refused": ("status", quoting(401), WaitRefusedError),
    "task has failed": ("status", Act(body=json.dumps(FAILED).encode()), TaskFailedError),
}


@crossed("case", QUOTES)
def test_key_that_an_answer_quotes_is_shown_nowhere(
    case: str, provider: str, way: Way, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "NEWBORN_SECONDS", 0.1)  # or the refused status of a new task is asked for again for a minute
    route, act, kind = QUOTES[case]
    plan: dict[Route, Iterable[Act]] = {route: repeat(act)}
    if route == "status":
        plan["list"] = repeat(Act(status=404))
    settings = brief(retry=RETRY.__class__(first=0.01, budget=0.05), window=0.03)
    with Server(provider, key=KEY, plan=plan) as server:
        ended = run(way, [server], settings)
    assert isinstance(ended.error, kind)
    assert KEY not in all_that_is_shown(ended.error)
    assert KEY not in log()


ODD_KEY: Final = 'vk/7f3a9c5e+1b2d4860==\\"secret'
IN_JSON: Final = json.dumps(ODD_KEY)[1:-1]
IN_ESCAPES: Final = "".join(f"\\u{ord(one):04X}" for one in ODD_KEY)
"""RFC 8259, section 7: any character may be written as an escape."""


@both_ways
@pytest.mark.parametrize("written", [IN_JSON, IN_JSON.replace("/", "\\/"), IN_ESCAPES], ids=["JSON", "as of PHP", "escapes"])
def test_key_is_removed_from_an_answer_however_json_writes_it(written: str, way: Way) -> None:
    body = f'{{"code":400,"reason":"FieldInvalid","message":"no {written}!"}}'
    assert json.loads(body)["message"] == f"no {ODD_KEY}!"
    assert "no <key>!" in shown_refusal(way, httpx.Response(400, text=body), ODD_KEY)


@both_ways
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32-be"])
def test_key_is_removed_from_headers_and_from_an_answer_in_any_encoding_which_stays_readable(encoding: str, way: Way) -> None:
    """Once, UTF-16 was not readable after that: a task was lost if the answer to its create quoted the key."""
    body = json.dumps({"code": 400, "reason": "FieldInvalid", "message": f"no {KEY}!"}).encode(encoding)
    shown = shown_refusal(way, httpx.Response(400, content=body, headers={"x-request-id": f"of {KEY}"}), KEY)
    assert "no <key>!" in shown
    assert "support: of <key>." in shown


def shown_refusal(way: Way, answer: httpx.Response, key: str) -> str:
    """Return all that is shown of a refused create; the key is not in it."""
    transport = httpx.MockTransport(lambda _: answer)
    settings = Settings(transport=transport, async_transport=transport)
    with pytest.raises(RefusedError) as caught:
        call_client(way, {"vidu": key}, lambda vidu: vidu.submit(request_for("vidu")), settings)
    shown = all_that_is_shown(caught.value)
    assert key not in shown
    return shown


def all_that_is_shown(error: BaseException) -> str:
    """Message, repr, notes, causes and attributes of an error."""
    texts = [*traceback.format_exception(error), repr(error), repr(vars(error)), str(error)]
    for value in vars(error).values():
        texts += [repr(value), str(value)]
        if isinstance(value, Submission):
            texts.append(value.to_text())
    return "\n".join(texts)


FAULTS: Final = (Act(ends="closed"), Act(ends="reset"), Act(status=500), Act(status=307), Act(body=b"<html>"))


@pytest.mark.parametrize(("provider", "way"), list(zip(PROVIDERS, cycle(WAYS), strict=False)))
def test_no_object_of_the_package_prints_the_key(provider: str, way: Way, log: Callable[[], str]) -> None:
    """Every object of the package that is alive after runs with faults, with its own repr and str, and the log of them all."""
    earlier = gc.get_objects()  # kept, so that no new object gets the id of one of these
    known = set(map(id, earlier))
    shown = [one for fault in FAULTS for one in shown_after_a_run(fault, provider, way)]
    gc.collect()
    new = [one for one in gc.get_objects() if id(one) not in known]
    shown += [one for one in new if str(type(one).__module__).startswith("vidu_ext.")]
    assert any(isinstance(one, Endpoint) for one in shown)
    for one in shown:
        assert KEY not in f"{one!r} {one!s}", type(one)
    assert KEY not in log()


def shown_after_a_run(fault: Act, provider: str, way: Way) -> list[object]:
    """Return what a caller may hold after a run in which each kind of request met this fault."""
    with Server(provider, key=KEY, plan={"create": [fault], "status": [fault], "list": [fault], "film": [fault]}) as server:
        configured, session = account(server), session_of(server, brief())
        ended = run(way, [server])
        with Vidu([configured], settings=brief()) as vidu:
            endpoints = [session.choice.endpoints[name] for name in session.choice.accounts]
            shown: list[object] = [configured, session, vidu, ended, *endpoints, session.settings]
            shown += vidu.explain(request_for(provider))
            with pytest.raises(ViduError) as caught:
                vidu.submit(request_for(provider), check=False, account="nobody")
            return [*shown, caught.value]


@both_ways
@pytest.mark.parametrize("provider", PROVIDERS)
def test_files_of_a_broken_download_contain_no_key_and_no_signature(
    provider: str, way: Way, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the key nor the signature is on the disk, in the error, or in the log, that of httpx included."""
    caplog.set_level(logging.DEBUG)
    acts = chain([Act(ends="closed", sends=lambda body: body[:1000])], repeat(Act(status=500)))
    with Server(provider, key=KEY, plan={"film": acts}, life=("done",)) as server:
        ref = TaskRef(provider, server.make(body_for(provider)).id)

        with client(way, [account(server)]) as vidu, pytest.raises(DownloadError) as caught:
            vidu.wait(ref).download(tmp_path / "film.mp4", options=few_tries())
    left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert part_of(tmp_path / "film.mp4").name in left
    for name, content in left.items():
        assert KEY.encode() not in content, name
        assert b"Signature" not in content, name
    assert KEY not in all_that_is_shown(caught.value)
    assert "Signature" not in all_that_is_shown(caught.value)
    assert httpx.__name__ in {one.name for one in caplog.records}
    assert "Signature" not in "".join(one.getMessage() for one in caplog.records)
