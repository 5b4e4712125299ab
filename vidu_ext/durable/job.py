"""One job of a batch as it stands in the database: its states, and what its idempotency keys are made of. Values only."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from attrs import field, fields, frozen
from attrs.validators import optional

from vidu_ext.values.checks import at_least, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import RowMapping

JobState = Literal["queued", "sending", "running", "fetching", "done", "failed", "unknown", "canceled"]
"""
queued     nothing was sent, nothing is paid
sending    a request may be on its way; what it is was written down before
running    the task is known by its reference
fetching   the task succeeded and is paid; its file is being downloaded
done       the file is there
failed     refused, failed at the provider, or not downloaded: `stage` says which
unknown    may be paid, and cannot be told: a person must look
canceled   before it was sent, or by the provider
"""

Stage = Literal["submit", "task", "fetch"]
"""Where a failed job failed: before anything was paid, at the provider, or after it was paid."""

Held = Literal["budget", "cost", "key", "credits", "busy", "database"]
"""Why a queued job that its queue has let through is not sent yet; of a running one, why its state is not told."""

HELD_WORDS: Final[Mapping[Held, str]] = {
    "budget": "the budget is reached",
    "cost": "one job is sent first, to learn what such a job costs",
    "key": "the account's key is refused",
    "credits": "the account has too few credits",
    "busy": "the provider is busy or cannot be reached",
    "database": "the database was away",
}

STATES: Final[tuple[JobState, ...]] = get_args(JobState)
OPEN: Final[frozenset[JobState]] = frozenset({"queued", "sending", "running", "fetching"})
"""States out of which a job goes by itself."""
ENDED: Final = tuple(state for state in STATES if state not in OPEN)

_MARKERS: Final = uuid.UUID("8b1d9a0e-6a0b-5d43-9d0c-5f1f0c7a1f0e")


@frozen(kw_only=True)
class Limits:
    """How much of an account the jobs of one database may use, all batches and all workers together."""

    concurrency: int = field(default=4, validator=whole(1))
    """Tasks that may run at once."""
    rate: int | None = field(default=None, validator=optional(whole(1)))
    """Jobs that may be started within `period`; None for no such limit."""
    period: float = field(default=60.0, validator=at_least(0.1))
    """Seconds."""


@frozen(kw_only=True)
class Job:
    """A row of vidu_jobs."""

    id: str
    """`<batch>/<key>`."""
    batch: str
    key: str
    row: int
    """Number of the manifest's row, from 1."""
    account: str
    provider: str
    request: str
    """The row's request as JSON, as manifest.py writes and reads it."""
    digest: str
    """Of the request and the account that the row names."""
    signature: str
    """What jobs of the same cost have in common."""
    price: float | None
    """Credits that it costs, as the user says or a document."""
    priority: int
    target: str
    """Name of the file below the batch's folder, without an ending where that is not known before."""
    state: JobState
    stage: Stage | None
    held: Held | None
    attempt: int
    """How often it was sent anew because a person asked for it, from 1."""
    run: int
    """How many workflows it has had, from 1."""
    cancel: bool
    """Whether somebody wishes to have it cancelled."""
    reserved: float
    """Credits, while it is sending, running or unknown."""
    credits: float | None
    reference: str | None
    submission: str | None
    note: str | None
    file: str | None
    size: int | None
    sha256: str | None
    created: float
    submitted: float | None
    finished: float | None
    ended: float | None
    change: str | None

    @property
    def workflow(self) -> str:
        """Id of its workflow: the job's own, with a number after it once it was run anew."""
        return workflow_id(self.id, self.run)

    def idempotency_key(self, salt: str) -> str:
        """What its task can be found by: the same for every process that sends it, other for every attempt."""
        return uuid.uuid5(_MARKERS, f"{salt}/{self.id}#{self.attempt}").hex


def workflow_id(job: str, run: int) -> str:
    return job if run == 1 else f"{job}~{run}"


def job_id_of(workflow: str) -> str:
    """The job that a workflow is of: no key holds a `~`."""
    return re.sub(r"~\d+$", "", workflow)


def job_of(row: Mapping[str, Any] | RowMapping) -> Job:
    """The job that a row of the database holds."""
    return Job(**{member.name: row[member.name] for member in fields(Job)})
