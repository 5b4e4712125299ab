"""The processes of SubmitMachine, their flows under way, and the outcome of each submit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from attrs import define, field
from hypothesis import strategies as st
from ledger import ACCIDENTS, Dated

from vidu_ext.client.session import Session
from vidu_ext.client.settings import Settings
from vidu_ext.client.submits import Submits
from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.claims import Begun
from vidu_ext.flows.effects import Effect, Flow
from vidu_ext.providers.accounts import Account
from vidu_ext.values.errors import SubmissionUnknownError, SubmitError
from vidu_ext.values.exchange import ExchangeError, Reply
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
