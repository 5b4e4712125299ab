"""The generated clients, the extension layer and the emulator together, with faults on: the laws, by the emulator's ledger.

A machine plays a user of all four providers who submits, waits, cancels, downloads, restarts and looks for what was left
unknown, blocking and awaited, while hypothesis switches faults on. Every prompt is different, and identifies the submit that a
task was paid for.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final, TypeVar, get_args

from attrs import define
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from stateful import SETTINGS
from vidu_clients.vidu import AuthenticatedClient
from vidu_clients.vidu.api.tasks import get_creations
from vidu_clients.vidu.models import GetCreationsReply

from vidu_ext import (
    Account,
    AsyncVidu,
    DownloadOptions,
    PollPolicy,
    RetryPolicy,
    Settings,
    SettlePolicy,
    Submission,
    TaskRef,
    TextToVideo,
    Vidu,
)
from vidu_ext.emulator import (
    AsyncEmulatorTransport,
    Clock,
    Emulator,
    EmulatorSettings,
    EmulatorTransport,
    FaultRule,
    ServerRequest,
)
from vidu_ext.emulator.faults.rules import KINDS, FaultKind
from vidu_ext.providers import PROVIDERS
from vidu_ext.values.errors import (
    CallError,
    DownloadError,
    SubmissionUnknownError,
    SubmitError,
    TaskFailedError,
    WaitTimeoutError,
)

T = TypeVar("T")
ORIGIN: Final = "http://127.0.0.1"
KEY: Final = "key-of-the-machine-0123456789"
STEP: Final = 0.4
"""Seconds that pass at the emulator with every request."""
PATIENCE: Final = 0.04
"""Real seconds that a wait, or the repetition of a call, may take while faults are on."""
RETRY: Final = RetryPolicy(first=0.001, ceiling=0.002, budget=PATIENCE)
FINDABLE: Final = ("vidu", "comfy")
"""Providers where a task can be found whatever became of it meanwhile."""
FINAL: Final = {"succeeded", "failed", "canceled"}

picks: Final = st.integers(0, 50)
providers: Final = st.sampled_from(PROVIDERS)


def _rules(kind: FaultKind) -> st.SearchStrategy[FaultRule]:
    """Rules of a kind, each for a call or three."""
    about = KINDS[kind]
    return st.builds(
        FaultRule,
        kind=st.just(kind),
        operation=st.sampled_from([None, *sorted(about.families - {"other"})]),
        times=st.integers(1, 3),
        accepts=st.booleans() if "accepts" in about.options else st.none(),
        retry_after=st.sampled_from([None, 0.01]) if "retry_after" in about.options else st.none(),
    )


KINDS_TRIED: Final[list[FaultKind]] = [kind for kind in get_args(FaultKind) if kind != "slow_body"]  # which only takes time
accidents: Final = st.lists(st.sampled_from(KINDS_TRIED).flatmap(_rules), max_size=3)


@define(eq=False)
class Wanted:
    """One submit of the user, and what became of it."""

    provider: str
    prompt: str
    ref: TaskRef | None = None
    unknown: Submission | None = None


class EmulatorMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[Wanted] = []

    @initialize(seed=st.integers(0, 5))
    def start_emulator(self, seed: int) -> None:
        behaviour = EmulatorSettings(
            queue_seconds=1.0, processing_seconds=2.0, listed_after=0.5, url_seconds=20.0, film_bytes=3_000
        )
        self.emulator = Emulator(behaviour, clock=Clock(rate=0.0), seed=seed)
        self.restart()

    # -- the user -----------------------------------------------------------------------------------------------------

    @rule()
    def restart(self) -> None:
        """Start another process, which knows references and submissions only."""
        urls = self.emulator.base_urls(ORIGIN)
        self.accounts = [Account(provider=name, key=KEY, base_url=urls[name]) for name in PROVIDERS]
        self.configured = Settings(
            poll=PollPolicy(floor=0.001, ceiling=0.002),
            retry=RETRY,
            settle=SettlePolicy(window=0.02, first=0.001),
            transport=EmulatorTransport(self.emulator, step=STEP),
            async_transport=AsyncEmulatorTransport(self.emulator, step=STEP),
        )
        self.vidu = Vidu(self.accounts, settings=self.configured)

    @rule(provider=providers, accidents=accidents)
    def submit(self, provider: str, accidents: list[FaultRule]) -> None:
        self.break_something(accidents)
        wanted = self._want(provider)
        with self._settling(wanted):
            wanted.ref = self.vidu.submit(_request(wanted), account=provider).ref

    @rule(chosen=st.lists(providers, min_size=2, max_size=5), accidents=accidents)
    def submit_at_once(self, chosen: list[str], accidents: list[FaultRule]) -> None:
        self.break_something(accidents)

        async def one(vidu: AsyncVidu, wanted: Wanted) -> None:
            with self._settling(wanted):
                wanted.ref = (await vidu.submit(_request(wanted), account=wanted.provider)).ref

        async def everything() -> None:
            async with AsyncVidu(self.accounts, settings=self.configured) as vidu:
                await asyncio.gather(*(one(vidu, self._want(provider)) for provider in chosen))

        asyncio.run(everything())

    @rule(pick=picks)
    def find(self, pick: int) -> None:
        wanted = _picked([wanted for wanted in self.wanted if wanted.unknown and not wanted.ref], pick)
        if wanted is None or wanted.unknown is None:
            return
        with suppress(SubmitError):
            wanted.ref = self.vidu.find(Submission.parse(wanted.unknown.to_text())).ref

    @rule(pick=picks)
    def wait(self, pick: int) -> None:
        """A WaitRefusedError is an error here: the provider knows the task."""
        ref = self._ref(pick)
        if ref is None:
            return
        with suppress(WaitTimeoutError):
            try:
                self.vidu.wait(str(ref), timeout=PATIENCE)
                assert self._state(ref) == "succeeded"
            except TaskFailedError:
                assert self._state(ref) in {"failed", "canceled"}

    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        ref = self._ref(pick, provider="vidu")
        if ref is None:
            return
        was = self._state(ref)
        try:
            self.vidu.cancel(ref)
        except CallError:
            return
        assert self._state(ref) == "canceled" or was == "canceled"

    @rule(pick=picks)
    def download(self, pick: int) -> None:
        ref = self._ref(pick)
        if ref is None or self._state(ref) != "succeeded":
            return
        film = io.BytesIO()
        try:
            self.vidu.download(ref, film, kind="video", options=DownloadOptions(retry=RETRY))
        except (DownloadError, CallError):
            return
        assert hashlib.sha256(film.getvalue()).digest() == hashlib.sha256(self._film(ref)).digest()

    @rule(pick=picks)
    def ask_with_the_generated_client(self, pick: int) -> None:
        ref = self._ref(pick, provider="vidu")
        if ref is None:
            return
        self.mend_everything()
        url = self.emulator.base_urls(ORIGIN)["vidu"]
        transport = EmulatorTransport(self.emulator)
        with AuthenticatedClient(url, token=KEY, prefix="Token", httpx_args={"transport": transport}) as client:
            answer = get_creations.sync(ref.task_id, client=client)
        assert isinstance(answer, GetCreationsReply)
        assert (answer.state == "success") == (self._state(ref) == "succeeded")

    # -- the emulator -------------------------------------------------------------------------------------------------

    @rule()
    def mend_everything(self) -> None:
        self.emulator.faults.clear()

    @rule(seconds=st.sampled_from([1.0, 5.0, 60.0]))
    def let_time_pass(self, seconds: float) -> None:
        self.emulator.clock.step(seconds)

    # -- the laws -----------------------------------------------------------------------------------------------------

    @invariant()
    def no_submit_is_paid_twice(self) -> None:
        paid = Counter(str(task.body["prompt"]) for task in self.emulator.ledger.paid)
        assert all(times == 1 for times in paid.values()), "a submit was paid more than once"
        assert set(paid) <= {wanted.prompt for wanted in self.wanted}

    @invariant()
    def no_accepted_task_is_lost(self) -> None:
        known = {wanted.prompt: wanted for wanted in self.wanted}
        for task in self.emulator.ledger.paid:
            wanted = known[str(task.body["prompt"])]
            assert wanted.ref is not None or wanted.unknown is not None, "a paid task without a reference"
            assert wanted.ref is None or wanted.ref.task_id == task.id, "the reference is another task's"

    @invariant()
    def no_key_is_sent_to_a_storage(self) -> None:
        assert self.emulator.ledger.keys_sent_to_files == 0
        assert not self.emulator.ledger.internal_errors, "the emulator itself is at fault"

    # -- how ----------------------------------------------------------------------------------------------------------

    @rule(accidents=accidents)
    def break_something(self, accidents: list[FaultRule]) -> None:
        for accident in accidents:
            self.emulator.faults.add(accident)

    def _want(self, provider: str) -> Wanted:
        wanted = Wanted(provider, f"a paper bird, number {len(self.wanted) + 1}")
        self.wanted.append(wanted)
        return wanted

    @contextmanager
    def _settling(self, wanted: Wanted) -> Generator[None]:
        """Note the submission of unknown outcome. Fails if a submit that is reported as not paid was paid."""
        try:
            yield
        except SubmissionUnknownError as error:
            wanted.unknown = error.submission
        except SubmitError:
            assert all(task.body["prompt"] != wanted.prompt for task in self.emulator.ledger.paid), "said not to be paid, and is"

    def _ref(self, pick: int, provider: str | None = None) -> TaskRef | None:
        return _picked([task.ref for task in self.wanted if task.ref and provider in (None, task.provider)], pick)

    def _state(self, ref: TaskRef) -> str:
        task = self.emulator.ledger.paid_of(ref.task_id)
        assert task is not None, "a reference to no task"
        return task.state

    def _film(self, ref: TaskRef) -> bytes:
        """Return the film of a task, fetched by other means than the library's."""
        self.mend_everything()
        snapshot = self.vidu.status(ref)
        url = next(output.url for output in snapshot.outputs if output.kind == "video")
        path, _, query = url.removeprefix(ORIGIN).partition("?")
        reply = self.emulator.handle(ServerRequest(method="GET", path=path, query=query, origin=ORIGIN))
        assert reply.status == 200
        return reply.body

    def teardown(self) -> None:
        """With time and without faults every paid task is found, and every task ends."""
        self.mend_everything()
        self.emulator.clock.step(60.0)
        paid = {str(task.body["prompt"]) for task in self.emulator.ledger.paid}
        for wanted in self.wanted:
            if wanted.unknown is not None and wanted.ref is None and wanted.prompt in paid and wanted.provider in FINDABLE:
                wanted.ref = self.vidu.find(wanted.unknown).ref
        self.no_accepted_task_is_lost()
        for wanted in self.wanted:
            if wanted.ref is not None:
                with suppress(TaskFailedError):
                    self.vidu.wait(wanted.ref, timeout=60.0)
                assert self._state(wanted.ref) in FINAL
        self.vidu.close()


def _request(wanted: Wanted) -> TextToVideo:
    model = None if wanted.provider == "skills_video" else "viduq3-turbo"
    return TextToVideo(prompt=wanted.prompt, model=model, duration=5)


def _picked(several: list[T], pick: int) -> T | None:
    """Return one of several, None of none. A rule that finds nothing to do does nothing, rather than depend on what time did."""
    return several[pick % len(several)] if several else None


def test_any_sequence_of_submits_and_faults_pays_at_most_once_each_and_loses_no_task() -> None:
    run_state_machine_as_test(EmulatorMachine, settings=settings(SETTINGS, max_examples=SETTINGS.max_examples // 3))
