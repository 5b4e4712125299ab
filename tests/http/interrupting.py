"""A caller of a provider without a port that is interrupted at one line, and what the caller must then know."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from inspect import CO_COROUTINE
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

import httpx
import vidu_clients
from attrs import define, evolve, field
from playing import brief
from provider_forms import Object, form_of

import vidu_ext
from vidu_ext import Account, Settings, Submission, TaskRef

OURS: Final = tuple(str(Path(package.__file__ or "").parent) for package in (vidu_ext, vidu_clients))
SPARSE: Final = 100
"""Every hundredth line is tried even if nothing was sent before it."""


@define
class Provider:
    """A provider without a port. A create is paid when it arrives."""

    name: str
    loses: bool = False
    """Whether the answer to a create is lost, unless it repeats a known idempotency key."""
    paid: list[tuple[str, Object, str | None]] = field(factory=list[tuple[str, Object, str | None]])
    """Id, body and idempotency key of each task."""
    asked: int = 0
    """How many requests arrived."""

    @property
    def is_asked(self) -> bool:
        return self.asked > 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if request.method == "GET":
            states: Object = {"status": "IN_PROGRESS", "state": "created"}
            rows = [{"id": task_id, "input": body, **states, **body} for task_id, body, _ in self.paid]
            return httpx.Response(200, json={"tasks": rows, "next_page_token": ""} if self.name == "vidu" else rows)
        key = request.headers.get("idempotency-key")
        known = [task for task in self.paid if key and task[2] == key]
        if not known:
            self.paid.append((f"940{len(self.paid)}", json.loads(request.content), key))
        if self.loses and not known:
            raise httpx.ReadError("lost")
        task_id = (known or self.paid)[-1][0]
        return httpx.Response(200, json={form_of(self.name).id_member: task_id, "task_id": task_id, "state": "success"})

    async def awaited_answer(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        answer = self.answer(request)
        await asyncio.sleep(0)
        return answer

    @property
    def accounts(self) -> list[Account]:
        return [Account(provider=self.name, key="key-of-the-test-0123456789", base_url="https://provider.test")]

    @property
    def settings(self) -> Settings:
        ours, awaited = httpx.MockTransport(self.answer), httpx.MockTransport(self.awaited_answer)
        return evolve(brief(window=0.0), transport=ours, async_transport=awaited)


@define
class Caller:
    """What the caller of one call has after it returned or was interrupted."""

    provider: Provider
    accepted: list[TaskRef] = field(factory=list[TaskRef])
    kept: list[TaskRef] = field(factory=list[TaskRef])
    """References whose `on_accepted` has ended."""
    ending: BaseException | None = None
    returned: bool = False
    """Whether the call has returned."""

    def keep(self, ref: TaskRef) -> None:
        self.accepted.append(ref)
        self.kept.append(ref)

    async def keep_awaited(self, ref: TaskRef) -> None:
        self.accepted.append(ref)
        await asyncio.sleep(0)
        self.kept.append(ref)

    def check(self) -> None:
        """Check that at most one task is paid, and that the caller or the exception has its reference or submission."""
        assert len(self.provider.paid) <= 1
        if not self.provider.is_asked or self.kept or self.returned:
            return
        submission = getattr(self.ending, "submission", None)
        task_id, body, key = self.provider.paid[0]
        assert isinstance(submission, Submission), "paid, and the exception says that nothing was sent"
        assert submission.idempotency_key == (key or body.get("payload"))
        assert submission.body == body
        if self.accepted:
            assert getattr(self.ending, "ref", None) == TaskRef(self.provider.name, task_id)
            assert task_id in str(getattr(self.ending, "__notes__", ()))


def press_ctrl_c() -> None:
    raise KeyboardInterrupt


class Lines:
    """A trace function for the lines of the package and of `keep`. It calls `act` at the one of number `at`, from 1."""

    def __init__(self, caller: Caller, at: int = 0, act: Callable[[], object] = press_ctrl_c) -> None:
        self.places: Final[list[tuple[tuple[int, int, int], tuple[CodeType, int]]]] = []
        """For each line, or only for that of number `at`: the numbers of requests, tasks and calls of `on_accepted` before it,
        and where it is."""
        self._caller: Final = caller
        self._at: Final = at
        self._act: Final = act
        self._count = 0
        self._left: tuple[FrameType, int] | None = None
        """The frame and line of an await that has just ended, or raised."""

    def trace(self, frame: FrameType, event: str, _: object) -> Any:
        if (left := self._left) is not None:
            self._left = None
            if event == "line" and left == (frame, frame.f_lineno):
                return self.trace  # Python 3.13 jumps back to such a line, and checks for no signal as it does
        if event == "exception":
            self._left = frame, frame.f_lineno
        if event == "call":
            code = frame.f_code
            if not code.co_filename.startswith(OURS) and code is not Caller.keep.__code__:
                return None
            if code.co_flags & CO_COROUTINE:
                return self.trace  # Python checks for no signal as it resumes a coroutine, so this event cannot be a Ctrl-C
        elif event != "line":
            return self.trace
        self._count += 1
        if self._at in (0, self._count):
            provider = self._caller.provider
            before = provider.asked, len(provider.paid), len(self._caller.accepted)
            self.places.append((before, (frame.f_code, frame.f_lineno)))
            if self._at:
                self._act()
        return self.trace

    @property
    def to_interrupt(self) -> list[int]:
        """Numbers of the last run of each line after something was sent, and of every SPARSE-th line."""
        numbers = range(1, len(self.places) + 1)
        last = {place: number for (before, place), number in zip(self.places, numbers, strict=True) if before[0]}
        return sorted({*last.values(), *range(1, len(numbers), SPARSE)})
