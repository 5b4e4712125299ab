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
from attrs import field, frozen
from playing import NEVER_COMES, PATIENCE, Way, assert_download_resumes, task_at
from provider_forms import Act, Route
from server import Server

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

    provider: str
    way: Way
    does: str
    route: Route
    says: str
    """Text that its traceback must contain; {ref} is the reference of the task, {key} the key or payload of the request."""
    plan: Mapping[Route, Iterable[Act]] = field(factory=dict[Route, Iterable[Act]])
    tasks: int = 0
    """Number of tasks that exist before it begins."""
    poll_floor: float = 0.01
    grace: float = 0.2
    """Seconds that a cancelled submit waits for the answer to its create."""


SUBMIT: Final = "vidu.submit(request)"
BUSY: Final = Act(accepts=False, status=429)
HALF: Final = Act(ends="hangs", sends=lambda body: body[:5000])
STOPS: Final[Mapping[str, Stop]] = {
    "create has no answer": Stop("vidu", "blocking", SUBMIT, "create", "{key}", {"create": [HANGS]}),
    "create without a search has no answer": Stop("zenlayer", "awaited", SUBMIT, "create", "bill", {"create": [HANGS]}),
    "provider is busy": Stop("comfy", "blocking", SUBMIT, "create", "nothing is paid", {"create": [BUSY]}),
    "next status is due later": Stop("comfy", "blocking", "vidu.wait(refs[0])", "status", "{ref}", {}, 1, poll_floor=NEVER_COMES),
    "statuses have no answer": Stop("vidu", "awaited", "vidu.wait_all(refs)", "list", "{ref}", {"list": repeat(HANGS)}, 5),
    "file comes": Stop("vidu", "blocking", "vidu.download(refs[0], target)", "film", "{ref}", {"film": [HALF]}, 1),
}


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
def test_ctrl_c_ends_the_program_and_says_how_to_go_on(stop: Stop, tmp_path: Path) -> None:
    life = ("done",) if stop.route == "film" else ("running",)
    with Server(stop.provider, plan=stop.plan, life=life) as server:
        refs = [str(task_at(server)) for _ in range(stop.tasks)]
        before = len(server.paid)
        program = start(stop, server, [str(tmp_path / "film.mp4"), *refs])
        server.wait_for(stop.route)
        time.sleep(SETTLING)
        program.send_signal(signal.SIGINT)
        _, words = program.communicate(timeout=PATIENCE)
        assert program.returncode == -signal.SIGINT, words
        assert_said(words, stop, server)
        assert len(server.paid) <= before + 1
        if stop.route == "film":
            assert_download_resumes(refs[0], server, tmp_path)


def start(stop: Stop, server: Server, arguments: list[str]) -> subprocess.Popen[str]:
    settings = PROGRAM.replace("POLL_FLOOR", str(stop.poll_floor)).replace("GRACE_SECONDS", str(stop.grace))
    code = settings + BODIES[stop.way].format(stop.does)
    prefix = server.provider.upper()
    keys = {f"{prefix}_API_KEY": server.key, f"{prefix}_BASE_URL": server.url}
    inherited = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-c", code, stop.provider, *arguments],
        env={**inherited, **keys},
        stderr=subprocess.PIPE,
        text=True,
    )


def assert_said(words: str, stop: Stop, server: Server) -> None:
    """Check that the traceback says how to go on, and that Python complains of nothing left open."""
    task = server.paid[0] if server.paid else None
    key = str((task.key or task.body.get("payload")) if task else "")
    assert stop.says.format(ref=f"{stop.provider}:{task.id}" if task else "", key=key) in words
    assert "KeyboardInterrupt" in words
    assert not re.search(r"Exception ignored|was destroyed|never retrieved|never awaited|ResourceWarning|unclosed", words), words
    assert server.key not in words


def test_second_ctrl_c_ends_the_program_during_a_create() -> None:
    """The second one ends the grace, which is an hour here."""
    stop = Stop("vidu", "awaited", SUBMIT, "create", "", grace=NEVER_COMES)
    with Server("vidu", plan={"create": [HANGS]}) as server:
        program = start(stop, server, [""])
        server.wait_for("create")
        time.sleep(SETTLING)
        for _ in range(2):
            program.send_signal(signal.SIGINT)
            time.sleep(0.5)
        _, words = program.communicate(timeout=PATIENCE)
    assert program.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in words
