"""Ctrl-C ends a program; what it prints leads to what was paid."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from itertools import repeat
from pathlib import Path
from typing import Final

import pytest
from attrs import frozen
from playing import NEVER_COMES, PATIENCE, Way, assert_download_resumes, task_at
from provider_forms import Act, Route
from server import Server

from vidu_ext.providers import provider_named

HANGS: Final = Act(ends="hangs")
SETTLING: Final = 0.3
"""Seconds in which a program reads an answer, or begins to wait for one."""
PROGRAM: Final = f"""
import asyncio, signal, sys
from vidu_ext import *
from vidu_ext.transport import async_driver
signal.signal(signal.SIGINT, signal.default_int_handler)
async_driver.CANCEL_GRACE = GRACE_SECONDS
provider, target, *refs = sys.argv[1:]
request = TextToVideo(prompt="a bird", model=None if provider == "skills_video" else "viduq3-turbo", duration=5)
never = {NEVER_COMES}
settings = Settings(
    retry=RetryPolicy(first=never, ceiling=never, budget=never),
    poll=PollPolicy(floor=POLL_FLOOR, ceiling=never),
    timeouts=Timeouts(read=never, create_read=never, exchange=never),
)
"""
BODIES: Final[Mapping[Way, str]] = {
    "blocking": """
with Vidu(settings=settings) as vidu:
    {}
""",
    "awaited": """
async def main():
    async with AsyncVidu(settings=settings) as vidu:
        await {}
asyncio.run(main())
""",
}


@frozen
class Stop:
    """A program that is interrupted as soon as a route was called."""

    does: str
    route: Route
    says: str
    """Text that its traceback must contain; {name} is the id of the task, {idempotency_key} the key or payload of the request."""
    plan: Mapping[Route, Iterable[Act]]
    tasks: int = 0
    """Number of tasks that exist before it begins."""
    poll_floor: float = 0.01
    grace: float = 0.2
    """Seconds that a cancelled submit waits for the answer to its create."""


def _stops(provider: str) -> Mapping[str, Stop]:
    adapter = provider_named(provider)
    asked: Route = "list" if adapter.list_size else "status"
    key = {"none": "bill", "running-list": "unfinished generations"}.get(adapter.settlement, "{idempotency_key}")
    one, many = "vidu.wait(refs[0])", "vidu.wait_all(refs)"
    forever: Mapping[Route, Iterable[Act]] = {asked: repeat(HANGS)}
    busy: Mapping[Route, Iterable[Act]] = {"create": [Act(accepts=False, status=429)]}
    film: Mapping[Route, Iterable[Act]] = {"film": [Act(ends="hangs", sends=lambda body: body[:5000])]}
    download = "vidu.download(refs[0], target)"
    return {
        "while the create has no answer": Stop("vidu.submit(request)", "create", key, {"create": [HANGS]}),
        "while a busy provider is waited for": Stop("vidu.submit(request)", "create", "nothing is paid", busy),
        "between two status calls": Stop(one, "status", f"{provider}:{{name}}", {}, tasks=1, poll_floor=NEVER_COMES),
        "while many statuses have no answer": Stop(many, asked, f"{provider}:{{name}}", forever, tasks=5),
        "while a file comes": Stop(download, "film", f"{provider}:{{name}}", film, tasks=1),
    }


STOPS: Final[list[tuple[str, str, Way]]] = [
    ("while the create has no answer", "vidu", "blocking"),
    ("while the create has no answer", "zenlayer", "awaited"),
    ("while a busy provider is waited for", "comfy", "blocking"),
    ("between two status calls", "comfy", "blocking"),
    ("while many statuses have no answer", "vidu", "awaited"),
    ("while a file comes", "vidu", "blocking"),
]


@pytest.mark.parametrize(("moment", "provider", "way"), STOPS)
def test_ctrl_c_ends_the_program_and_says_how_to_go_on(moment: str, provider: str, way: Way, tmp_path: Path) -> None:
    stop = _stops(provider)[moment]
    life = ("done",) if stop.route == "film" else ("running",)
    with Server(provider, plan=stop.plan, life=life) as server:
        refs = [str(task_at(server)) for _ in range(stop.tasks)]
        before = len(server.paid)
        program = start(stop, way, server, [provider, str(tmp_path / "film.mp4"), *refs])
        server.wait_for(stop.route)
        time.sleep(SETTLING)
        program.send_signal(signal.SIGINT)
        _, words = program.communicate(timeout=PATIENCE)
        assert program.returncode == -signal.SIGINT, words
        assert_said(words, stop, server)
        assert len(server.paid) <= before + 1
        if stop.route == "film":
            assert_download_resumes(refs[0], server, tmp_path)


def start(stop: Stop, way: Way, server: Server, arguments: list[str]) -> subprocess.Popen[str]:
    settings = PROGRAM.replace("POLL_FLOOR", str(stop.poll_floor)).replace("GRACE_SECONDS", str(stop.grace))
    code = settings + BODIES[way].format(stop.does)
    prefix = server.provider.upper()
    keys = {f"{prefix}_API_KEY": server.key, f"{prefix}_BASE_URL": server.url}
    inherited = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-c", code, *arguments],
        env={**inherited, **keys},
        stderr=subprocess.PIPE,
        text=True,
    )


def assert_said(words: str, stop: Stop, server: Server) -> None:
    """Check that the traceback says how to go on, and that Python complains of nothing left open."""
    task = server.paid[0] if server.paid else None
    key = str((task.key or task.body.get("payload")) if task else "")
    assert stop.says.format(name=task.id if task else "", idempotency_key=key) in words
    assert "KeyboardInterrupt" in words
    assert not re.search(r"Exception ignored|was destroyed|never retrieved|never awaited|ResourceWarning|unclosed", words), words
    assert server.key not in words


def test_second_ctrl_c_ends_the_program_during_a_create() -> None:
    """The second one ends the grace, which is an hour here."""
    stop = Stop("vidu.submit(request)", "create", "", {}, grace=NEVER_COMES)
    with Server("vidu", plan={"create": [HANGS]}) as server:
        program = start(stop, "awaited", server, ["vidu", ""])
        server.wait_for("create")
        time.sleep(SETTLING)
        for _ in range(2):
            program.send_signal(signal.SIGINT)
            time.sleep(0.5)
        _, words = program.communicate(timeout=PATIENCE)
    assert program.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in words
