"""Clients of several processes, providers that lose answers, and what must hold of the ledger at every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, Final, TypeAlias, cast

from attrs import define, field
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from ledger import ACCIDENTS, BEGAN, Accident, Dated, Ledger, Paid

from vidu_ext.client.arguments import Order
from vidu_ext.client.session import Session
from vidu_ext.client.settings import Settings
from vidu_ext.client.submits import Submits, accepted
from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.claims import Begun
from vidu_ext.flows.effects import Chance, Effect, Flow, Now, Pause, Send, WallClock, Work
from vidu_ext.flows.submit import REPLAY_SECONDS
from vidu_ext.providers.accounts import Account
from vidu_ext.values.errors import SubmissionUnknownError, SubmitError
from vidu_ext.values.exchange import ExchangeError, Reply
from vidu_ext.values.requests import TextToVideo
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskRef

Delivery: TypeAlias = Reply | ExchangeError
HOUR: Final = 3600.0
DATED: Final[tuple[Dated, ...]] = Dated.__args__  # type: ignore[attr-defined]
MOST_STEPS: Final = 3_000
"""Effects after which a flow counts as endless."""
MOST_AT_ONCE: Final = 6
"""Flows under way above which no further submit begins."""

picks: Final = st.integers(0, 30)
accidents: Final = st.sampled_from(ACCIDENTS)
lateness: Final = st.sampled_from([0.0, 2.0, 40.0, 1_000.0])


class Process:
    """A program that uses the package, until it is killed."""

    def __init__(self, number: int, keys: Sequence[Account], clock: Callable[[], float]) -> None:
        self.number = number
        self.session = Session(keys, prefer=None, settings=Settings(), chance=lambda: 0.0, now=clock)
        self.submits = Submits(self.session)
        self.ahead = 0.0
        """Seconds by which its clock is ahead of the right time, until it is set."""


@define(eq=False)
class Run:
    """A flow that is under way: a submit, or a later search for its task."""

    submit: int
    process: Process
    flow: Flow[Attempt]
    is_find: bool = False
    effect: Effect[object] | None = None
    """What the flow waits for; None before its first step and after its end."""
    delivery: Delivery | None = None
    """The answer that is on its way."""
    wake: float = 0.0
    steps: int = 0
    ref: TaskRef | None = None
    """The task that it ended with."""


@define(eq=False)
class Wanted:
    """A submit as its user sees it."""

    number: int
    process: Process
    twins: str
    """The same text for submits whose tasks no search can distinguish; otherwise a unique one."""
    begun: Begun = field(factory=Begun)
    reported: list[Submission] = field(factory=list[Submission])
    """The submissions that `on_submission` was called with."""
    ref: TaskRef | None = None
    unknown: SubmissionUnknownError | None = None
    error: SubmitError | None = None
    is_interrupted: bool = False
    is_found: bool = False

    @property
    def is_unique(self) -> bool:
        return self.twins == str(self.number)

    @property
    def has_ended(self) -> bool:
        return self.ref is not None or self.error is not None


class SubmitMachine(RuleBasedStateMachine):
    """A machine that submits at some accounts; its subclasses name them."""

    accounts: ClassVar[tuple[Account, ...]]

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.ledger: dict[str, Ledger] = {}
        self.processes: list[Process] = []
        self.started = 0
        self.submits: list[Wanted] = []
        self.runs: list[Run] = []
        self.clocks_are_right = True

    # -- rules --------------------------------------------------------------------------------------------------------

    @initialize(
        behind=st.sampled_from([0.0, 250.0, 900.0, 6 * HOUR, -900.0, -6 * HOUR]),
        dated=st.sampled_from(DATED),
        zone=st.sampled_from([0.0, 8 * HOUR, -8 * HOUR]),
        newest_first=st.booleans(),
        shows_payload=st.booleans(),
    )
    def start_two_processes(self, behind: float, dated: Dated, zone: float, newest_first: bool, shows_payload: bool) -> None:
        for account in self.accounts:
            self.ledger[account.name] = Ledger(
                account.name,
                account.provider,
                lambda: self.now,
                behind=behind,
                dated=dated,
                zone=zone,
                newest_first=newest_first,
                shows_payload=shows_payload,
            )
        self._start_process()
        self._start_process()

    @precondition(lambda self: len(self.runs) < MOST_AT_ONCE)
    @rule(pick=picks, prompt=st.sampled_from("ab"), own=st.sampled_from(["", "", "payload", "key"]), twins=st.integers(1, 3))
    def submit(self, pick: int, prompt: str, own: str, twins: int) -> None:
        """Submit the same request several times; some with a payload that is used for several jobs, some with a key each."""
        for _ in range(twins):
            self._submit(self.processes[pick % len(self.processes)], prompt, own)

    @precondition(lambda self: self.runs)
    @rule(pick=picks, accident=accidents, late=lateness)
    def step(self, pick: int, accident: Accident, late: float) -> None:
        """Deliver one request or one answer."""
        self._step(self.runs[pick % len(self.runs)], accident, late)

    @precondition(lambda self: self.runs)
    @rule(pick=picks, several=st.lists(accidents, min_size=2, max_size=12), late=lateness)
    def step_several_times(self, pick: int, several: list[Accident], late: float) -> None:
        """Step one flow several times in a row."""
        run = self.runs[pick % len(self.runs)]
        for accident in several:
            if run in self.runs:
                self._step(run, accident, late)

    @precondition(lambda self: any(self._lost()))
    @rule(pick=picks, where=picks)
    def find(self, pick: int, where: int) -> None:
        """Search for the task of an unknown submission with nothing but its text."""
        lost = list(self._lost())
        wanted = lost[pick % len(lost)]
        assert wanted.unknown is not None
        process = self.processes[where % len(self.processes)] if wanted.is_unique else wanted.process
        submission = Submission.parse(wanted.unknown.submission.to_text())
        self.runs.append(Run(wanted.number, process, process.submits.find(submission, begun=Begun(submission)), is_find=True))

    @rule(pick=picks, event=st.sampled_from(["success", "failed", "time", "kill", "another's", ""]), late=lateness)
    def end_task_pass_time_kill_or_use_account(self, pick: int, event: str, late: float) -> None:
        """A task ends, time passes, a process dies, or another user of the account makes a task much like ours."""
        tasks = [paid for ledger in self.ledger.values() for paid in ledger.paid]
        if event == "time":
            self.now += late
        elif event == "kill":
            self._kill(self.processes[pick % len(self.processes)])
        elif event in ("success", "failed") and tasks:
            tasks[pick % len(tasks)].state = event
        else:
            ledger = self.ledger[self.accounts[pick % len(self.accounts)].name]
            ledger.make({"prompt": "ab"[pick % 2], "model": "viduq3-turbo", "payload": event}, None, lateness=late)

    @rule(pick=picks, ahead=st.sampled_from([0.0, 900.0, -900.0, 6 * HOUR, -6 * HOUR, 30 * 24 * HOUR]))
    def set_clock(self, pick: int, ahead: float) -> None:
        """A user, a time server or an empty battery sets the clock of a machine, also while it waits for an answer."""
        self.processes[pick % len(self.processes)].ahead = ahead
        self.clocks_are_right = self.clocks_are_right and ahead == 0.0

    # -- laws ---------------------------------------------------------------------------------------------------------

    @invariant()
    def no_submit_is_paid_twice(self) -> None:
        paid = Counter(task.submit for task in self._tasks())
        assert all(count == 1 for count in paid.values()), paid

    @invariant()
    def no_two_submits_have_the_same_task(self) -> None:
        refs = self._refs()
        assert len(set(refs)) == len(refs), refs

    @invariant()
    def a_returned_task_belongs_to_its_submit(self) -> None:
        for wanted in self.submits:
            if wanted.ref is None:
                continue
            task = self._task(wanted.ref)
            assert task.submit is not None, f"{wanted.ref} is another user's"
            assert self.submits[task.submit].twins == wanted.twins
            assert task.submit == wanted.number or not wanted.is_unique

    @invariant()
    def no_submit_that_surely_failed_is_paid(self) -> None:
        for task in self._tasks():
            wanted = self.submits[cast("int", task.submit)]
            assert wanted.error is None or wanted.unknown is not None, f"{task.task_id} is paid; {wanted.error}"

    @invariant()
    def no_accepted_task_is_lost(self) -> None:
        """Every task belongs to a submit, or its submit ended as unknown and can find it."""
        known = set(self._refs())
        for wanted in self.submits:
            alike = [other for other in self.submits if other.twins == wanted.twins]
            if any(not other.has_ended or other.is_interrupted for other in alike):
                continue
            paid = [task for task in self._tasks() if self.submits[cast("int", task.submit)] in alike]
            lost = [task for task in paid if TaskRef(task.account, task.task_id) not in known]
            unknown = [other for other in alike if other.unknown is not None and not other.is_found]
            assert len(lost) <= len(unknown)

    @invariant()
    def an_unknown_submit_has_what_a_search_needs(self) -> None:
        for wanted in self.submits:
            if wanted.unknown is None:
                continue
            submission = wanted.unknown.submission
            assert submission == wanted.begun.submission
            for task in self._tasks():
                if task.submit == wanted.number:
                    assert task.account == submission.account
                    assert task.idempotency_key == submission.idempotency_key or submission.settlement in ("running-list", "none")

    @invariant()
    def a_submission_is_reported_before_it_is_paid(self) -> None:
        """The last submission that was reported is enough to search for the task, however its process ended."""
        for task in self._tasks():
            submission = self.submits[cast("int", task.submit)].reported[-1]
            assert task.account == submission.account
            assert task.idempotency_key == submission.idempotency_key or submission.settlement in ("running-list", "none")

    def teardown(self) -> None:
        """Without faults every flow ends, and every task that can be found is found."""
        for ledger in self.ledger.values():
            for paid in ledger.paid:
                paid.listed_from = 0.0
        while self.runs:
            ending = self.runs[0]
            while ending in self.runs:
                self._step(ending, "none", 0.0)
            self._check_all()
        if not self.ledger:
            return
        self._start_process()
        for wanted in list(self._lost()):
            self._search_without_faults(wanted)
            if wanted.unknown is not None and wanted.unknown.submission.key_is_ours:
                # a second time, in the same process; an idempotency key of the user's gives its task once
                self._search_without_faults(wanted)
            self._check_all()

    # -- what the rules are made of -----------------------------------------------------------------------------------

    def _start_process(self) -> None:
        self.started += 1
        self.processes.append(Process(self.started, self.accounts, lambda: self.now))

    def _kill(self, dead: Process) -> None:
        """Kill a process with all its flows, and start another that knows nothing of them."""
        for run in [run for run in self.runs if run.process is dead]:
            run.flow.close()
            self.runs.remove(run)
            if not run.is_find:
                self.submits[run.submit].is_interrupted = True
        self.processes.remove(dead)
        self._start_process()

    def _submit(self, process: Process, prompt: str, own: str) -> None:
        wanted = Wanted(len(self.submits), process, str(len(self.submits)))
        request = TextToVideo(prompt=prompt, model="viduq3-turbo")
        if self.accounts[0].provider == "skills_video":
            wanted.twins = prompt = f"{prompt} of process {process.number}"
            request = TextToVideo(prompt=prompt)
        elif own == "payload":
            wanted.twins = f"jobs of process {process.number}"
            request = TextToVideo(prompt=prompt, model="viduq3-turbo", payload=wanted.twins)
        key = f"job-{wanted.number}" if own == "key" and not request.payload else None
        order = Order(request=request, check=False, idempotency_key=key, begun=wanted.begun, on_submission=wanted.reported.append)
        flow = cast("Flow[Attempt]", process.submits.submit(order))
        self.submits.append(wanted)
        self.runs.append(Run(wanted.number, process, flow))

    def _step(self, run: Run, accident: Accident, late: float) -> None:
        """Run a flow to its next request, deliver its request to the server, or deliver the answer to it."""
        run.steps += 1
        assert run.steps < MOST_STEPS, "a flow never ends"
        if run.effect is None:
            self._resume(run, None)
        elif isinstance(run.effect, Pause):
            self.now = max(self.now, run.wake)
            self._resume(run, None)
        elif run.delivery is None:
            assert isinstance(run.effect, Send)
            run.delivery = self._arrive(run, run.effect, accident, late)
        else:
            delivery, run.delivery = run.delivery, None
            self._resume(run, delivery)

    def _arrive(self, run: Run, send: Send, accident: Accident, late: float) -> Delivery:
        if send.call.creates:
            self._check_create(run, send)
        try:
            return self.ledger[send.account].exchange(send.call, run.submit, accident, late)
        except ExchangeError as failure:
            return failure

    def _check_create(self, run: Run, send: Send) -> None:
        """A create may be sent only while nothing is paid for the submit, or with the key of what is."""
        assert not run.is_find or self.ledger[send.account].provider == "comfy", "a search creates"
        key = send.call.request.get("headers", {}).get("Idempotency-Key")
        for task in self._tasks():
            assert task.submit != run.submit or (task.account == send.account and task.key == key is not None)

    def _resume(self, run: Run, value: Delivery | None) -> None:
        """Pass the flow what it waits for, and run it up to its next request or pause."""
        answer: Any = value
        try:
            while True:
                if run.effect is None:
                    run.effect = next(run.flow)
                else:
                    run.effect = run.flow.throw(answer) if isinstance(answer, ExchangeError) else run.flow.send(answer)
                if isinstance(run.effect, Send):
                    return
                if isinstance(run.effect, Pause):
                    run.wake = self.now + run.effect.seconds
                    return
                answer = self._value_of(run.effect, run.process)
        except StopIteration as end:
            self.runs.remove(run)
            self._end(run, cast("Attempt", end.value))

    def _value_of(self, effect: Effect[object], process: Process) -> object:
        match effect:
            case Work(do):
                return do()
            case Now():
                return self.now
            case WallClock():
                return BEGAN + self.now + process.ahead
            case Chance():
                return 0.0
            case _:
                raise AssertionError(f"a submit needs no {type(effect).__name__}")

    def _end(self, run: Run, submitted: Attempt) -> None:
        wanted = self.submits[run.submit]
        try:
            ref = accepted(submitted).ref
        except SubmitError as error:
            assert isinstance(error, SubmissionUnknownError) or not run.is_find, f"a search ended as {error}"
            self._check_absence(error, run.submit)
            if not run.is_find:
                wanted.error = error
                if isinstance(error, SubmissionUnknownError):
                    wanted.unknown = error
                    assert Submission.parse(error.submission.to_text()) == error.submission
            return
        assert wanted.ref in (None, ref), f"found {ref} after {wanted.ref}"
        wanted.ref = run.ref = ref
        wanted.is_found = run.is_find or wanted.is_found

    def _check_absence(self, error: SubmitError, submit: int) -> None:
        """A task that the list shows is never called absent, whatever the clocks say."""
        if isinstance(error, SubmissionUnknownError) and error.absent:
            assert not [task for task in self._tasks() if task.submit == submit and task.listed_from <= self.now]

    def _search_without_faults(self, wanted: Wanted) -> None:
        """A task with a unique idempotency key is found, even a day later, and no other in its place."""
        assert wanted.unknown is not None
        submission = Submission.parse(wanted.unknown.submission.to_text())
        if not wanted.is_unique and wanted.process not in self.processes:
            return
        process = self.processes[-1] if wanted.is_unique else wanted.process
        run = Run(wanted.number, process, process.submits.find(submission, begun=Begun(submission)), is_find=True)
        self.runs.append(run)
        before = [task for task in self._tasks() if task.submit == wanted.number]
        while run in self.runs:
            self._step(run, "none", 0.0)
        clocks_do_not_matter = submission.key_is_ours or (
            self.clocks_are_right and not any(ledger.behind > 250.0 or ledger.zone > 0.0 for ledger in self.ledger.values())
        )
        if submission.settlement == "payload" and wanted.is_unique and clocks_do_not_matter:
            assert (run.ref is not None) is bool(before)
        if (
            submission.settlement == "idempotency-key"
            and submission.idempotency_key not in self.ledger[submission.account].used_up
        ):
            is_old = abs(BEGAN + self.now + process.ahead - submission.submitted_at) > REPLAY_SECONDS
            assert (run.ref is not None) is not is_old
        if wanted.is_unique and wanted.ref is not None:
            assert self._task(wanted.ref).submit == wanted.number

    def _lost(self) -> Iterator[Wanted]:
        """Yield submits that ended as unknown and can be searched for."""
        for wanted in self.submits:
            if wanted.unknown is not None and (wanted.is_unique or wanted.process in self.processes):
                yield wanted

    def _tasks(self) -> list[Paid]:
        """Tasks that our submits made."""
        return [paid for ledger in self.ledger.values() for paid in ledger.paid if paid.submit is not None]

    def _task(self, ref: TaskRef) -> Paid:
        return next(paid for paid in self.ledger[ref.account].paid if paid.task_id == ref.task_id)

    def _refs(self) -> list[TaskRef]:
        return [wanted.ref for wanted in self.submits if wanted.ref is not None]

    def _check_all(self) -> None:
        self.no_submit_is_paid_twice()
        self.no_two_submits_have_the_same_task()
        self.a_returned_task_belongs_to_its_submit()
        self.no_submit_that_surely_failed_is_paid()
        self.no_accepted_task_is_lost()
        self.an_unknown_submit_has_what_a_search_needs()
