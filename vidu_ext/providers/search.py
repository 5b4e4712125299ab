"""Read the answer to a search for a lost task: which of the listed tasks may be that of a submission."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import frozen

from vidu_ext.values.tasks import Json, Object, TaskRef

from .reading import created_at, next_page, objects, text

if TYPE_CHECKING:
    from vidu_ext.values.submission import Submission

    from .base import Provider


@frozen(eq=False, repr=False)
class Candidate:
    """A task in a search answer that may be the task of the submission."""

    ref: TaskRef
    idempotency_key: str | None
    """The payload in the list; None if it has none, so that the task must be polled."""


@frozen(eq=False, repr=False)
class SearchPage:
    """One page of a search for the task of a submission."""

    candidates: tuple[Candidate, ...]
    next_page: str | None
    is_readable: bool = True
    """False if a task has no readable id: it is not a candidate, but may be the task of the submission."""


def search_page(provider: Provider, submission: Submission, value: Json, *, since: float | None) -> SearchPage | None:
    """Return the tasks of a search answer that may be that of a submission; None if it is not a list answer.

    Tasks created before `since` belong to other requests, unless they agree with a submission with a key of its own; with
    None, time excludes none.
    """
    rows = provider.rows(value)
    if rows is None:
        return None
    earliest = -math.inf if since is None else since
    found = [
        (name, row)
        for name, row in rows
        if _is_candidate(provider, submission, row, is_young=(made := created_at(row)) is None or made.timestamp() >= earliest)
    ]
    found.sort(key=lambda task: not provider.may_be(submission, task[1]))  # each may take a poll: the likely ones first
    account, operation = submission.account, submission.operation
    candidates = tuple(Candidate(provider.ref(account, operation, name), text(row.get("payload"))) for name, row in found)
    written = objects(provider.list_in(value)) or []
    return SearchPage(candidates, next_page(value), is_readable=len(written) == len(rows))


def _is_candidate(provider: Provider, submission: Submission, row: Object, *, is_young: bool) -> bool:
    """Return whether a listed task may be that of a submission.

    A young task whose key the list does not show may be it whatever else it shows: a service may rewrite a prompt, or show a
    duration in another unit. The key in its own answer decides.
    """
    if not submission.key_is_ours:
        return is_young and provider.may_be(submission, row)
    return provider.may_be(submission, row) or (is_young and text(row.get("payload")) is None)
