"""A job of a batch as recorded in the database: its states, limits, workflow id and idempotency key."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Final, Literal, get_args

from attrs import field, frozen
from attrs.validators import optional

from vidu_ext.values.checks import at_least, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

JobState = Literal["queued", "sending", "running", "fetching", "done", "failed", "unknown", "canceled"]
"""
queued     nothing was sent, nothing is paid
sending    the request may have been sent; its submission is recorded
running    the task was accepted; its reference is recorded
fetching   the task succeeded and is paid; its file is being downloaded
done       the file is downloaded
failed     refused, failed at the provider, or not downloaded: `stage` says which
unknown    may be paid; a person must check at the provider
canceled   before it was sent, or by the provider
"""

Stage = Literal["submit", "task", "fetch"]
"""Where a job failed: at its submission (nothing is paid), at the provider, or at the download (paid)."""

Held = Literal["budget", "cost", "key", "credits", "busy", "database"]
"""Why a queued job is not sent although its queue has started it; for a running job, why its state cannot be read."""

HELD_WORDS: Final[Mapping[Held, str]] = {
    "budget": "the budget is reached",
    "cost": "one job is sent first to learn what it costs",
    "key": "the account's key is refused",
    "credits": "the account has too few credits",
    "busy": "the provider is busy or cannot be reached",
    "database": "the database could not be reached",
}

STATES: Final[tuple[JobState, ...]] = get_args(JobState)
OPEN: Final[frozenset[JobState]] = frozenset({"queued", "sending", "running", "fetching"})
"""States of jobs that are not finished and need no person."""

MOST_AT_ONCE: Final = 1_000_000
"""More does not fit into the tables of DBOS."""

_KEY_NAMESPACE: Final = uuid.UUID("8b1d9a0e-6a0b-5d43-9d0c-5f1f0c7a1f0e")


@frozen(kw_only=True)
class Limits:
    """Limits of an account over all batches and workers of a database."""

    concurrency: int = field(default=4, validator=whole(1, most=MOST_AT_ONCE))
    """Most tasks that run at the same time."""
    rate: int | None = field(default=None, validator=optional(whole(1, most=MOST_AT_ONCE)))
    """Most jobs that start within `period`; None for no limit."""
    period: float = field(default=60.0, validator=at_least(0.1))
    """Seconds."""


@frozen(kw_only=True)
class Job:
    """A row of vidu_jobs, whose columns are made of these members."""

    id: str
    """`<batch>/<key>`."""
    batch: str
    key: str
    row: int
    """Number of the row in the manifest, from 1."""
    account: str
    provider: str
    request: str
    """The request as JSON: the members of a row that `row_requests.request_of` reads."""
    digest: str
    """SHA-256 of the request and of the account that the row names."""
    signature: str
    """Hash of what determines the cost: jobs with the same signature are expected to cost the same."""
    price: float | None
    """Expected credits, from the user or from the documented prices."""
    priority: int
    target: str
    """Path of the file below the batch's folder; the ending may be added at the download."""
    created: float
    state: JobState = "queued"
    stage: Stage | None = None
    held: Held | None = None
    attempt: int = 1
    """1, and 1 more for each retry that pays again."""
    run: int = 1
    """Number of workflows it has had, from 1."""
    cancel: bool = False
    """Whether it is to be cancelled."""
    reserved: float = 0.0
    """Credits reserved while it is sending, running or unknown."""
    credits: float | None = None
    """What its task cost; None if that is not known."""
    reference: str | None = None
    """Of its task, once that is known."""
    submission: str | None = None
    """The text of the submission, while its outcome is open."""
    note: str | None = None
    """Why it failed or waits, for people."""
    file: str | None = None
    size: int | None = None
    sha256: str | None = None
    submitted: float | None = None
    finished: float | None = None
    """When the provider's task ended."""
    ended: float | None = None
    """When the job left the open states; later than `finished` if a file was downloaded."""
    change: str | None = None
    """Id of the last change of its state, by which a repeated transaction is recognised."""

    @property
    def workflow(self) -> str:
        """Id of its latest workflow: the job's id, followed by `~` and the run from the second on."""
        return self.id if self.run == 1 else f"{self.id}~{self.run}"

    def idempotency_key(self, salt: str) -> str:
        """Return the key by which its task is found: the same in every process, different for each attempt."""
        return uuid.uuid5(_KEY_NAMESPACE, f"{salt}/{self.id}#{self.attempt}").hex


def job_id_of(workflow: str) -> str:
    """Return the id of the job of a workflow. Keys cannot contain `~`."""
    return re.sub(r"~\d+$", "", workflow)
