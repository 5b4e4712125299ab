"""Notices end waits. The emulator sends them over loopback and signs them with code of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import pytest
import uvicorn
from playing import NEVER_COMES, PATIENCE, Way, both_ways, client
from starlette.types import Receive, Scope, Send

from vidu_ext import Account, ConfigurationError, PollPolicy, Settings, TaskRef, TextToVideo, Vidu
from vidu_ext.callbacks import CallbackReceiver
from vidu_ext.emulator import EmulatorServer, EmulatorSettings

SLOW: Final = Settings(poll=PollPolicy(floor=NEVER_COMES, ceiling=NEVER_COMES))
"""Settings with which nothing is polled during a test, so that only a notice ends a wait."""
BIRD: Final = TextToVideo(prompt="a paper bird", model="viduq3-turbo")


class Web:
    """A web application with a receiver, which may lose its notices."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.receiver = CallbackReceiver(url)
        self.loses = False
        self.requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += 1
        if self.loses:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await self.receiver(scope, receive, send)


@contextmanager
def web_server() -> Generator[Web]:
    listening = socket.create_server(("127.0.0.1", 0))
    web = Web(f"http://127.0.0.1:{listening.getsockname()[1]}/hooks/vidu?site=1")
    server = uvicorn.Server(uvicorn.Config(web, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield web
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listening.close()


@contextmanager
def emulator() -> Generator[EmulatorServer]:
    with EmulatorServer(settings=EmulatorSettings(queue_seconds=0.05, processing_seconds=0.1)) as server:
        yield server


def account(server: EmulatorServer, provider: str = "vidu") -> Account:
    environment = server.env()
    name = provider.upper()
    return Account(provider=provider, key=environment[f"{name}_API_KEY"], base_url=environment[f"{name}_BASE_URL"])


def run_tasks(
    way: Way, server: EmulatorServer, web: Web, settings: Settings = SLOW, request: TextToVideo = BIRD
) -> list[TaskRef]:
    """Return the tasks that one client submitted and waited for: one, then two together."""

    with client(way, [account(server)], settings, callbacks=web.receiver) as vidu:
        one = vidu.submit(request).result(timeout=NEVER_COMES)
        two = vidu.wait_all([vidu.submit(request) for _ in range(2)], timeout=NEVER_COMES)
        return [result.ref for result in (one, *two)]


@both_ways
def test_wait_ends_with_a_notice_without_polling(way: Way) -> None:
    with web_server() as web, emulator() as server:
        assert len(set(run_tasks(way, server, web))) == 3


@both_ways
def test_wait_whose_notices_are_lost_ends_by_polling(way: Way) -> None:
    with web_server() as web, emulator() as server:
        web.loses = True
        quick = Settings(poll=PollPolicy(floor=0.05, ceiling=0.1))
        assert len(set(run_tasks(way, server, web, quick))) == 3
        assert web.requests


def test_notice_that_comes_before_the_wait_ends_it_at_once() -> None:
    with web_server() as web, emulator() as server, Vidu([account(server)], settings=SLOW, callbacks=web.receiver) as vidu:
        task = vidu.submit(BIRD)
        arrived = threading.Event()
        while not any(notice.state == "success" for notice in web.receiver.notices(task.ref.task_id)):
            arrived.wait(0.01)
        assert task.result(timeout=NEVER_COMES).ref == task.ref


def test_callback_url_of_the_request_itself_is_kept() -> None:
    request = TextToVideo(prompt="a paper bird", model="viduq3-turbo", callback_url="http://127.0.0.1:9/mine")
    with web_server() as web, emulator() as server, Vidu([account(server)], callbacks=web.receiver) as vidu:
        submission = vidu.submit(request).submission
    assert submission is not None
    assert submission.body["callback_url"] == "http://127.0.0.1:9/mine"


def test_provider_without_documented_signatures_gets_no_callback_url() -> None:
    request = TextToVideo(prompt="a paper bird", model="viduq3-pro", duration=5, resolution="720p")
    with web_server() as web, emulator() as server:
        accounts = [account(server, "comfy"), account(server)]
        vidu = Vidu(accounts, callbacks=web.receiver)
        bodies = [vidu.submit(request, account=name).submission for name in ("comfy", "vidu")]
        vidu.close()
    assert ["callback_url" in submission.body for submission in bodies if submission] == [False, True]


def test_callbacks_must_be_a_receiver() -> None:
    with pytest.raises(ConfigurationError):
        Vidu({"vidu": "k"}, callbacks="https://films.example/")  # type: ignore[arg-type]  # what users write first
